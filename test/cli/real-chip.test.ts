import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeNpz } from '../../src/data/index.ts';
import { folderWith, posterohm, smallExperiment } from './shell.ts';

describe('a real chip', async () => {
  const hardware = '{ device: pcm-ibm, array: { rows: 64, columns: 64 } }';
  const posterior = '{ method: mean-field, epochs: 3 }';
  const folder = folderWith({ 'small.yaml': smallExperiment({ hardware, posterior }) });
  const run = join(folder, 'run');
  const plan = join(folder, 'p.csv');
  const measured = join(folder, 'm.csv');
  const chip = join(run, 'chips/chip-00.safetensors');
  await posterohm('train', join(folder, 'small.yaml'), '--out', run, '--quiet');
  const json = async (...argv: string[]) => {
    const { status, out, err } = await posterohm(...argv, '--json', '--quiet');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    return JSON.parse(out);
  };
  await json('export', 'plan', run, '--out', plan);
  const [header, ...rows] = readFileSync(plan, 'utf8').trimEnd().split('\n');
  const at = (name: string) => header!.split(',').indexOf(name);
  /** Every cell as expected, the second open, in uS an hour after programming. */
  const table = (unit: string, scale: number) =>
    [
      `array,row,column,conductance (${unit}),time (h)`,
      ...rows.map((row, i) => {
        const cells = row.split(',');
        return `${cells.slice(0, 3).join(',')},${i === 1 ? 'open' : Number(cells[at('expected (S)')]) * scale},1`;
      }),
    ].join('\n');
  writeFileSync(measured, table('uS', 1e6));

  test('takes the place of a simulated one, is counted, compared, and evaluated at other times', async () => {
    const found = await json('import', 'chip', measured, '--plan', plan, '--out', chip);
    expect(found).toMatchObject({
      schema: 'posterohm/import-chip/1',
      cells: rows.length,
      times: [3600],
      failed: { open: 1, stuckHigh: 0, stuckLow: 0, shorted: 0 },
      likeness: { chips: 199, asModelled: { pValue: 1 / 200 }, fitted: { pValue: 1 / 200 } },
    });
    const { measured: real, standing, adopted } = await json('evaluate', run);
    expect([real, adopted]).toEqual([[0], ['chip 0']]);
    expect(standing[0].metrics.accuracy.pValue).toBeGreaterThanOrEqual(2 / 3);
    const report = readFileSync(join(run, 'report.html'), 'utf8');
    expect(report).toContain('which were measured, 0 are stuck high, 0 stuck low and 1 open');
    expect(report).toContain('Measured chips among simulated ones');
    const again = join(folder, 'again.csv');
    await json('export', 'chip', chip, '--out', again);
    expect((await json('import', 'chip', again, '--out', chip)).failed.open).toBe(1);
  });

  test('gives its weights to other tools, in their layout', async () => {
    const file = join(folder, 'weights.npz');
    const weights = ['export', 'chip', chip, '--time', '1h,1d', '--weights', '--out', file];
    expect(await json(...weights)).toMatchObject({ copies: 20, times: [3600, 86400], real: true });
    const arrays = decodeNpz(new Uint8Array(readFileSync(file)), file);
    expect(Object.fromEntries(Object.entries(arrays).map(([name, { shape }]) => [name, shape]))).toEqual({
      'samples/0.weight': [2, 20, 2, 4],
      'samples/0.bias': [2, 20, 4],
      'samples/1.weight': [2, 20, 4, 2],
      'samples/1.bias': [2, 20, 2],
    });
    await json(...weights, '--layout', 'output-first');
    const theirs = decodeNpz(new Uint8Array(readFileSync(file)), file)['samples/0.weight']!;
    expect(theirs.shape).toEqual([2, 20, 4, 2]);
    const [a, b] = [arrays['samples/0.weight']!.data, theirs.data].map(data => Array.from(data as Float32Array));
    for (let k = 0; k < 40; k++)
      for (let i = 0; i < 8; i++) expect(b![8 * k + i]).toBe(a![8 * k + (i % 2) * 4 + (i >> 1)]);
    expect((await posterohm('export', 'chip', chip, '--layout', 'output-first')).err).toContain('is for --weights');
  });

  test('of a plan of one’s own', async () => {
    const { changed } = await json('import', 'plan', plan, '--out', run);
    expect(changed).toBe(0);
  });

  const wrong = join(folder, 'wrong.csv');
  writeFileSync(wrong, table('S', 1e6));
  const none = join(folder, 'none.csv');
  writeFileSync(none, 'row,column,conductance (uS)\n0,0,1\n');
  const refused: ReadonlyArray<readonly [string[], RegExp]> = [
    [
      ['import', 'chip', wrong, '--out', chip],
      /must be a conductance from -1\.25 µS \(what noise makes of none\) to 33\.4 µS, which pcm-ibm can have/,
    ],
    [['import', 'chip', none, '--out', chip], /has reads without a time since programming/],
    [['import', 'chip', measured], /--out: must be the place of a chip in a run directory; such as RUN\/chips/],
    [['import', 'chip', measured, '--out', join(run, 'chip.safetensors')], /--out: must be the place of a chip/],
    [
      ['import', 'chip', measured, '--out', join(run, 'chips/chip-07.safetensors')],
      /must be one of the 3 chips that the run evaluates, got 'chip-07'/,
    ],
    [['import', 'chip', 'nowhere.csv', '--out', chip], /nowhere\.csv: does not exist/],
    [
      ['import', 'chip', measured, '--plan', measured, '--out', chip],
      /must have the columns 'array', 'row', 'column' and 'target'/,
    ],
    [['import', 'chip', measured, '--out', join(folder, 'chips/chip-00.safetensors')], /is not a run directory/],
    [['import', 'plan', plan], /--out: must name the run directory/],
    [['export', 'chip', chip, '--time', '-1h'], /--time: must be 0 or later/],
  ];
  test.each(refused)('%j gets one sentence and status 2', async (argv, sentence) => {
    const { status, err } = await posterohm(...argv, '--quiet');
    expect(err).toMatch(sentence);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(status).toBe(2);
  });
});
