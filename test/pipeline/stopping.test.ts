import { describe, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { designOf, type Fields } from '../../src/experiment/index.ts';
import { evaluateDesign, Pipeline, stages } from '../../src/pipeline/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { evaluatedFor, experimentOf, preparedOf } from './support.ts';

const promise = { risk: 0.02, error: 0.1 };
const moons: Fields = {
  seed: 5,
  data: { source: 'two-moons', train: 64, validation: 200, test: 300 },
  network: { layers: ['dense 6 tanh', 'dense 2'] },
  posterior: { method: 'mean-field', epochs: 60 },
  hardware: { device: 'oxram-hfo2' },
  sampling: { samples: 24, stopping: promise },
};
const without: Fields = { ...moons, sampling: { samples: 24 } };

describe('stopping', async () => {
  const prepared = await preparedOf(moons);
  const how = { key: keyOf(5), job: jobOf() };
  const wanted = { metrics: ['nll', 'meanSamples', 'samples99', 'stoppingRisk', 'stoppingNll'], chips: [0, 1] };
  const stopped = await evaluateDesign(prepared, designOf(experimentOf(moons), {}), { ...wanted, prices: true }, how);

  test('is calibrated on one chip for each validation row, and keeps what it promises on other chips and rows', async () => {
    const rule = (await new Pipeline(prepared, designOf(experimentOf(moons), {}), how).get('stopping'))!;
    expect(rule).toMatchObject({ ...promise, samples: 24, pairs: 200 });
    expect(rule.pValue).toBeLessThanOrEqual(promise.error);
    expect(rule.meanSamples).toBeLessThan(24 / 2);
    expect(rule.meanSamples).toBeLessThan(rule.fixedSamples);
    for (const { values } of stopped.rows) {
      expect(values.stoppingRisk).toBeLessThanOrEqual(promise.risk);
      expect(values.meanSamples).toBeGreaterThan(1);
      expect(values.samples99).toBeGreaterThan(values.meanSamples!);
      // Samples that chips took, against those of the chips that were made for calibration.
      expect(values.meanSamples! / rule.meanSamples).toBeGreaterThan(0.6);
      expect(values.meanSamples! / rule.meanSamples).toBeLessThan(1.7);
    }
  });

  test('goes by the device as its model says, whatever the chips turn out to be', async () => {
    const design = designOf(experimentOf(moons), {});
    const wider = { ...design, actual: { spread: 2, drift: 1, read: 1 } };
    const [meant, found] = [design, wider].map(each => new Pipeline(prepared, each, how));
    expect(await found!.names(stages.stopping, {})).toEqual(await meant!.names(stages.stopping, {}));
    expect(await found!.names(stages.chip, { chip: 0 })).not.toEqual(await meant!.names(stages.chip, { chip: 0 }));
  });

  test('changes predictions by what its metric says, and prices by the samples that are left', async () => {
    const design = designOf(experimentOf(without), {});
    const all = await evaluateDesign(prepared, design, { metrics: ['nll'], chips: [0, 1], prices: true }, how);
    all.rows.forEach(({ values }, i) => {
      const own = stopped.rows[i]!.values;
      expect(own.nll! - values.nll!).toBeCloseTo(own.stoppingNll!, 10);
      expect(own.stoppingNll).not.toBe(0);
    });
    expect(stopped.prices.energyPerDecision).toBeLessThan(0.6 * all.prices.energyPerDecision!);
    // The copies are all there.
    expect(stopped.prices.area! / all.prices.area!).toBeCloseTo(1, 1);
    const rule = await new Pipeline(prepared, design, how).get('stopping');
    expect(rule).toBeNull();
  });

  test('says the same of predictions that are held as of those that are added up', async () => {
    const design = designOf(experimentOf(moons), {});
    const held = await evaluateDesign(prepared, design, { ...wanted, prefixes: [8, 24] }, how);
    held.rows.forEach(({ values }, i) => {
      for (const [name, value] of Object.entries(values)) expect(value).toBeCloseTo(stopped.rows[i]!.values[name]!, 12);
    });
    const [few, all] = held.arrays['prefix/meanSamples']!;
    expect(few).toBeLessThan(all!);
    expect(all).toBeCloseTo(stopped.rows[0]!.values.meanSamples!, 5);
  });

  test.each([
    [{ sampling: { stopping: {} } }, 'sampling.stopping: needs 1,497 validation rows, each on a chip of its own'],
    [
      {
        data: { source: 'cubic', train: 40, validation: 200, test: 20 },
        network: { layers: ['dense 3 tanh', 'dense 1'] },
      },
      'sampling.stopping: stops by the margin between classes',
    ],
    [{ evaluate: { calibration: 'temperature' } }, 'evaluate.calibration: corrects the logits of all samples'],
    [{ evaluate: { abstention: { risk: 0.001 } } }, 'evaluate.abstention: needs 5,'],
  ] as const)('refuses %j', async (more, message) => {
    await expect(preparedOf({ ...moons, ...more })).rejects.toThrow(message);
  });
});

test('inputs may go unanswered, so that answers keep a risk that was promised', async () => {
  const { evaluation } = await evaluatedFor({
    ...without,
    data: { source: 'two-moons', train: 64, validation: 600, test: 600, noise: 0.3 },
    evaluate: { chips: 2, abstention: { risk: 0.1 }, corruptions: { noise: [1] } },
  });
  for (const side of [evaluation.software, evaluation.hardware]) {
    const { answeredShare, answeredRisk, accuracy } = side.metrics;
    expect(answeredShare!.mean).toBeGreaterThan(0.2);
    expect(answeredShare!.mean).toBeLessThan(1);
    expect(answeredRisk!.mean).toBeLessThan(0.1);
    expect(answeredRisk!.mean).toBeLessThan(1 - accuracy!.mean);
  }
  expect(evaluation.corruptions![0]!.hardware.answeredRisk!.mean).toBeGreaterThan(
    evaluation.hardware.metrics.answeredRisk!.mean,
  );
});
