import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deChazal } from '../../../src/data/aami.ts';
import { decodeWfdbAnnotations, decodeWfdbHeader, decodeWfdbSignals } from '../../../src/data/formats/index.ts';
import { dataSchema, loadDataset } from '../../../src/data/index.ts';
import { rhythm, rhythmNames } from '../../../src/data/rhythm.ts';
import { keyOf } from '../../../src/random/index.ts';
import { nodeFiles } from '../../../src/run/files.ts';
import { mutated, readsOrRefuses } from '../arbitrary.ts';
import { load } from '../files.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const sum16 = (values: readonly number[]) => (values.reduce((sum, value) => sum + value, 0) << 16) >> 16;

/** Two signals of format 212, packed as the WFDB guide says: 12-bit pairs in three bytes. */
function pack212(a: readonly number[], b: readonly number[]): Uint8Array {
  return Uint8Array.from(a.flatMap((x, i) => [x & 255, ((x >> 8) & 15) | (((b[i]! >> 8) & 15) << 4), b[i]! & 255]));
}

/** Annotations in MIT format from [interval, type] pairs. */
const marks = (...pairs: [number, number][]) =>
  Uint8Array.from(
    [...pairs, [0, 0] as const].flatMap(([interval, type]) => [interval & 255, (interval >> 8) | (type << 2)]),
  );

const a = Array.from({ length: 1000 }, (_, i) => Math.round(2000 * Math.sin(i / 9)));
const b = Array.from({ length: 1000 }, (_, i) => ((i * 37) % 4096) - 2048);
const header = `# made for this test\nr 2 100 1000\nr.dat 212 200(10)/mV 12 0 ${a[0]} ${sum16(a)} 0 first\nr.dat 212 100 12 0 ${b[0]} ${sum16(b)} 0 second\n`;
const beats = marks(...Array.from({ length: 18 }, (_, i) => [50, i % 3 ? 1 : 5] as [number, number]));
const record = { 'f/r.hea': header, 'f/r.dat': pack212(a, b), 'f/r.atr': beats };

describe('formats', () => {
  test('212, negative values included', () => {
    const { signals, samples, rate } = decodeWfdbHeader(bytes(header), 'r.hea');
    expect([rate, signals[0]!.gain, signals[0]!.baseline, signals[1]!.description]).toEqual([100, 200, 10, 'second']);
    const read = decodeWfdbSignals(pack212(a, b), 'r.dat', signals, samples);
    expect(Array.from(read[0]!)).toEqual(a);
    expect(Array.from(read[1]!)).toEqual(b);
  });

  test('16 with an offset', () => {
    const { signals, samples } = decodeWfdbHeader(bytes('r 1 250 3\nr.dat 16+4 200 16 0 -5 294 0 I'), 'r.hea');
    const data = new Uint8Array([9, 9, 9, 9, ...new Uint8Array(new Int16Array([-5, 300, -1]).buffer)]);
    expect(Array.from(decodeWfdbSignals(data, 'r.dat', signals, samples)[0]!)).toEqual([-5, 300, -1]);
  });

  test('annotations: long intervals, notes and numbers', () => {
    // WFDB Applications Guide, annot(5): SKIP 59 with four bytes, high half first; AUX 63 padded to even length
    const file = [
      0,
      59 << 2,
      1,
      0,
      0x70,
      0x11,
      ...[10, 1 << 2],
      3,
      63 << 2,
      65,
      66,
      67,
      0,
      1,
      62 << 2,
      5,
      5 << 2,
      0,
      0,
    ];
    expect(decodeWfdbAnnotations(Uint8Array.from(file), 'r.atr')).toEqual([
      { sample: 0x11170 + 10, symbol: 'N' },
      { sample: 0x11170 + 15, symbol: 'V' },
    ]);
  });
});

/** A note at the first sample: its text follows in a field of its own, padded to even length. */
const note = (text: string) => [
  ...[0, 22 << 2, text.length & 255, (63 << 2) | (text.length >> 8)],
  ...bytes(text.length % 2 ? `${text}\0` : text),
];
const definitions = ['## annotation type definitions', '42 k my own beat', '## end of definitions'].flatMap(note);

test('codes that a record defines have its symbols, others without a meaning their number', () => {
  const file = Uint8Array.from([...definitions, ...note('43 m defined too late'), ...[5, 42 << 2, 5, 43 << 2, 0, 0]]);
  expect(decodeWfdbAnnotations(file, 'r.atr').slice(-2)).toEqual([
    { sample: 5, symbol: 'k' },
    { sample: 10, symbol: '[43]' },
  ]);
});

describe('heartbeats of a record', () => {
  test('codes of their own are beats where classes name them alone', async () => {
    const own = Array.from({ length: 18 }, (_, i) => [50, [1, 5, 42][i % 3]!] as [number, number]);
    const atr = Uint8Array.from([...definitions, ...marks(...own)]);
    const of = (classes: Record<string, string>) =>
      load({ source: 'wfdb', folder: 'f', classes }, { ...record, 'f/r.atr': atr });
    const rows = ({ train, validation, test }: Awaited<ReturnType<typeof load>>) =>
      train.count + validation.count + test.count;
    const [without, with42] = [await of({}), await of({ normal: 'N', ectopic: 'V', mine: 'k' })];
    expect(without.outputNames).toEqual(['N', 'V']);
    expect([rows(without), rows(with42)]).toEqual([12, 18]);
  });

  test('segments follow one after the other', async () => {
    const half = (from: number, name: string) => {
      const [x, y] = [a.slice(from, from + 500), b.slice(from, from + 500)];
      return {
        [`f/${name}.hea`]: `${name} 2 100 500\n${name}.dat 212 200(10)/mV 12 0 ${x[0]} ${sum16(x)} 0 first\n${name}.dat 212 100 12 0 ${y[0]} ${sum16(y)} 0 second\n`,
        [`f/${name}.dat`]: pack212(x, y),
      };
    };
    const options = { source: 'wfdb', folder: 'f', records: ['r'], features: 'samples' } as const;
    const whole = await load(options, record);
    const parts = { 'f/r.hea': 'r/2 2 100 1000\nx 500\ny 500\n', 'f/r.atr': beats, ...half(0, 'x'), ...half(500, 'y') };
    expect((await load(options, parts)).train.inputs).toEqual(whole.train.inputs);
  });

  test('one row per beat whose window lies within the record', async () => {
    const data = await load({ source: 'wfdb', folder: 'f', features: 'samples', standardise: 'none' }, record);
    expect(data.inputShape).toEqual([1, 70]);
    expect(data.outputNames).toEqual(['N', 'V']);
    expect(data.train.count + data.validation.count + data.test.count).toBe(18);
    const row = data.train.inputs.subarray(0, 70);
    const starts = Array.from({ length: 18 }, (_, i) => 50 * (i + 1) - 28);
    const same = starts.filter(from => row.every((value, i) => Math.abs(value - (a[from + i]! - 10) / 200) < 1e-6));
    expect(same).toHaveLength(1);
    expect(data.outputNames[data.train.labels[0]!]).toBe(((same[0]! + 28) / 50 - 1) % 3 ? 'N' : 'V');
  });

  test('classes without beats, or with one symbol twice', async () => {
    await expect(load({ source: 'wfdb', folder: 'f', classes: { normal: 'N', paced: '/f' } }, record)).rejects.toThrow(
      "data.classes: no beat has a symbol of class 'paced', '/f'; the records hold N (12), V (6).",
    );
    await expect(load({ source: 'wfdb', folder: 'f', classes: { normal: 'NL', other: 'LV' } }, record)).rejects.toThrow(
      "data.classes: symbol 'L' belongs to both 'normal' and 'other'; give it to one class.",
    );
  });

  test('classes may gather symbols', async () => {
    const data = await load({ source: 'wfdb', folder: 'f', classes: { ectopic: 'AV', normal: 'NLR' } }, record);
    expect(data.outputNames).toEqual(['ectopic', 'normal']);
    expect(data.inputShape).toEqual([32]);
  });

  test('a folder as downloaded: records whose leads stand in another order, some apart for testing', async () => {
    const swapped = `201 2 100 1000\n201.dat 212 100 12 0 ${b[0]} ${sum16(b)} 0 second\n201.dat 212 200(10)/mV 12 0 ${a[0]} ${sum16(a)} 0 first\n`;
    const database = {
      'f/100.hea': header.replaceAll('r.dat', '100.dat').replace('r 2', '100 2'),
      'f/100.dat': pack212(a, b),
      'f/100.atr': beats,
      'f/201.hea': swapped,
      'f/201.dat': pack212(b, a),
      'f/201.atr': beats,
      'f/RECORDS': '100\n201\n',
      'f/102-0.atr': beats,
    };
    const fields = { source: 'wfdb', folder: 'f', lead: 'first', features: 'samples', standardise: 'none' };
    const apart = await load({ ...fields, train: 0.9, validation: 0.1, testRecords: [201] }, database);
    expect([apart.train.count + apart.validation.count, apart.test.count]).toEqual([18, 18]);
    const rows = (split: typeof apart.test) =>
      Array.from({ length: split.count }, (_, i) => split.inputs.subarray(70 * i, 70 * i + 70).join()).sort();
    const seen = [...rows(apart.train), ...rows(apart.validation)].sort();
    expect(rows(apart.test)).toEqual(seen);
    expect(apart.groupNames).toEqual(['100', '201']);
    expect([new Set(apart.train.groups), new Set(apart.test.groups)]).toEqual([new Set([0]), new Set([1])]);
    const all = await load({ ...fields, unseen: ['V'] }, { ...database, 'f/201.atr': marks([400, 1], [300, 8]) });
    expect([all.name, all.outputNames, all.unseen!.count]).toEqual(['2 records', ['A', 'N'], 6]);
    for (const choice of [{ records: [100] }, { without: [201] }]) {
      const one = await load({ ...fields, ...choice }, database);
      expect([one.name, one.train.count + one.validation.count + one.test.count]).toEqual(['100', 18]);
    }
  });

  test('the division of the field: its records apart, validation on records of their own, classes of the AAMI', async () => {
    // Types by number of WFDB's table: N 1, V 5, F 6, A 8, / 12; every record has the five classes.
    const mixed = marks(...Array.from({ length: 18 }, (_, i) => [50, [1, 8, 5, 6, 12][i % 5]!] as [number, number]));
    const database = Object.fromEntries(
      [...deChazal.train, ...deChazal.test].flatMap(name => [
        [`f/${name}.hea`, header.replaceAll('r.dat', `${name}.dat`).replace('r 2', `${name} 2`)],
        [`f/${name}.dat`, record['f/r.dat']],
        [`f/${name}.atr`, mixed],
      ]),
    );
    const fields = { source: 'wfdb', folder: 'f', split: 'de-chazal', train: 0.8, validation: 0.2 };
    const data = await load({ ...fields, classes: 'aami' }, database);
    expect(data.outputNames).toEqual(['N', 'S', 'V', 'F', 'Q']);
    const records = (split: typeof data.test, of = data) =>
      [...new Set(split.groups)].map(group => of.groupNames![group]!);
    expect(records(data.test)).toEqual(deChazal.test);
    expect([...records(data.train), ...records(data.validation)].sort()).toEqual(deChazal.train);
    expect([records(data.train).length, records(data.validation).length]).toEqual([18, 4]);
    expect(Array.from(data.test.labels.subarray(0, 5))).toEqual([0, 1, 2, 3, 4]);
    const beatwise = await load({ ...fields, apart: 'rows' }, database);
    expect([new Set(beatwise.train.groups).size, new Set(beatwise.validation.groups).size]).toEqual([22, 22]);
    const named = await load({ ...fields, validationRecords: [205, 114] }, database);
    expect(records(named.validation, named)).toEqual(['205', '114']);
    expect(records(named.train, named)).toHaveLength(20);
    expect([named.train.count, named.validation.count, named.test.count]).toEqual([20 * 18, 2 * 18, 22 * 18]);
    await expect(load({ ...fields, validationRecords: [100] }, database)).rejects.toThrow(
      "data.validationRecords: names a record that is tested on, got '100'; name one that is not.",
    );
    await expect(load({ ...fields, without: [101] }, database)).rejects.toThrow(
      'data.without: names records, and split: de-chazal says which there are; leave out one of the two.',
    );
  });

  test('means of equal parts of the window, named by their middles', async () => {
    const fields = { source: 'wfdb', folder: 'f', standardise: 'none' };
    const [samples, means] = await Promise.all([
      load({ ...fields, features: 'samples' }, record),
      load({ ...fields, features: 'means', bins: 7 }, record),
    ]);
    expect(means.inputNames).toEqual(['-0.230 s', '-0.130 s', '-0.030 s', '0.070 s', '0.170 s', '0.270 s', '0.370 s']);
    for (let k = 0; k < 7; k++) {
      const part = samples.train.inputs.subarray(10 * k, 10 * k + 10);
      expect(means.train.inputs[k]).toBeCloseTo(part.reduce((sum, value) => sum + value, 0) / 10, 6);
    }
  });

  test('waveforms relative to their record know neither its gain nor its baseline nor its usual beat', async () => {
    const fields = { source: 'wfdb', folder: 'f', standardise: 'none', features: 'means', relative: true };
    const other = { ...record, 'f/r.hea': header.replace('200(10)', '317(-40)') };
    const [one, two] = await Promise.all([load(fields, record), load(fields, other)]);
    for (const [i, value] of one.train.inputs.entries()) expect(two.train.inputs[i]).toBeCloseTo(value, 5);
    const all = [one.train, one.validation, one.test].flatMap(split => Array.from(split.inputs));
    for (let j = 0; j < 32; j++) {
      const column = all.filter((_, i) => i % 32 === j).sort((p, q) => p - q);
      expect(column[8]! + column[9]!).toBeCloseTo(0, 5);
    }
    // Of a sine 99 % of the values are within its height, nearly.
    const plain = await load({ ...fields, relative: false }, record);
    const span = (data: typeof one) => Math.max(...data.train.inputs) - Math.min(...data.train.inputs);
    expect(span(plain) / span(one)).toBeGreaterThan(9);
  });

  test('the rhythm beside the waveform, of all beats, also of those that are no rows', async () => {
    const irregular = marks([100, 1], [100, 1], [40, 8], [60, 28], [100, 2], [100, 1], [100, 1], [100, 8]);
    const fields = { source: 'wfdb', folder: 'f', standardise: 'none', features: 'means', bins: 1, intervals: true };
    const data = await load(
      { ...fields, classes: { ectopic: 'A', normal: 'N' }, train: 4, validation: 1, test: 1 },
      { ...record, 'f/r.atr': irregular },
    );
    expect(data.inputNames.slice(1)).toEqual(rhythmNames);
    // Of the beats kept the third comes early: interval 40 before it and 160 after, the others are 100.
    const rows = [data.train, data.validation, data.test].flatMap(({ count, inputs, labels }) =>
      Array.from({ length: count }, (_, i) => ({
        label: labels[i],
        told: Array.from(inputs.subarray(6 * i + 1, 6 * i + 6)),
      })),
    );
    const early = rows.find(({ told }) => told[0]! < -0.5)!;
    expect(early.label).toBe(0);
    // Their mean is 100 too; the local mean is that of the first ten, here of all seven intervals.
    [0.4, 1.6, 0.4, 1].forEach((ratio, j) => void expect(early.told[j]).toBeCloseTo(Math.log(ratio), 6));
    await expect(load({ ...fields, features: 'samples' }, record)).rejects.toThrow(
      'data.intervals: are no samples of a signal, [1, length]; take features: means or spectrum beside them.',
    );
    await expect(load(fields, { ...record, 'f/r.atr': marks([500, 1]) })).rejects.toThrow(
      'f/r.atr: marks 1 beat, but intervals need two; leave the record out with data.without.',
    );
  });

  test('rhythm: means of the record and of ten intervals, irregularity of those before, ends of the record', () => {
    // Twenty steady intervals of 100, then 80 and 120 in turn from the 21st on; all have a mean of 100.
    const intervals = Array.from({ length: 40 }, (_, i) => (i < 20 ? 100 : i % 2 ? 120 : 80));
    const samples = [7];
    for (const interval of intervals) samples.push(samples.at(-1)! + interval);
    const told = rhythm(samples);
    const of = (i: number) => Array.from(told.subarray(5 * i, 5 * i + 5));
    const near = (i: number, ratios: readonly number[]) =>
      ratios.forEach((ratio, j) => void expect(of(i)[j]).toBeCloseTo(Math.log(ratio), 12));
    expect(told).toHaveLength(5 * 41);
    near(0, [1, 1, 1, 1]);
    expect(of(0)[4]).toBe(0);
    // Beat 21: 80 before (the 21st), 120 after; of ten intervals up to it nine are 100, and so are the twenty before it.
    near(21, [0.8, 1.2, 80 / 98, 0.98]);
    expect(of(21)[4]).toBe(0);
    // Beat 40: the last ten are five of each; of the twenty before the one before it ten are
    // 80, one is 100 and nine are 120: their median is 90, and that of the distances from it 10.
    near(40, [1.2, 1.2, 1.2, 1]);
    expect(of(40)[4]).toBeCloseTo(10 / 90, 12);
    // Where most beats are early, they are early still: nine intervals of 80 for each pause of 280.
    const early = [0];
    for (let i = 0; i < 50; i++) early.push(early.at(-1)! + (i % 10 === 9 ? 280 : 80));
    expect(rhythm(early)[5 * 25]).toBeCloseTo(Math.log(0.8), 12);
    expect(rhythm([0, 0, 50]).every(Number.isFinite)).toBe(true);
  });

  test('beats of one record are grouped by stretches of time', async () => {
    const fields = { source: 'wfdb', folder: 'f', standardise: 'none', features: 'samples' };
    const minute = await load(fields, record);
    expect(minute.groupNames).toEqual(['r from 0 s']);
    // Beats stand every half second from 0.5 s on, 18 of them; the last window ends within the 10 s.
    const { train, validation, test, groupNames } = await load({ ...fields, group: '3 s' }, record);
    expect([...groupNames!].sort()).toEqual(['r from 0 s', 'r from 3 s', 'r from 6 s', 'r from 9 s']);
    const counts = [0, 0, 0, 0];
    for (const { groups } of [train, validation, test]) for (const group of groups!) counts[group]!++;
    expect(counts).toEqual([5, 6, 6, 1]);
  });

  test.each([
    [
      'cut signal',
      { 'f/r.dat': pack212(a, b).slice(0, -1) },
      /f\/r.dat: holds 999 samples per signal where the header announces 1000/,
    ],
    ['changed sample', { 'f/r.dat': pack212([...a.slice(0, -1), 7], b) }, /signal 0 has the checksum/],
    ['other start', { 'f/r.dat': pack212([3, ...a.slice(1)], b) }, /signal 0 begins with 3 where the header says 0/],
    [
      'format',
      { 'f/r.hea': header.replaceAll('212', '99') },
      /f\/r.hea: line 3 has format 99, where 8, 16, 24, 32, 61, 80, 160, 212, 310, 311 can be read/,
    ],
    ['segments', { 'f/r.hea': 'r/3 2 100 9\na 4\nb 5\n' }, /line 1 announces 3 segments, but only 2 follow/],
    ['missing segment', { 'f/r.hea': 'r/2 2 100 9\n~ 4\nb 5\n' }, /line 2 says that a segment is missing/],
    [
      'segment elsewhere',
      { 'f/r.hea': 'r/1 2 100 9\n../a 9\n' },
      /line 2 names the segment '..\/a' outside the folder/,
    ],
    [
      'file elsewhere',
      { 'f/r.hea': header.replaceAll('r.dat', '../r.dat') },
      /line 3 names the file '..\/r.dat' outside/,
    ],
    ['skew', { 'f/r.hea': header.replace('212 200', '212:3 200') }, /line 3 has a skew \('212:3'\)/],
    [
      'segment of another length',
      { 'f/r.hea': 'r/1 2 100 900\ns 900\n', 'f/s.hea': header.replace('r 2', 's 2') },
      /f\/s.hea: is a segment of r with 1000 samples at 100 Hz, where 900 at 100 Hz are announced/,
    ],
    [
      'missing signal',
      { 'f/r.hea': header.replace(/r.dat 212 100.*\n/, '') },
      /announces 2 signals, but only 1 follow/,
    ],
    [
      'rate',
      { 'f/r.hea': header.replace('r 2 100', 'r 2 1e300') },
      /data\.window: 0\.7 s are 7e\+299 samples at the 1e\+300 Hz/,
    ],
    [
      'slow',
      { 'f/r.hea': header.replace('r 2 100', 'r 2 1') },
      /data\.window: 0\.7 s are 1 samples at the 1 Hz of record r/,
    ],
    ['no end mark', { 'f/r.atr': beats.slice(0, -2) }, /f\/r.atr: ends after 36 bytes without an end mark/],
  ])('refuses: %s', async (_, damage, message) => {
    await expect(load({ source: 'wfdb', folder: 'f' }, { ...record, ...damage })).rejects.toThrow(message);
  });

  test('an unknown lead, an empty folder', async () => {
    for (const lead of [2, 'MLII']) {
      await expect(load({ source: 'wfdb', folder: 'f', lead }, record)).rejects.toThrow(
        `data.lead: record r has the signals 0 (first), 1 (second), got ${typeof lead === 'string' ? `'${lead}'` : lead}; choose one of them`,
      );
    }
    await expect(load({ source: 'wfdb', folder: 'g' }, record)).rejects.toThrow(/g: holds no WFDB header/);
    await expect(load({ source: 'wfdb', folder: 'f', testRecords: ['r'] }, record)).rejects.toThrow(
      'data.records: none of 1 is left for training beside validation, test and data.without; name more.',
    );
  });

  test('damaged files are read or refused', () => {
    const files = { hea: bytes(header), dat: pack212(a, b), atr: beats };
    return fc.assert(
      fc.asyncProperty(mutated(files.hea), mutated(files.dat), mutated(files.atr), async (hea, dat, atr) => {
        await readsOrRefuses(() => decodeWfdbHeader(hea, 'x.hea'), 'x.hea');
        const { signals, samples } = decodeWfdbHeader(files.hea, 'x.hea');
        await readsOrRefuses(() => decodeWfdbSignals(dat, 'x.dat', signals, samples), 'x.dat');
        await readsOrRefuses(() => decodeWfdbAnnotations(atr, 'x.atr'), 'x.atr');
      }),
      { numRuns: 300 },
    );
  });
});

const folder = process.env.POSTEROHM_DATA;
describe.skipIf(!folder)(
  'record 100 of the MIT-BIH database, from a folder of data sets given by POSTEROHM_DATA',
  () => {
    const read = (name: string) => new Uint8Array(readFileSync(join(folder!, 'ecg', name)));

    test('650,000 samples of two leads with the values and checksums of its header', () => {
      const { signals, samples, rate } = decodeWfdbHeader(read('100.hea'), '100.hea');
      expect([rate, samples, signals.map(signal => signal.description)]).toEqual([360, 650000, ['MLII', 'V5']]);
      const [mlii, v5] = decodeWfdbSignals(read('100.dat'), '100.dat', signals, samples);
      // numpy: unpacked 12-bit pairs of the file, first ten values
      expect(Array.from(mlii!.subarray(0, 10))).toEqual([995, 995, 995, 995, 995, 995, 995, 995, 1000, 997]);
      expect(Array.from(v5!.subarray(0, 10))).toEqual([1011, 1011, 1011, 1011, 1011, 1011, 1011, 1011, 1008, 1008]);
    });

    test('beat counts of the database directory: 2239 N, 33 A, 1 V', () => {
      const counts: Record<string, number> = {};
      for (const { symbol } of decodeWfdbAnnotations(read('100.atr'), '100.atr'))
        counts[symbol] = (counts[symbol] ?? 0) + 1;
      expect(counts).toEqual({ N: 2239, A: 33, V: 1, '+': 1 });
    });

    test('as a data set', async () => {
      const options = dataSchema.parse({ source: 'wfdb', folder: 'ecg', classes: { normal: 'N', ectopic: 'AV' } });
      const data = await loadDataset(keyOf(1), options, nodeFiles(folder!));
      expect(data.train.count + data.validation.count + data.test.count).toBeGreaterThan(2265);
      expect(data.inputShape).toEqual([32]);
    });
  },
);
