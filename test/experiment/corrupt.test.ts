import { expect, test } from 'vitest';
import { corrupted } from '../../src/data/index.ts';
import { openInput, reportOf, summarise } from '../../src/experiment/index.ts';
import { fold } from '../../src/random/index.ts';
import { reportHtml } from '../../src/report/index.ts';
import { folderWith } from '../cli/shell.ts';

const options = (folder: string) => ({ folder, out: 'run', watch: { threads: 1, progress: () => () => {} } });

const moons = {
  seed: 3,
  data: { source: 'two-moons', train: 200, validation: 60, test: 400 },
  network: { layers: ['dense 12 tanh', 'dense 2'] },
  posterior: { method: 'map', epochs: 120 },
  hardware: { array: { rows: 64, columns: 64 }, layout: 'rows' },
  transfer: { method: 'deterministic', limit: 6 },
  sampling: { samples: 1, entropy: 'frozen' },
  evaluate: { chips: 3, grid: 4, times: [6, 3600], corruptions: { noise: [0.3, 1, 2] } },
};

test('corrupted test inputs are judged in software and on every chip', async () => {
  const folder = folderWith({});
  const open = await openInput(moons, 'test', folder, options(folder));
  const { run } = open;
  const found = (await run.evaluation()).corruptions!;
  expect(found.map(({ corruption, strength }) => [corruption, strength])).toEqual([
    ['noise', 0.3],
    ['noise', 1],
    ['noise', 2],
  ]);
  const { dataset, network, key } = run.setting;
  const noisy = corrupted(fold(key, 'corruption'), dataset.test, dataset, 'noise', 1);
  const posterior = await run.posterior();
  if (posterior.kind !== 'point') throw new Error('expected a point');
  const logits = new Float32Array(2 * noisy.count);
  network.predict(logits, posterior.mean, 1, noisy.inputs, noisy.count);
  const right = noisy.labels.filter((label, i) => (logits[2 * i + 1]! > logits[2 * i]! ? 1 : 0) === label);
  expect(found[1]!.software.accuracy).toBeCloseTo(right.length / noisy.count, 12);

  const clean = (await run.evaluation()).hardware.metrics.accuracy!.mean;
  expect(found[0]!.hardware.accuracy!.mean).toBeLessThan(clean);
  expect(found[2]!.hardware.accuracy!.mean).toBeLessThan(found[0]!.hardware.accuracy!.mean);
  expect((await run.prediction())['hardware/test/noise/2']!.shape).toEqual([3, 1, 1, 400, 2]);
  expect((await summarise(run)).corruptions).toEqual(found);
  expect(reportHtml(await reportOf(open, 'posterohm run'))).toContain('Corrupted inputs');
});

test('regression: intervals that are too narrow for corrupted inputs hold fewer targets', async () => {
  const folder = folderWith({});
  const cubic = {
    ...moons,
    data: { source: 'cubic', train: 60, test: 200 },
    network: { layers: ['dense 12 tanh', 'dense 1'] },
  };
  const { run } = await openInput(cubic, 'test', folder, options(folder));
  const { corruptions, software } = await run.evaluation();
  expect(corruptions![2]!.software.coverage90).toBeLessThan(software.metrics.coverage90!);
  expect(corruptions![2]!.software.rmse).toBeGreaterThan(software.metrics.rmse!);
});

test('what cannot be done to the inputs is refused before anything is trained', async () => {
  const folder = folderWith({});
  const rotated = { ...moons, evaluate: { corruptions: { rotation: [10] } } };
  await expect(openInput(rotated, 'test', folder, options(folder))).rejects.toThrow(
    'evaluate.corruptions.rotation: inputs of shape [2] are no image; use noise instead.',
  );
});
