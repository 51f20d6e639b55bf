import { expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { bestPoint, drawWeights } from '../../src/bayes/index.ts';
import { type DigitalPredictor, digitalPredictors } from '../../src/cost/index.ts';
import { rowsOf } from '../../src/data/index.ts';
import { designOf } from '../../src/experiment/index.ts';
import { predictSoftware } from '../../src/inference/index.ts';
import { correctionRows } from '../../src/pipeline/correction.ts';
import { quantiserOf } from '../../src/pipeline/digital-predictor.ts';
import { type Digital, digitalDesign, evaluateDigital, Pipeline } from '../../src/pipeline/index.ts';
import { networkGiven, networkOf } from '../../src/pipeline/network-of.ts';
import { fold, keyOf } from '../../src/random/index.ts';
import { experimentOf, preparedOf } from './support.ts';

const fields = {
  data: { source: 'two-moons', train: 96, validation: 64, test: 80, noise: 0.2, search: 0.25 },
  network: { layers: ['dense 6 tanh', 'dense 5 tanh', 'dense 2'] },
  posterior: { method: 'device-tied', limit: 2, epochs: 40 },
  hardware: { device: 'oxram-hfo2', array: { rows: 32, columns: 64 } },
  transfer: { method: 'mean-field' },
  sampling: { entropy: 'frozen', samples: 8 },
  architecture: { kind: 'frozen-copies', rate: '10 kHz', deadline: '50 us' },
};
const how = { key: keyOf(3), job: jobOf() };
const prepared = await preparedOf(fields);
const terms = designOf(experimentOf(fields), {});
const rows = { split: 'search' as const, from: 0, count: 24 };
const evidenceOf = (predictor: DigitalPredictor, more: Partial<Digital> = {}, asked: object = {}) =>
  evaluateDigital(
    prepared,
    digitalDesign(terms, predictor, prepared.data),
    { predictor, samples: 4, weightBits: 6, memory: 'sram', ...more },
    { metrics: ['nll', 'accuracy'], times: [6, 86400], rows, perRow: true, prices: true, bill: true, terms, ...asked },
    how,
  );

test('digital predictors are judged on any rows, alike at all times, and priced on the terms of another design', async () => {
  const nll = new Map<string, number>();
  for (const predictor of digitalPredictors) {
    const { rows: found, arrays, prices, bill } = await evidenceOf(predictor);
    expect(found.map(({ chip, time }) => [chip, time])).toEqual([
      [0, 6],
      [0, 86400],
    ]);
    expect(found[0]!.values).toEqual(found[1]!.values);
    for (const metric of ['nll', 'accuracy']) {
      const byRow = arrays[`rows/${metric}`]!;
      expect(byRow.length).toBe(48);
      expect(byRow.subarray(0, 24).reduce((sum, one) => sum + one, 0) / 24).toBeCloseTo(found[0]!.values[metric]!, 5);
    }
    expect(prices.energyPerDecision).toBeGreaterThan(0);
    expect(bill!.period).toBeCloseTo(1e-4, 12);
    expect(bill!.latency!).toBeLessThanOrEqual(50e-6);
    nll.set(predictor, found[0]!.values.nll!);
  }
  expect(new Set(nll.values()).size).toBe(digitalPredictors.length);
  for (const value of nll.values()) expect(value).toBeLessThan(0.6);
});

test('the deterministic one is the rounded network, after a temperature where one is asked for', async () => {
  const design = digitalDesign(terms, 'deterministic', prepared.data);
  expect(design.posterior).toMatchObject({ method: 'map', epochs: 2000 });
  const posterior = await new Pipeline(prepared, design, how).get('posterior');
  const { network } = networkOf(networkGiven(design), prepared.data);
  const weights = quantiserOf(6)(bestPoint(posterior), network);
  const { search, validation } = prepared.data;
  const { fitted } = correctionRows(fold(fold(how.key, 'question'), 'correction'), prepared.data);
  const nllAt = (temperature: number, split: Pick<typeof validation, 'inputs' | 'labels' | 'count'>) => {
    const { values, count } = predictSoftware(network, weights, split.inputs, split.count);
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const gap = (values[2 * i + (1 - split.labels[i]!)]! - values[2 * i + split.labels[i]!]!) / temperature;
      sum += Math.log1p(Math.exp(gap)) / count;
    }
    return sum;
  };
  const temperatures = Array.from({ length: 2000 }, (_, i) => Math.exp(-2 + i / 400));
  const half = rowsOf(validation, fitted);
  // With the standard normal prior on the logarithm that fits of few rows have.
  const objective = (t: number) => half.count * nllAt(t, half) + Math.log(t) ** 2 / 2;
  const best = temperatures.reduce((a, b) => (objective(b) < objective(a) ? b : a));
  const nllOf = async (more: object) => (await evidenceOf('deterministic', {}, more)).rows[0]!.values.nll!;
  const corrected = await nllOf({ correction: 'temperature' });
  expect(corrected).toBeCloseTo(nllAt(best, search!), 3);
  expect(await nllOf({})).toBeCloseTo(nllAt(1, search!), 5);
  expect(Math.abs(corrected - nllAt(1, search!))).toBeGreaterThan(0.002);
});

test('what draws is judged by the mean over sets of draws, not by one lucky set', async () => {
  // The spread that one stored draw has over keys, and the mean over sixteen of them.
  const design = digitalDesign(terms, 'last-layer laplace', prepared.data);
  const { validation, search } = prepared.data;
  expect(validation.count + search!.count).toBe(88);
  const posterior = await new Pipeline(prepared, design, how).get('posterior');
  const { network } = networkOf(networkGiven(design), prepared.data);
  const all = quantiserOf(6)(drawWeights(keyOf(9), posterior, 400), network);
  const losses = Array.from({ length: 400 }, (_, k) => {
    const weights = all.subarray(k * network.size, (k + 1) * network.size);
    const { values, count } = predictSoftware(network, weights, search!.inputs, search!.count);
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const label = search!.labels[i]!;
      sum += Math.log1p(Math.exp(values[2 * i + (1 - label)]! - values[2 * i + label]!)) / count;
    }
    return sum;
  });
  const mean = losses.reduce((a, b) => a + b, 0) / 400;
  const spread = Math.sqrt(losses.reduce((a, b) => a + (b - mean) ** 2, 0) / 399);
  const { nll } = (await evidenceOf('last-layer laplace', { samples: 1 })).rows[0]!.values;
  expect(spread).toBeGreaterThan(0.001);
  expect(Math.abs(nll! - mean)).toBeLessThan((3 * spread) / 4);
  expect(losses.filter(loss => loss === nll)).toEqual([]);
});

test('moments are not propagated to numbers', async () => {
  const numbers = {
    ...fields,
    data: { source: 'cubic', train: 40, test: 20 },
    network: { layers: ['dense 4 tanh', 'dense 1'] },
  };
  const own = await preparedOf(numbers);
  const design = designOf(experimentOf(numbers), {});
  const digital = { predictor: 'moment propagation', samples: 1, weightBits: 6, memory: 'sram' } as const;
  const wanted = { metrics: ['rmse'], times: [6], terms: design };
  await expect(
    evaluateDigital(own, digitalDesign(design, 'moment propagation', own.data), digital, wanted, how),
  ).rejects.toThrow("baselines.of: 'moment propagation' predicts classes, and the data have numbers; leave it out.");
  const single = { ...digital, predictor: 'deterministic' } as const;
  const { rows: found } = await evaluateDigital(
    own,
    digitalDesign(design, 'deterministic', own.data),
    single,
    wanted,
    how,
  );
  expect(found[0]!.values.rmse).toBeGreaterThan(0);
});

test('prices follow samples, bits and the memory that they are in', async () => {
  const priceOf = async (predictor: DigitalPredictor, more: Partial<Digital>) =>
    (await evidenceOf(predictor, more)).prices;
  for (const predictor of ['dropout', 'last-layer laplace'] as const) {
    const [few, many] = [await priceOf(predictor, { samples: 2 }), await priceOf(predictor, { samples: 16 })];
    // 12 of 65 products are in the last layer: 16 passes of it cost less than four of the whole network.
    expect(many.energyPerDecision! / few.energyPerDecision!).toBeGreaterThan(1.3);
    expect(many.energyPerDecision! / few.energyPerDecision!).toBeLessThan(6);
  }
  // 3·6 + 7·5 products in the first layers, 6·2 in the last: what 16 passes of it take beside 2.
  const expected = (53 + 16 * 12) / (53 + 2 * 12);
  const partOf = async (predictor: DigitalPredictor, samples: number, name: string) =>
    (await evidenceOf(predictor, { samples })).bill!.items.find(item => item.name === name)!;
  const ratio = async (predictor: DigitalPredictor, name: string, of: 'energy' | 'area') =>
    (await partOf(predictor, 16, name))[of] / (await partOf(predictor, 2, name))[of];
  expect(await ratio('dropout', 'multiplier', 'energy')).toBeCloseTo(expected, 10);
  expect(await ratio('last-layer laplace', 'multiplier', 'energy')).toBeCloseTo(expected, 10);
  expect(await ratio('last-layer laplace', 'sram-6t', 'area')).toBeCloseTo(expected, 10);
  expect(await ratio('dropout', 'sram-6t', 'area')).toBeCloseTo(1, 10);
  const [four, eight] = [await priceOf('ensemble', { weightBits: 4 }), await priceOf('ensemble', { weightBits: 8 })];
  expect(four.energyPerDecision).toBeLessThan(eight.energyPerDecision!);
  const embedded = await evidenceOf('ensemble', { memory: 'embedded' });
  const names = embedded.bill!.items.map(({ name }) => name);
  expect(names).toContain('embedded-memory');
  expect(names.some(name => name.startsWith('sram-6t'))).toBe(false);
});
