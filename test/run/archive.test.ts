import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { openNpz } from '../../src/data/formats/npz-reader.ts';
import { openArchive } from '../../src/run/archive.ts';
import { evaluationOf } from '../../src/run/evaluate-run.ts';
import { openRanges } from '../../src/run/files.ts';
import { openExperiment } from '../../src/run/index.ts';
import { temporaryOf } from '../../src/run/whole-file.ts';
import { folderWith, posterohm, smallExperiment } from '../cli/shell.ts';

/** No process has this number: it is beyond what systems give. */
const nobody = 2 ** 30;

const small = {
  posterior: '{ method: laplace }',
  sampling: '{ samples: 6, entropy: frozen }',
  evaluate: '{ chips: 2, grid: 5, times: [6 s, 1 h], archive: false }',
  variants: '{ half: { hardware: { spread: 0.5 } } }',
};

test('a chip of one copy has one sample in the archive, whatever was asked for', async () => {
  const fields = {
    ...small,
    posterior: '{ method: map, epochs: 2 }',
    transfer: '{ method: deterministic }',
    variants: '{}',
  };
  const folder = folderWith({
    'a.yaml': smallExperiment({ ...fields, evaluate: '{ chips: 1, grid: 3, times: [6 s] }' }),
  });
  const run = ['predict', join(folder, 'a.yaml'), '--out', join(folder, 'run')];
  const { status, out, err } = await posterohm(...run, '--json', '--quiet');
  expect([status, err]).toEqual([0, '']);
  expect(JSON.parse(out).arrays['hardware/test']).toEqual([1, 1, 1, 128, 2]);
});

test('corrections and corruptions are archived at every time', async () => {
  const evaluate = '{ chips: 2, grid: 3, times: [6 s, 1 h], calibration: temperature, corruptions: { noise: [0.5] } }';
  const folder = folderWith({ 'a.yaml': smallExperiment({ ...small, variants: '{}', evaluate }) });
  const run = ['predict', join(folder, 'a.yaml'), '--out', join(folder, 'run')];
  const { status, out, err } = await posterohm(...run, '--json', '--quiet');
  expect([status, err]).toEqual([0, '']);
  const { arrays } = JSON.parse(out);
  for (const split of ['test', 'validation', 'test/noise/0.5']) {
    expect([split, arrays[`hardware/${split}`].slice(0, 3)]).toEqual([split, [2, 2, 6]]);
  }
});

describe('an archive of predictions', async () => {
  const folder = folderWith({ 'a.yaml': smallExperiment(small) });
  const directory = join(folder, 'run');
  const ran = await posterohm('run', join(folder, 'a.yaml'), '--out', directory, '--json', '--quiet');

  test('is not made where the experiment leaves it out', () => {
    expect(ran.err).toBe('');
    expect(existsSync(join(directory, 'prediction.npz'))).toBe(false);
  });

  test.each(['.', 'variants/half'])('is made by predict, and says of %s what the evaluation says', async place => {
    const own = join(directory, place);
    const { status, out } = await posterohm('predict', own, '--json', '--quiet');
    expect(status).toBe(0);
    expect(JSON.parse(out).arrays['hardware/test']).toEqual([2, 2, 6, 128, 2]);
    const file = await openRanges(join(own, 'prediction.npz'));
    const arrays = await openNpz(file, 'prediction.npz');
    const labels = (await arrays.get('labels/test')!.read()).data as Int32Array;
    expect((await arrays.get('rows/test')!.slice(3, 2)).data).toEqual(Int32Array.of(3, 4));
    const evaluation = JSON.parse(readFileSync(join(own, 'evaluation.json'), 'utf8'));
    // Chip 1 at the headline time, read alone.
    const size = 6 * 128 * 2;
    const t = evaluation.times.indexOf(evaluation.headlineTime);
    const logits = (await arrays.get('hardware/test')!.slice((2 + t) * size, size)).data as Float32Array;
    await file.close();
    const ones = new Float64Array(128);
    for (let i = 0; i < 6 * 128; i++) ones[i % 128]! += 1 / (1 + Math.exp(logits[2 * i]! - logits[2 * i + 1]!)) / 6;
    const right = labels.filter((label, i) => (ones[i]! > 0.5 ? 1 : 0) === label).length;
    expect(right / 128).toBeCloseTo(evaluation.hardware.chips[1].accuracy, 12);
  });

  test('is refused where its disk has no room for it', async () => {
    const { run } = await openExperiment(join(folder, 'a.yaml'), { folder, out: 'run' });
    const file = join(folder, 'full.npz');
    await expect(openArchive(run.subject, file, { disk: async () => 30_000 })).rejects.toThrow(
      /full\.npz: takes \d+(\.\d+)? kB, where 30 kB are free; make room, or/,
    );
    expect(readdirSync(folder).filter(name => name.startsWith('full'))).toEqual([]);
  });

  test('leaves nothing half written where it is stopped, and is made the next time', async () => {
    const stop = new AbortController();
    const job = jobOf({ signal: stop.signal });
    const yaml = join(folder, 'b.yaml');
    writeFileSync(yaml, smallExperiment({ ...small, evaluate: '{ chips: 2, grid: 5 }', variants: '{}' }));
    const { run } = await openExperiment(yaml, { folder, out: 'b', job });
    let said = 0;
    const watched = jobOf({
      signal: stop.signal,
      progress: () => {
        if (++said === 1) stop.abort(new Error('stopped'));
      },
    });
    await expect(evaluationOf(run, () => watched)).rejects.toThrow('stopped');
    const left = () => readdirSync(join(folder, 'b'), { recursive: true, encoding: 'utf8' });
    expect(left().filter(name => /\.(tmp|npz)$/.test(name))).toEqual([]);
    const { run: again } = await openExperiment(yaml, { folder, out: 'b' });
    await evaluationOf(again, () => jobOf());
    expect(
      left()
        .filter(name => /\.(tmp|npz)$/.test(name))
        .sort(),
    ).toEqual(['evidence.npz', 'maps.npz', 'prediction.npz']);
  });
});

describe('opening a run directory', () => {
  test('removes what killed processes of this machine left, and nothing of others', async () => {
    const folder = folderWith({ 'a.yaml': smallExperiment() });
    const stages = join(folder, 'run', 'stages');
    mkdirSync(stages, { recursive: true });
    const own = temporaryOf('prediction.npz');
    const killed = own.replace(`.${process.pid}.`, `.${nobody}.`);
    const foreign = killed.replace(/\.[0-9a-f]{8}\./, '.00000000.');
    for (const name of [own, killed, foreign]) writeFileSync(join(folder, 'run', name), '');
    const owner = { host: hostname(), process: nobody, id: 'x' };
    writeFileSync(join(stages, 'plan.lock'), JSON.stringify(owner));
    writeFileSync(join(stages, 'chip.lock'), JSON.stringify({ ...owner, process: process.pid }));
    writeFileSync(join(stages, 'range.lock'), JSON.stringify({ ...owner, host: 'elsewhere' }));
    await openExperiment(join(folder, 'a.yaml'), { folder, out: 'run' });
    const left = readdirSync(join(folder, 'run'), { recursive: true, encoding: 'utf8' });
    expect(left.filter(name => /\.(tmp|lock)$/.test(name)).sort()).toEqual(
      [foreign, own, 'stages/chip.lock', 'stages/range.lock'].sort(),
    );
  });
});
