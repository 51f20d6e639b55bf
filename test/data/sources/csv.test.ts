import { join } from 'node:path';
import fc from 'fast-check';
import { gzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { formatNumber } from '../../../src/base/index.ts';
import { decodeTextTable, encodeParquet } from '../../../src/data/formats/index.ts';
import { dataSchema, describeDataset, loadDataset } from '../../../src/data/index.ts';
import { addressOfData } from '../../../src/pipeline/prepared.ts';
import { keyOf } from '../../../src/random/index.ts';
import { nodeFiles } from '../../../src/run/files.ts';
import { mutated, readsOrRefuses } from '../arbitrary.ts';
import { load } from '../files.ts';

const table = `width,height,kind\n${Array.from({ length: 20 }, (_, i) => `${i},${2 * i + 1},${i % 2 ? 'cat' : 'dog'}`).join('\n')}\n`;
const options = { source: 'csv', path: 't.csv' };

describe('what is read', () => {
  test('class labels as text, split by fractions, standardised by the training split alone', async () => {
    const data = await load(options, { 't.csv': table });
    expect(data.outputNames).toEqual(['cat', 'dog']);
    expect(data.inputNames).toEqual(['width', 'height']);
    expect([data.train.count, data.validation.count, data.test.count]).toEqual([14, 2, 4]);
    const { mean, std } = data.inputScale!;
    const widths = (split: typeof data.train) =>
      Array.from({ length: split.count }, (_, i) => Math.abs(Math.round(split.inputs[2 * i]! * std[0]! + mean[0]!)));
    const seen = widths(data.train);
    expect(mean[0]).toBeCloseTo(seen.reduce((s, x) => s + x, 0) / 14, 10);
    expect(std[0]).toBeCloseTo(Math.sqrt(seen.reduce((s, x) => s + (x - mean[0]!) ** 2, 0) / 14), 10);
    const all = [data.train, data.validation, data.test].flatMap(widths);
    expect([...all].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(Array.from(data.train.labels)).toEqual(seen.map(width => (width % 2 ? 0 : 1)));
  });

  test('counts, drop, target by name, no scaling', async () => {
    const data = await load(
      { ...options, target: 'kind', drop: ['width'], train: 10, validation: 3, test: 4, standardise: 'none' },
      { 't.csv': table },
    );
    expect(data.inputShape).toEqual([1]);
    expect([data.train.count, data.validation.count, data.test.count]).toEqual([10, 3, 4]);
    expect(data.train.inputs.every(value => value % 2 === 1)).toBe(true);
    expect(data.inputScale).toBeUndefined();
  });

  test('a column of groups is no input, and goes with its rows', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `${i},p${i % 3},${i % 2 ? 'cat' : 'dog'}`);
    const data = await load(
      { ...options, group: 'patient', standardise: 'none', unseen: [] },
      { 't.csv': `width,patient,kind\n${rows.join('\n')}\n` },
    );
    expect([data.inputNames, data.groupNames]).toEqual([['width'], ['p0', 'p1', 'p2']]);
    for (const { count, inputs, groups } of [data.train, data.validation, data.test]) {
      expect(groups).toHaveLength(count);
      for (const [i, group] of groups!.entries()) expect(group).toBe(inputs[i]! % 3);
    }
    expect(addressOfData(data)).not.toBe(addressOfData({ ...data, test: { ...data.test, groups: new Int32Array(4) } }));
    await expect(load({ ...options, group: 'who' }, { 't.csv': table })).rejects.toThrow(
      "data.group: there is no column 'who' in t.csv",
    );
  });

  test('regression on several targets, by name and by index', async () => {
    const both = await load(
      { ...options, task: 'regression', target: ['height', 0] },
      { 't.csv': `a,b,height\n${'1,2,3\n4,5,6\n'.repeat(7)}` },
    );
    expect([both.outputNames, both.inputNames]).toEqual([['height', 'a'], ['b']]);
    const good = await load({ ...options, task: 'regression', target: ['height'], drop: [-1] }, { 't.csv': table });
    expect(good.outputNames).toEqual(['height']);
    const { mean, std } = good.targetScale!;
    const slope = Array.from(
      { length: good.train.count },
      (_, i) =>
        good.train.targets[i]! * std[0]! +
        mean[0]! -
        2 * (good.train.inputs[i]! * good.inputScale!.std[0]! + good.inputScale!.mean[0]!),
    );
    for (const value of slope) expect(value).toBeCloseTo(1, 4);
  });

  test('numbers as labels are sorted by value and may be spelled differently', async () => {
    const rows = ['10', '9', '9.0', '2', '10', '2', '2', '9', '9', '10'].map((label, i) => `${i},${label}`).join('\n');
    const data = await load({ ...options, header: false }, { 't.csv': rows });
    expect(data.outputNames).toEqual(['2', '9', '10']);
  });

  test('other delimiters, quotes, byte order mark and blank lines', async () => {
    const bytes = new TextEncoder().encode('\ufeffa;"b;c"\n\n 1 ;"say ""no"""\r\n');
    const { names, cells } = await decodeTextTable(bytes, 't.csv', { header: true, delimiter: ';' });
    expect(names).toEqual(['a', 'b;c']);
    expect(cells).toEqual([['1', 'say "no"']]);
  });

  test('classes held out of training', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i},${'abcd'[i % 4]}`).join('\n');
    const data = await load({ ...options, header: false, unseen: ['b'] }, { 't.csv': rows });
    expect(data.outputNames).toEqual(['a', 'c', 'd']);
    expect(data.unseen!.count).toBe(10);
    expect(new Set(data.unseen!.labels)).toEqual(new Set([-1]));
    const { mean, std } = data.inputScale!;
    const original = (split: typeof data.train, i: number) => Math.round(split.inputs[i]! * std[0]! + mean[0]!);
    for (let i = 0; i < 10; i++) expect(original(data.unseen!, i) % 4).toBe(1);
    for (let i = 0; i < data.train.count; i++) {
      expect('acd'[data.train.labels[i]!]).toBe('abcd'[original(data.train, i) % 4]);
    }
  });

  test('a constant column stays finite', async () => {
    const data = await load(
      { ...options, header: false },
      { 't.csv': '5,1,a\n5,2,b\n5,3,a\n5,4,b\n5,5,a\n5,6,b\n5,7,a\n5,8,a\n5,9,a\n5,1,b\n' },
    );
    expect(data.train.inputs.every(Number.isFinite)).toBe(true);
  });
});

describe('what is refused', () => {
  const rows = (text: string) => ({ 't.csv': text });
  test.each([
    ['ragged', { header: false }, '1,2,a\n1,2,b\n1,a\n', /t.csv: line 3: has 2 cells where most have 3/],
    [
      'not a number',
      {},
      `x,y\n${'1,a\n'.repeat(12)}z,b\n`,
      /t.csv: line 14, column 1 \('x'\): must be a finite number like the others of its column, got 'z'/,
    ],
    ['empty cell', {}, 'x,y\n1,a\n,b\n', /line 3, column 1 \('x'\): has no value \(''\); .*data.missing: impute/],
    ['NaN', {}, 'x,y\nNaN,a\n1,b\n', /line 2, column 1 \('x'\): has no value \('NaN'\)/],
    ['overflow', {}, `x,y\n${'1,a\n'.repeat(12)}1e999,b\n`, /got '1e999'/],
    ['missing label', {}, 'x,y\n1,a\n2,\n', /line 3, column 2 \('y'\): has no label/],
    ['broken label', {}, 'x,y\n1,0.5\n2,1\n', /got 0.5; for real targets set task: regression/],
    ['one class', {}, 'x,y\n1,a\n2,a\n3,a\n', /all 3 rows have class 'a'/],
    ['no rows', { header: true }, 'x,y\n', /t.csv: holds no rows/],
    ['nothing', {}, '', /t.csv: /],
    ['unknown target', { target: 'z' }, 'x,kind\n1,a\n', /data.target: there is no column 'z'/],
    ['similar target', { target: 'kimd' }, 'x,kind\n1,a\n', /did you mean 'kind'/],
    [
      'target out of range',
      { target: 2 },
      'x,y\n1,a\n',
      /data.target: there is no column 2 in [^;]*; with 2 columns, numbers go from -2 to 1/,
    ],
    ['no inputs', { drop: [0] }, 'x,y\n1,a\n', /no columns left/],
    ['header forgotten', { header: true }, '1,2,a\n3,4,b\n', /set header: false/],
    ['same name twice', {}, 'x,x,y\n1,2,a\n', /names the column 'x' twice/],
    ['empty split', {}, 'x,y\n1,a\n2,b\n', /data.test: 0.2 of 2 rows leaves the split empty/],
    [
      'too many rows',
      { train: 5, validation: 1, test: 1 },
      'x,y\n1,a\n2,b\n3,a\n',
      /has 3 rows, but train 5, validation 1, test 1 need 7/,
    ],
    [
      'too large fractions',
      { train: 0.9, validation: 0.2, test: 0.2 },
      'x,y\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n',
      /ask for fewer/,
    ],
    [
      'broken count',
      { train: 1.5 },
      'x,y\n1,a\n2,b\n3,a\n',
      /data.train: must be a fraction below 1 or a whole number/,
    ],
    ['unseen unknown', { unseen: ['c'] }, 'x,y\n1,a\n2,b\n3,a\n', /data.unseen: there is no class 'c'/],
    ['unseen leaves one', { unseen: ['b'] }, 'x,y\n1,a\n2,b\n3,a\n', /leaves 1 of 2 classes/],
    ['open quote', {}, 'x,y\n"1,a\n2,b\n', /t.csv: line \d+: is no row of a table/],
  ])('%s', async (_, more, text, message) => {
    await expect(load({ ...options, ...more }, rows(text))).rejects.toThrow(message);
  });

  test('a missing file, with the folder that paths start at', async () => {
    const options = dataSchema.parse({ source: 'csv', path: 'no/such.csv' });
    const loading = loadDataset(keyOf(1), options, nodeFiles('/tmp'));
    await expect(loading).rejects.toThrow('no/such.csv: does not exist; paths start at /tmp.');
  });

  test('damaged tables are read or refused', () =>
    fc.assert(
      fc.asyncProperty(mutated(new TextEncoder().encode(table)), damaged =>
        readsOrRefuses(() => decodeTextTable(damaged, 't.csv'), 't.csv'),
      ),
      { numRuns: 500 },
    ));
});

describe('tables of people', () => {
  const rows = (make: (i: number) => string, count = 40): string =>
    Array.from({ length: count }, (_, i) => make(i)).join('\n');

  test.each<[string, string | Uint8Array]>([
    ['tabs', `a\tb\tkind\n${rows(i => `${i}.5\t${i % 7}\t${'ab'[i % 2]}`)}`],
    ['semicolons and decimal commas', `a;b;kind\n${rows(i => `${i},5;${i % 7};${'ab'[i % 2]}`)}`],
    ['gzip', gzipSync(new TextEncoder().encode(`a,b,kind\n${rows(i => `${i}.5,${i % 7},${'ab'[i % 2]}`)}`))],
    ['lines above', `made by hand\na,b,kind\n${rows(i => `${i}.5,${i % 7},${'ab'[i % 2]}`)}`],
    [
      'Parquet',
      encodeParquet({
        a: { type: 'DOUBLE', data: Float64Array.from({ length: 40 }, (_, i) => i + 0.5) },
        b: { type: 'INT32', data: Int32Array.from({ length: 40 }, (_, i) => i % 7) },
        kind: { type: 'STRING', data: Array.from({ length: 40 }, (_, i) => 'ab'[i % 2]!) },
      }),
    ],
  ])('%s', async (_, file) => {
    const data = await load({ ...options, standardise: 'none' }, { 't.csv': file });
    expect([data.inputNames, data.outputNames]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    const { inputs, labels, count } = data.train;
    for (let i = 0; i < count; i++) {
      const n = inputs[2 * i]! - 0.5;
      expect([inputs[2 * i + 1], labels[i]]).toEqual([n % 7, n % 2]);
    }
  });

  test('texts, dates and missing values become inputs as the training rows alone say', async () => {
    const colour = (i: number): string => (i === 3 ? '' : i % 2 ? 'red' : 'blue');
    const table = `n,colour,day,age,kind\n${rows(i => `${i},${colour(i)},2024-01-${String(1 + (i % 28)).padStart(2, '0')},${i % 5 ? i : 'NA'},${'ab'[i % 2]}`)}`;
    const given = { ...options, standardise: 'none', missing: 'impute' };
    const data = await load(given, { 't.csv': table });
    expect(data.inputNames).toEqual(
      ['n', 'colour=blue', 'colour=red', 'colour missing', 'day', 'age', 'age missing'].filter(
        name => name !== 'colour missing' || data.inputNames.includes(name),
      ),
    );
    const width = data.inputNames.length;
    const at = (name: string): number => data.inputNames.indexOf(name);
    const train = Array.from({ length: data.train.count }, (_, i) =>
      data.train.inputs.subarray(i * width, (i + 1) * width),
    );
    const ages = train
      .map(row => row[0]!)
      .filter(n => n % 5)
      .sort((a, b) => a - b);
    const half = ages.length >> 1;
    const median = ages.length % 2 ? ages[half]! : (ages[half - 1]! + ages[half]!) / 2;
    for (const { inputs, count } of [data.train, data.validation, data.test]) {
      for (let i = 0; i < count; i++) {
        const row = inputs.subarray(i * width, (i + 1) * width);
        const n = row[0]!;
        if (n !== 3) expect(row[at('colour=red')]).toBe(n % 2);
        expect(row[at('colour=red')]! + row[at('colour=blue')]!).toBe(1);
        expect([row[at('age')], row[at('age missing')]]).toEqual(n % 5 ? [n, 0] : [median, 1]);
        expect(row[at('day')]).toBe(Date.UTC(2024, 0, 1 + (n % 28)) / 86_400_000);
      }
    }
    expect(data.encoding!.find(line => line.startsWith('age'))).toBe(
      `age: numbers; ${train.filter(row => row[at('age missing')] === 1).length} of 28 training rows have none and get the median, ${formatNumber(median)}, and an indicator`,
    );
    expect(data.encoding!.some(line => line.startsWith('colour: 2 texts one-hot (blue, red)'))).toBe(true);
    const ordinal = await load({ ...given, text: 'ordinal' }, { 't.csv': table });
    expect(ordinal.inputNames).toContain('colour');
    expect(ordinal.inputNames).not.toContain('colour=red');
  });

  test('a text that training rows lack is none of its inputs', async () => {
    const table = `t,colour,kind\n${rows(i => `${i},${i > 34 ? 'green' : i % 3 ? 'red' : 'blue'},${'ab'[i % 2]}`)}`;
    const data = await load({ ...options, apart: 'time', time: 't', standardise: 'none' }, { 't.csv': table });
    expect(data.inputNames).toEqual(['colour=blue', 'colour=red']);
    expect(Array.from(data.test.inputs.slice(-2))).toEqual([0, 0]);
    expect(data.encoding).toEqual(['colour: 2 texts one-hot (blue, red); 1 only elsewhere (green)']);
  });

  test('by time, the earliest rows train and the latest test', async () => {
    const order = (i: number): number => (17 * i) % 40;
    const table = `when,x,kind\n${rows(i => `${new Date(Date.UTC(2024, 0, 1 + order(i))).toISOString().slice(0, 10)},${order(i)},${'ab'[i % 2]}`)}`;
    const given = { ...options, apart: 'time', standardise: 'none' };
    const data = await load({ ...given, time: 'when' }, { 't.csv': table });
    expect(data.inputNames).toEqual(['x']);
    expect(Array.from(data.train.inputs)).toEqual(Array.from({ length: 28 }, (_, i) => i));
    expect(Array.from(data.test.inputs)).toEqual(Array.from({ length: 8 }, (_, i) => 32 + i));
    await expect(load(given, { 't.csv': table })).rejects.toThrow('data.apart: rows have no time; name the column');
    await expect(load({ ...given, time: 'kind', target: 'x', task: 'regression' }, { 't.csv': table })).rejects.toThrow(
      "data.time: column 'kind' holds neither numbers nor dates",
    );
  });

  test('a column of names is refused with the way out', async () => {
    const table = `id,x,kind\n${rows(i => `p${i},${i},${'ab'[i % 2]}`, 200)}`;
    await expect(load(options, { 't.csv': table })).rejects.toThrow(
      "data: column 'id' has 140 different texts in 140 training rows, too many for an input each; leave it out with data.drop",
    );
  });

  test.each([
    ['times 1e-13', 1e-13, 0],
    ['times 1e-40', 1e-40, 0],
    ['times 1e200', 1e200, 0],
    ['shifted by 1.6e9', 1, 1.6e9],
    ['a thousandth, shifted by 1.6e9', 1e-3, 1.6e9],
  ])('units do not matter: %s', async (_, factor, shift) => {
    const of = (f: number, s: number): string =>
      `x,y,kind\n${rows(i => `${f * ((i * 7) % 11) + s},${f * i + s},${'ab'[i % 2]}`)}`;
    const own = await load(options, { 't.csv': of(1, 0) });
    const other = await load(options, { 't.csv': of(factor, shift) });
    for (const [i, value] of other.train.inputs.entries()) expect(value).toBeCloseTo(own.train.inputs[i]!, 3);
    const regress = { ...options, task: 'regression', target: ['x', 'y'], header: true, drop: [] };
    const real = (f: number, s: number): string => `z,x,y\n${rows(i => `${i},${f * ((i * 7) % 11) + s},${f * i + s}`)}`;
    const targets = [
      (await load(regress, { 't.csv': real(1, 0) })).train,
      (await load(regress, { 't.csv': real(factor, shift) })).train,
    ];
    for (const [i, value] of targets[1]!.targets.entries()) expect(value).toBeCloseTo(targets[0]!.targets[i]!, 3);
  });

  test('what scaling makes infinite is refused by row and column; a constant target too', async () => {
    const table = `t,x,kind\n${rows(i => `${i},${i === 39 ? '1e300' : i % 5},${'ab'[i % 2]}`)}`;
    await expect(load({ ...options, apart: 'time', time: 't' }, { 't.csv': table })).rejects.toThrow(
      "t.csv: line 41, 'x' is 1e+300, which is beyond single precision in spreads of the training split; correct it",
    );
    await expect(load({ ...options, standardise: 'none' }, { 't.csv': table })).rejects.toThrow(
      "t.csv: line 41, 'x' is 1e+300, beyond single precision; correct it",
    );
    const far = `t,x,y\n${rows(i => `${i},${(i * 7) % 5},${i === 39 ? '1e300' : i % 3}`)}`;
    await expect(load({ ...options, task: 'regression', apart: 'time', time: 't' }, { 't.csv': far })).rejects.toThrow(
      "t.csv: line 41, 'y' is 1e+300, which is beyond single precision in spreads of the training split",
    );
    await expect(load({ ...options, task: 'regression' }, { 't.csv': `x,y\n${rows(i => `${i},7`)}` })).rejects.toThrow(
      "all 40 rows have the target 'y' at 7, which leaves nothing to predict",
    );
  });

  test('constant columns and classes without training rows are named', async () => {
    const table = `t,x,same,kind\n${rows(i => `${i},${i % 5},3,${i > 36 ? 'c' : 'ab'[i % 2]}`)}`;
    const data = await load({ ...options, apart: 'time', time: 't' }, { 't.csv': table });
    const { constant, absent } = describeDataset(data);
    expect([constant, absent]).toEqual([['same'], ['c']]);
  });
});

const folder = process.env.POSTEROHM_DATA;
test.skipIf(!folder)('the breast cancer table, from a folder of data sets given by POSTEROHM_DATA', async () => {
  const options = dataSchema.parse({
    source: 'csv',
    path: join(folder!, 'wdbc.data'),
    header: false,
    drop: [0],
    target: 1,
  });
  const data = await loadDataset(keyOf(1), options, nodeFiles('.'));
  expect(data.inputShape).toEqual([30]);
  expect(data.outputNames).toEqual(['B', 'M']);
  const counts = [0, 0];
  for (const split of [data.train, data.validation, data.test]) for (const label of split.labels) counts[label]!++;
  // The data set's description: 357 benign, 212 malignant
  expect(counts).toEqual([357, 212]);
});
