import { expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { defineExperiment } from '../../src/experiment/index.ts';
import {
  evaluateDesign,
  lookAt,
  prepareExperiment,
  samplesOfInput,
  sourcesOf,
  subjectOf,
} from '../../src/pipeline/index.ts';

const experiment = defineExperiment({
  data: { source: 'two-moons', train: 48, validation: 16, test: 32 },
  network: { layers: ['dense 4 tanh', 'dense 2'] },
  posterior: { method: 'mean-field', epochs: 20 },
  hardware: { device: 'pcm-ibm' },
  transfer: { limit: 2, calibrationCopies: 1 },
  sampling: { entropy: 'frozen', samples: 6 },
  evaluate: { chips: 2 },
});
const subject = subjectOf(experiment, await prepareExperiment(experiment), jobOf());
const chip = { number: 1, time: 3600 };
const inputs = { rows: 20, side: 7 };
const look = (at: Parameters<typeof lookAt>[1]) => lookAt(subject, at, inputs, ['nll'], jobOf());

/** Mean over samples of what each says of one input, class by class. */
async function meanOf(of: 'grid' | 'test', number: number, samples?: number) {
  const found = await samplesOfInput(subject, { chip, samples }, { of, number, side: inputs.side }, jobOf());
  return {
    count: found.samples,
    mean: [0, 1].map(c => {
      let sum = 0;
      for (let s = 0; s < found.samples; s++) sum += found.values[2 * s + c]!;
      return sum / found.samples;
    }),
  };
}

test('what is looked at is what designs are judged by', async () => {
  const { metrics } = await look({ chip });
  const wanted = { metrics: ['nll'], chips: [1], times: [3600], rows: { split: 'test', from: 0, count: 20 } as const };
  const evidence = await evaluateDesign(subject.own.prepared, subject.design, wanted, {
    key: subject.root,
    job: jobOf(),
  });
  expect(metrics.nll).toBe(evidence.rows[0]!.values.nll);
});

test.each(['grid', 'test'] as const)('the samples of one input of the %s are those whose mean is shown', async of => {
  for (const samples of [undefined, 3]) {
    const { map, parts } = await look({ chip, samples });
    const shown = of === 'grid' ? map! : parts!;
    for (const number of [0, 11, 19]) {
      const { count, mean } = await meanOf(of, number, samples);
      expect(count).toBe(samples ?? 6);
      for (const c of [0, 1]) expect(mean[c]).toBeCloseTo(shown.mean[2 * number + c]!, 6);
    }
  }
});

test('software has neither chip nor time, and another source has chips of its own', async () => {
  const [software, frozen, read] = [await look({}), await look({ chip }), await look({ chip, source: 'read' })];
  expect(new Set([software, frozen, read].map(({ metrics }) => metrics.nll)).size).toBe(3);
  expect(software.map!.count).toBe(49);
});

test('sources that the device or the posterior cannot serve say why', async () => {
  const found = await sourcesOf(subject, ['frozen', 'read', 'switching']);
  expect(found.map(({ name, lacks }) => [name, lacks === undefined])).toEqual([
    ['frozen', true],
    ['read', true],
    ['switching', false],
  ]);
});
