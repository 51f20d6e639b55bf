import { expect, test } from 'vitest';
import { corrupted } from '../../src/data/index.ts';
import { fold } from '../../src/random/index.ts';
import { reportHtml, reportOf } from '../../src/report/index.ts';
import { evaluatedFor } from './support.ts';

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
  const { subject, ...evaluated } = await evaluatedFor(moons);
  const { evaluation } = evaluated;
  const found = evaluation.corruptions!;
  expect(found.map(({ corruption, strength }) => [corruption, strength])).toEqual([
    ['noise', 0.3],
    ['noise', 1],
    ['noise', 2],
  ]);
  const { data, network, root, own } = subject;
  const noisy = corrupted(fold(fold(root, 'question'), 'corruption'), data.test, data, 'noise', 1);
  const posterior = await own.get('posterior');
  if (posterior.kind !== 'point') throw new Error('expected a point');
  const logits = new Float32Array(2 * noisy.count);
  network.predict(logits, posterior.mean, 1, noisy.inputs, noisy.count);
  const right = noisy.labels.filter((label, i) => (logits[2 * i + 1]! > logits[2 * i]! ? 1 : 0) === label);
  expect(found[1]!.software.accuracy!.mean).toBeCloseTo(right.length / noisy.count, 12);

  const clean = evaluation.hardware.metrics.accuracy!.mean;
  expect(found[0]!.hardware.accuracy!.mean).toBeLessThan(clean);
  expect(found[2]!.hardware.accuracy!.mean).toBeLessThan(found[0]!.hardware.accuracy!.mean);
  const reported = { subject, evaluated, variants: [] };
  expect(reportHtml(await reportOf(reported, 'posterohm run', {}))).toContain('Corrupted inputs');
});

test('regression: intervals that are too narrow for corrupted inputs hold fewer targets', async () => {
  const cubic = {
    ...moons,
    data: { source: 'cubic', train: 60, test: 200 },
    network: { layers: ['dense 12 tanh', 'dense 1'] },
  };
  const { corruptions, software } = (await evaluatedFor(cubic)).evaluation;
  expect(corruptions![2]!.software.coverage90!.mean).toBeLessThan(software.metrics.coverage90!.mean);
  expect(corruptions![2]!.software.rmse!.mean).toBeGreaterThan(software.metrics.rmse!.mean);
});

test('what cannot be done to the inputs is refused before anything is trained', async () => {
  const rotated = { ...moons, evaluate: { corruptions: { rotation: [10] } } };
  await expect(evaluatedFor(rotated)).rejects.toThrow(
    'evaluate.corruptions.rotation: inputs of shape [2] are no image; use noise instead.',
  );
});
