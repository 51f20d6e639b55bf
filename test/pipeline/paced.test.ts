import { expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { effectiveReads, findDevice } from '../../src/device/index.ts';
import { type Design, designOf, type Fields } from '../../src/experiment/index.ts';
import { Pipeline } from '../../src/pipeline/index.ts';
import { measurementOf } from '../../src/pipeline/measurement.ts';
import { paceOf, pricesOf } from '../../src/pipeline/pricing.ts';
import { keyOf } from '../../src/random/index.ts';
import { experimentOf, preparedOf } from './support.ts';

const beats: Fields = {
  data: { source: 'heartbeats', features: 'samples', train: 16, validation: 16, test: 16 },
  network: { layers: ['conv1d 3 5', 'dense 8'] },
  posterior: { method: 'mean-field', epochs: 1 },
  hardware: { device: 'pcm-ibm', time: 3600 },
  transfer: { method: 'mean-field', limit: 1 },
};
const prepared = await preparedOf(beats);
const designWith = (sampling: Fields, more: Fields = {}): Design =>
  designOf(experimentOf({ ...beats, ...more, sampling: { samples: 5, ...sampling } }), {});
const pipelineOf = (design: Design) => new Pipeline(prepared, design, { key: keyOf(1), job: jobOf() });
const intervalOf = (design: Design) => (pipelineOf(design).design.sampling as { interval: number }).interval;
const read = designWith({ entropy: 'read' });
const pace = paceOf(read, prepared.data);

test('reads are a pass apart where a pass takes longer than the interval, and the interval where it does not', () => {
  // A read of every position of the convolution, at 250 ns or more.
  expect(pace).toBeGreaterThan(100 * 250e-9);
  expect(intervalOf(read)).toBe(pace);
  for (const entropy of ['frozen-read', 'output']) expect(intervalOf(designWith({ entropy }))).toBe(pace);
  expect(intervalOf(designWith({ entropy: 'read', interval: 2 * pace }))).toBe(2 * pace);
  expect(intervalOf(designWith({ entropy: 'read', memory: false }))).toBe(1e-6);
  // As many layers that do not work at the same time take all their times.
  const architecture = { kind: 'analog-core', pipelined: false };
  expect(intervalOf(designWith({ entropy: 'read' }, { architecture }))).toBeGreaterThan(pace);
});

test('predictions are those of a design that says so, and prices of the same reads', async () => {
  const stated = designWith({ entropy: 'read', interval: pace });
  const measured = measurementOf({ key: keyOf(2), metrics: ['nll'] });
  const nameOf = (design: Design) => pipelineOf(design).names(measured, { chip: 0, time: 3600 });
  expect(await nameOf(read)).toEqual(await nameOf(stated));
  expect(await nameOf(read)).not.toEqual(await nameOf(designWith({ entropy: 'read', interval: 2 * pace })));
  const prices = pricesOf({ design: read, data: prepared.data, name: 'x' });
  expect(prices.energyPerDecision! / prices.energyPerEffectiveSample!).toBeCloseTo(
    effectiveReads(findDevice('pcm-ibm'), pace, 5, 3600),
    9,
  );
});

test('a period that is too short for the passes of its batch is refused', () => {
  const of = (period: number) => designWith({ entropy: 'read', batch: 2, period });
  expect(intervalOf(of(5 * 2 * pace))).toBe(pace);
  expect(() => pipelineOf(of(5 * pace))).toThrow(
    /sampling.period: must be at least the .* that 5 passes for 2 inputs take/,
  );
});

test('an architecture that does not realise the source has no pace', () => {
  const architecture = { kind: 'frozen-copies' } as Fields;
  const design = designWith({ entropy: 'output' }, { architecture });
  expect(() => paceOf(design, prepared.data)).toThrow();
  expect(intervalOf(design)).toBe(1e-6);
});
