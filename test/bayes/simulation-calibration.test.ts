import { describe, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { uniformity } from '../../src/bayes/diagnostics/uniformity.ts';
import {
  buildModel,
  buildPrior,
  posteriorSchema,
  priorSchema,
  type SimulationOptions,
  simulationCalibration,
} from '../../src/bayes/index.ts';
import { decodePlace } from '../../src/bayes/snapshot-file.ts';
import { dataSchema, loadDataset } from '../../src/data/index.ts';
import { fillNormal, fold, keyOf } from '../../src/random/index.ts';
import { nodeFiles } from '../../src/run/files.ts';
import { Kept } from './kept.ts';

const data = dataSchema.parse({ source: 'two-moons', train: 12, validation: 4, test: 4 });
const dataset = await loadDataset(keyOf(1), data, nodeFiles('.'));

const check = (posterior: Record<string, unknown>, runs: number) => {
  const options = posteriorSchema.parse(posterior);
  const model = buildModel(['dense 2'], options, dataset);
  return simulationCalibration(keyOf(3), model, options, { runs });
};

describe('uniformity', () => {
  test('is χ² with its tail probability', () => {
    // Ranks 0 … 14 once each, and rank 0 another 15 times: (16 − 2)²/2 + 14·(1 − 2)²/2 = 105.
    const ranks = [...Array.from({ length: 15 }, (_, r) => r), ...new Array(15).fill(0)];
    expect(uniformity(ranks, 1, 14, 15).chi2).toBeCloseTo(105, 10);
    expect(uniformity(ranks, 1, 14, 15).counts[0]).toBe(16);
    // 15 bins of 30 ranks, 2 expected; squares of differences sum to 48.
    const counts = [6, 6, 0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0];
    const spread = counts.flatMap((count, rank) => new Array(count).fill(rank));
    const { chi2, p } = uniformity(spread, 1, 14, 15);
    expect(chi2).toBe(24);
    // scipy.stats.chi2.sf(24, 14)
    expect(p).toBeCloseTo(0.04582230688865106, 10);
  });

  test('counts every quantity once (Bonferroni)', () => {
    const one = Array.from({ length: 30 }, (_, r) => (r < 5 ? 0 : r % 15));
    const twice = one.flatMap(rank => [rank, rank]);
    const single = uniformity(one, 1, 14, 15);
    const double = uniformity(twice, 2, 14, 15);
    expect(double.chi2).toBe(single.chi2);
    expect(double.p).toBeCloseTo(Math.min(1, 2 * single.p), 12);
  });
});

describe('simulation-based calibration', () => {
  test('finds nothing against NUTS on logistic regression', async () => {
    const { groups } = await check({ method: 'nuts', chains: 1, warmup: 80, draws: 236 }, 120);
    expect(groups.map(g => g.name)).toEqual(['0.weight', '0.bias', 'outputs', 'fit to the data']);
    for (const { p, counts, quantities } of groups) {
      expect(p).toBeGreaterThan(0.001);
      expect(counts.reduce((total, n) => total + n, 0)).toBe(120 * quantities);
    }
  }, 60_000);

  test('finds a point where a distribution should be, and a posterior that is too narrow', async () => {
    const point = await check({ method: 'map', epochs: 20 }, 60);
    for (const { p } of point.groups) expect(p).toBeLessThan(1e-9);
    // A fiftieth of the divergence leaves a cold posterior.
    const cold = await check({ method: 'mean-field', epochs: 150, rate: 0.05, temperature: 0.02 }, 60);
    expect(cold.groups[0]!.p).toBeLessThan(1e-4);
    const [first, middle] = [cold.groups[0]!.counts[0]!, cold.groups[0]!.counts[7]!];
    expect(first).toBeGreaterThan(2 * middle);
  }, 60_000);

  test('stopped and taken up again, for more runs too, finds the same ranks', async () => {
    const options = posteriorSchema.parse({ method: 'laplace', epochs: 10 });
    const model = buildModel(['dense 2'], options, dataset);
    const run = (more: Partial<SimulationOptions>) =>
      simulationCalibration(keyOf(3), model, options, { runs: 30, ...more });
    const checkpoint = new Kept();
    const stop = new AbortController();
    const progress = (share: number, note?: string) => share > 0.3 && note?.startsWith('data set') && stop.abort();
    const job = jobOf({ checkpoint, signal: stop.signal, progress });
    await expect(run({ runs: 20, job })).rejects.toThrow();
    expect(decodePlace(checkpoint.bytes!, 'kept').step).toBe(7);
    expect(await run({ job: jobOf({ checkpoint }) })).toEqual(await run({}));
  });

  test('refuses what has no prior to draw from', async () => {
    await expect(check({ method: 'bernoulli' }, 15)).rejects.toThrow("posterior.method: 'bernoulli' has no prior");
    await expect(check({ method: 'nuts', prior: { kind: 'empirical' } }, 15)).rejects.toThrow('empirical');
  });
});

describe('draws from priors', () => {
  const model = buildModel(['dense 2000'], posteriorSchema.parse({ method: 'map' }), {
    ...dataset,
    outputNames: Array.from({ length: 2000 }, (_, i) => `${i}`),
  });
  const drawn = (prior: Record<string, unknown>) => {
    const options = priorSchema.parse(prior);
    const out = new Float64Array(model.network.size);
    buildPrior(options, model.network).draw(keyOf(9), out);
    return out;
  };
  const share = (values: Float64Array, below: number) => values.filter(v => Math.abs(v) < below).length / values.length;

  test('have the quantiles of their distributions', () => {
    // 6,000 weights: a share of one half has a standard error of 0.0065. Median of |N(0, 1)| is 0.67449 (scipy.stats.norm.ppf(0.75)).
    expect(share(drawn({ kind: 'gaussian', std: 2 }), 2 * 0.67449)).toBeCloseTo(0.5, 1);
    const mixture = drawn({ kind: 'scale-mixture', share: 0.25, wide: 1, narrow: 0.01 });
    // 0.75·P(|N| < 5) + 0.25·P(|N| < 0.05) = 0.75 + 0.25·0.03988.
    expect(Math.abs(share(mixture, 0.05) - 0.75997)).toBeLessThan(4 * 0.0055);
    // The horseshoe against its definition, λ = |Cauchy| as a quotient of normals.
    const [a, b, c] = ['a', 'b', 'c'].map(name => fillNormal(fold(keyOf(5), name), new Float64Array(20_000)));
    const defined = Float64Array.from(a!, (z, i) => 0.1 * z * Math.abs(b![i]! / c![i]!));
    const horseshoe = drawn({ kind: 'horseshoe', scale: 0.1 });
    for (const below of [0.01, 0.05, 0.2, 1]) {
      expect(Math.abs(share(horseshoe, below) - share(defined, below))).toBeLessThan(4 * 0.0075);
    }
  });
});
