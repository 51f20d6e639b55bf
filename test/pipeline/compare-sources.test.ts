import { beforeAll, describe, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import type { Fields } from '../../src/experiment/index.ts';
import { evaluateDesign } from '../../src/pipeline/evaluate-design.ts';
import { compareSources, type SourceComparison, samplesWorthOf } from '../../src/pipeline/index.ts';
import { subjectFor } from './support.ts';

const experiment: Fields = {
  data: { source: 'two-moons', train: 64, validation: 32, test: 40 },
  network: { layers: ['dense 6 tanh', 'dense 2'] },
  posterior: { method: 'mean-field', epochs: 60 },
  hardware: { device: 'pcm-ibm' },
  transfer: { method: 'mean-field', limit: 2 },
  sampling: { entropy: 'frozen', samples: 12 },
  evaluate: { chips: 3 },
};

const compare = async (more: Fields = {}) => {
  const subject = await subjectFor({ ...experiment, ...more });
  return { subject, comparison: await compareSources(subject, subject.own.prepared, jobOf()) };
};

describe('a normal posterior on noisy cells', () => {
  let comparison: SourceComparison;
  let subject: Awaited<ReturnType<typeof subjectFor>>;
  beforeAll(async () => {
    ({ subject, comparison } = await compare());
  });
  const of = (entropy: string) => comparison.sources.find(one => one.entropy === entropy)!;

  test('is drawn by every source that suits it', () => {
    const names = comparison.sources.map(({ entropy }) => entropy);
    for (const name of ['frozen', 'read', 'frozen-read', 'reprogram', 'sum', 'output', 'generator'])
      expect(names).toContain(name);
    for (const { samples, metrics } of comparison.sources) {
      expect(samples).toBe(12);
      expect(metrics.nll!.mean).toBeGreaterThan(0);
    }
  });

  test('has the metrics of its own source that an evaluation of its design has, on the same chips', async () => {
    const { own, root, chips, headlineTime: time } = subject;
    const how = { key: root, job: jobOf() };
    const wanted = { metrics: ['nll'], chips, times: [time] };
    const { rows } = await evaluateDesign(own.prepared, own.design, wanted, how);
    const mean = rows.reduce((sum, { values }) => sum + values.nll! / rows.length, 0);
    expect(of('frozen').metrics.nll!.mean).toBeCloseTo(mean, 12);
  });

  test('has as many independent samples as the source draws, fewer where reads remember', () => {
    const worth = (name: string) => of(name).effectiveSamples!.mean;
    for (const name of ['reprogram', 'sum', 'generator']) expect(Math.abs(worth(name) / 12 - 1)).toBeLessThan(0.5);
    expect(worth('read')).toBeLessThan(4);
  });

  test('is worth as many samples in a prediction, few where copies are', async () => {
    expect(await samplesWorthOf(subject, jobOf())).toEqual(of('frozen').effectiveSamples);
    // Two copies in turn, whose reads remember, are two samples and a little more.
    const sampling = { entropy: 'frozen-read', samples: 12, copies: 2 };
    const few = await samplesWorthOf(await subjectFor({ ...experiment, sampling }), jobOf());
    expect(few!.mean).toBeLessThan(5);
  });

  test('counts what happens in a decision', () => {
    // 18 + 14 weights in pairs, programmed 12 times; a number of 32 bits for each weight, or for each output.
    expect(of('reprogram').writes).toBe(12 * 32 * 2);
    expect(of('reprogram').lifetime).toBeCloseTo(1e8 / 12, 6);
    expect(of('generator').bits).toBe(12 * 32 * 32);
    expect(of('output').bits).toBe(12 * 8 * 32);
    expect(of('frozen')).toMatchObject({ writes: 0, bits: 0, lifetime: null });
    for (const { energyPerDecision, latency } of comparison.sources) {
      expect(energyPerDecision).toBeGreaterThan(0);
      expect(latency).toBeGreaterThan(0);
    }
  });

  test('knows how far realised weights are from the trained ones', () => {
    // Eight bits hold them nearly, cells do not.
    expect(of('generator').weightDistance!.mean).toBeLessThan(0.1);
    for (const name of ['frozen', 'read', 'reprogram']) {
      expect(of(name).weightDistance!.mean).toBeGreaterThan(of('generator').weightDistance!.mean);
    }
  });

  test('takes the cheapest of the sources that the best cannot be told from', () => {
    const { taken, sources } = comparison;
    const high = (one: (typeof sources)[number]) => {
      const { difference } = one.againstBest.nll!;
      return (difference.both ?? difference.rows ?? difference.chips)?.high ?? difference.mean;
    };
    const best = sources.reduce((a, b) => (b.metrics.nll!.mean < a.metrics.nll!.mean ? b : a));
    const close = sources.filter(one => one === best || high(one) >= 0);
    const cheapest = close.reduce((a, b) => (b.energyPerDecision! < a.energyPerDecision! ? b : a));
    expect(taken.entropy).toBe(cheapest.entropy);
  });
});

test('weights that lack the trained spread are off by it, copies of a few draws by what so few leave open', async () => {
  const distance = async (method: string) => {
    const { comparison } = await compare({
      hardware: { device: 'ideal' },
      transfer: { method, limit: 4 },
      evaluate: { chips: 1 },
    });
    return comparison.sources.find(({ entropy }) => entropy === 'frozen')!.weightDistance!.mean;
  };
  expect(await distance('deterministic')).toBeCloseTo(1, 2);
  // √(1/12 + 1/24) of 12 draws, about.
  const drawn = await distance('joint');
  expect(drawn).toBeGreaterThan(0.25);
  expect(drawn).toBeLessThan(0.5);
});

test('samples that stop in an experiment are all taken in its comparison', async () => {
  const sampling = { ...(experiment.sampling as Fields), stopping: { risk: 0.3, error: 0.3 } };
  const { subject, comparison } = await compare({ sampling, evaluate: { chips: 1 } });
  const plain = await compare({ evaluate: { chips: 1 } });
  const own = ({ sources }: SourceComparison) => sources.find(({ entropy }) => entropy === 'frozen');
  expect(own(comparison)).toEqual(own(plain.comparison));
  expect((await subject.own.get('stopping'))!.meanSamples).toBeLessThan(12);
});

test('what is not possible is said with its reason, and the rest compared', async () => {
  const { comparison } = await compare({ hardware: { device: 'oxram-hfo2' }, evaluate: { chips: 1 } });
  const refused = Object.fromEntries(comparison.refused.map(({ entropy, refused }) => [entropy, refused]));
  expect(refused.read).toContain("'read' needs a device with read noise");
  // Nothing is drawn anew on a chip of frozen copies without read noise.
  expect(comparison.sources.find(({ entropy }) => entropy === 'frozen')!.effectiveSamples).toBeNull();
});

test('signs are read, switched and drawn with one posterior; its own source keeps its options', async () => {
  const { comparison } = await compare({
    posterior: { method: 'bernoulli', epochs: 20 },
    hardware: { device: 'pcm-ibm', mapping: { mapping: 'binary' } },
    transfer: { method: 'joint' },
    sampling: { entropy: 'switching', cells: 'mram-sot', samples: 10 },
    evaluate: { chips: 2 },
  });
  const of = (name: string) => comparison.sources.find(({ entropy }) => entropy === name)!;
  expect(of('binary').transfer).toBe('threshold');
  expect(of('switching').weightDistance!.mean).toBeLessThan(1e-3);
  expect(of('generator').weightDistance!.mean).toBeLessThan(0.05);
  expect(of('binary').weightDistance!.mean).toBeGreaterThan(0.1);
  expect(of('switching').writes).toBe(10 * 32 * 2);
  expect(of('switching').lifetime).toBeCloseTo(1e11 / 20, 0);
  expect(of('switching').energyPerDecision).toBeGreaterThan(0);
});

test.each([
  [
    { sampling: { entropy: 'binary' } },
    "the entropy 'binary' reads signs of cells that 'threshold' has set, got 'mean-field'",
  ],
  [{ transfer: { method: 'threshold' } }, "'threshold' sets cells for the entropy 'binary', got 'frozen'"],
])('%o is refused before anything is trained', async (more, sentence) => {
  await expect(subjectFor({ ...experiment, ...more })).rejects.toThrow(sentence);
});
