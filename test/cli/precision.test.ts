import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodeNpz } from '../../src/data/index.ts';
import { folderWith, posterohm, smallExperiment } from './shell.ts';

const small = (more: Readonly<Record<string, string>> = {}) =>
  smallExperiment({
    transfer: '{ method: joint, limit: 3 }',
    evaluate: '{ chips: 2, grid: 12 }',
    posterior: '{ method: nuts, chains: 2, warmup: 60, draws: 30 }',
    ...more,
  });

test('on a noisy device bfloat16 is taken, measured and reported, and single precision can be had back', async () => {
  const folder = folderWith({ 'small.yaml': small() });
  const directory = join(folder, 'run');
  const quiet = ['--json', '--quiet'];
  const file = join(folder, 'small.yaml');
  const rounded = await posterohm('run', file, '--precision', 'bf16', '--out', directory, ...quiet);
  expect(rounded).toMatchObject({ status: 0, err: '' });
  const { chip, hardware } = JSON.parse(rounded.out);
  expect(chip.bf16Error).toBeGreaterThan(1e-4);
  expect(chip.bf16Error).toBeLessThan(0.1);
  expect(readFileSync(join(directory, 'report.html'), 'utf8')).toMatch(/rounded to bfloat16, .* % of the device’s own/);
  const evaluation = JSON.parse(readFileSync(join(directory, 'evaluation.json'), 'utf8'));
  expect(evaluation.hardware.bf16Error).toBe(chip.bf16Error);
  const prediction = () => decodeNpz(readFileSync(join(directory, 'prediction.npz')), 'prediction.npz');
  const values = (side: string) => Array.from(prediction()[`${side}/test`]!.data as Float32Array);
  const [bf16, software] = [values('hardware'), values('software')];

  expect(await posterohm('predict', directory, '--precision', 'single', ...quiet)).toMatchObject({
    status: 0,
    err: '',
  });
  expect(prediction()['hardware/bf16Error']).toBeUndefined();
  expect(values('software')).toEqual(software);
  const single = values('hardware');
  expect(single).not.toEqual(bf16);
  const spread = (of: (i: number) => number) => Math.sqrt(single.reduce((sum, _, i) => sum + of(i) ** 2, 0));
  expect(spread(i => single[i]! - bf16[i]!) / spread(i => single[i]!)).toBeLessThan(0.02);

  const again = JSON.parse((await posterohm('evaluate', directory, ...quiet)).out);
  expect(again.chip.bf16Error).toBeUndefined();
  expect(Math.abs(again.hardware.nll.mean - hardware.nll.mean)).toBeLessThan(0.02);
});

test('on a device without noise bfloat16 is refused, and a limit can refuse it on any', async () => {
  const folder = folderWith({
    'ideal.yaml': small({ hardware: '{ device: ideal, precision: bf16 }' }),
    'strict.yaml': small({ hardware: '{ precision: bf16, precisionLimit: 0.0001 }' }),
  });
  const run = (name: string, ...more: string[]) =>
    posterohm('run', join(folder, `${name}.yaml`), '--out', join(folder, name), '--quiet', ...more);
  const ideal = await run('ideal');
  expect(ideal.status).toBe(2);
  expect(ideal.err).toMatch(
    /^posterohm: hardware\.precision: 'bf16' puts a layer's sums off by \S+.* times the device's own noise, beyond the 0\.1 of hardware\.precisionLimit; use 'single'\.\n$/,
  );
  const strict = await run('strict');
  expect(strict.status).toBe(2);
  expect(strict.err).toMatch(/off by 0\.0\d+ times .* beyond the 0\.0001/);
  expect((await run('ideal', '--precision', 'single')).status).toBe(0);
});

test('another name is refused', async () => {
  const { status, err } = await posterohm('run', 'small.yaml', '--precision', 'half');
  expect(status).toBe(2);
  expect(err).toBe(
    "posterohm: --precision: must be 'single' or 'bf16', got 'half'; leave it out for the experiment's own.\n",
  );
});
