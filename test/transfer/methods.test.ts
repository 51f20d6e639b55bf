import { describe, expect, test } from 'vitest';
import type { Posterior } from '../../src/bayes/index.ts';
import { momentsAt, weightCurve, withSpread } from '../../src/device/index.ts';
import { type Table, tableValue } from '../../src/tensor/index.ts';
import { programChip, readChip } from '../../src/transfer/index.ts';
import { fitMixture } from '../../src/transfer/mixture.ts';
import { correlation } from '../../src/uncertainty/index.ts';
import { column, device, key, momentPosterior, network, plan, samplePosterior } from './fixtures.ts';

describe('joint', () => {
  test('copy s carries posterior sample s', () => {
    const posterior = samplePosterior();
    const { intended, weights, copies } = plan('joint', { posterior });
    for (let s = 0; s < copies; s++) {
      const row = Array.from(intended.subarray(s * weights, (s + 1) * weights));
      const found = Array.from({ length: posterior.count }, (_, d) => d).some(d =>
        row.every((w, i) => w === posterior.samples[d * weights + i]),
      );
      expect(found).toBe(true);
    }
  });

  test('correlations between weights survive programming on a quiet device', () => {
    const quiet = withSpread(device, 0.01);
    const p = plan('joint', { copies: 400, on: quiet });
    const realised = readChip(programChip(key, p, quiet, { kind: 'single-pulse' }), quiet, {
      time: 6,
      compensation: 'none',
    }).weights;
    // Neighbours share half their variance by construction.
    expect(correlation(column(realised, p.weights, 3), column(realised, p.weights, 4))).toBeGreaterThan(0.4);
  });
});

describe('mixture', () => {
  test('finds two well separated components whose widths are the device’s', () => {
    const samples = Float64Array.from({ length: 600 }, (_, i) => (i % 3 === 0 ? -1 : 1) + 0.1 * Math.sin(i));
    const { low, high, std } = weightCurve(device, { limit: 3, time: 6 });
    const { mean, share, std: widths } = fitMixture(samples, 2, 100, { low, high, values: std });
    expect(mean[0]).toBeCloseTo(-1, 1);
    expect(mean[1]).toBeCloseTo(1, 1);
    expect(share[0]).toBeCloseTo(1 / 3, 1);
    // 1/3 of the limit is the target 50.67 µS (rest of 1 µS included), whose spread is the line from 14 to 5 µS there.
    const { std: active } = momentsAt(device, 1e-6 + (149e-6 * 1) / 3, 6);
    const { std: rest } = momentsAt(device, 0, 6);
    expect(widths[1]! * (149e-6 / 3)).toBeCloseTo(Math.hypot(active, rest), 6);
  });

  test('aligned copies keep correlations, independent ones lose them', () => {
    const read = (method: 'mixture' | 'marginal') => {
      const { intended, weights } = plan(method, { copies: 300 });
      return correlation(column(intended, weights, 3), column(intended, weights, 4));
    };
    expect(read('mixture')).toBeGreaterThan(0.35);
    expect(Math.abs(read('marginal'))).toBeLessThan(0.2);
  });

  test('independent copies keep each weight’s own distribution', () => {
    const posterior = samplePosterior();
    const { intended, weights } = plan('marginal', { posterior, copies: 300 });
    const spread = (rows: Float32Array) => {
      const mean = rows.reduce((a, b) => a + b, 0) / rows.length;
      return Math.sqrt(rows.reduce((a, b) => a + (b - mean) ** 2, 0) / rows.length);
    };
    const own = spread(column(posterior.samples, weights, 5));
    expect(spread(column(intended, weights, 5))).toBeGreaterThan(0.7 * own);
    expect(spread(column(intended, weights, 5))).toBeLessThan(1.1 * own);
  });
});

describe('mean-field', () => {
  test('gives every copy the same targets', () => {
    const { target, weights, copies } = plan('mean-field', { posterior: momentPosterior() });
    for (let at = 2 * weights; at < 2 * weights * copies; at++) expect(target[at]).toBe(target[at % (2 * weights)]);
  });

  test('reaches a wanted spread by programming both cells, where the device allows it', () => {
    const posterior = momentPosterior();
    const p = plan('mean-field', { posterior, copies: 400, limit: 2 });
    const realised = readChip(programChip(key, p, device, { kind: 'single-pulse' }), device, {
      time: 6,
      compensation: 'none',
    }).weights;
    for (const i of [1, 4, 8]) {
      const values = column(realised, p.weights, i);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const std = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
      expect(mean).toBeCloseTo(p.intended[i]!, 0);
      expect(std).toBeGreaterThan(0.1);
      expect(std).toBeLessThan(0.35);
    }
  });

  test('takes posteriors of certain weights to the quietest pairs near them', () => {
    const { mean, parameters, size } = momentPosterior();
    const point: Posterior = { kind: 'point', method: 'map', parameters, size, mean, info: {} };
    const ones = new Float32Array(size).fill(1);
    const signs: Posterior = {
      kind: 'bernoulli',
      method: 'bernoulli',
      parameters,
      size,
      probability: ones,
      magnitude: ones,
      mean: ones,
      info: {},
    };
    for (const [posterior, wanted] of [
      [point, mean],
      [signs, ones],
    ] as const) {
      const { intended, target, weights } = plan('mean-field', { posterior, limit: 1 });
      for (let i = 0; i < weights; i++) {
        expect(Math.abs(intended[i]! - wanted[i]!)).toBeLessThan(0.2);
        const [plus, minus] = target.subarray(2 * i, 2 * i + 2);
        expect(Math.sign(plus! - minus!)).toBe(Math.sign(intended[i]!));
      }
    }
  });

  test('programs a device-tied posterior as it was trained', () => {
    const tied = { ...momentPosterior(), tied: { device: device.name, time: 6 } };
    const { intended, weights } = plan('mean-field', { posterior: tied });
    expect(Array.from(intended.subarray(0, weights))).toEqual(Array.from(tied.mean));
  });
});

describe('deterministic', () => {
  test('is one copy of the draw with the highest density', () => {
    const posterior = samplePosterior();
    const { intended, copies, weights } = plan('deterministic', { posterior });
    expect(copies).toBe(1);
    const best = posterior.samples.subarray(posterior.best * weights, (posterior.best + 1) * weights);
    expect(Array.from(intended)).toEqual(Array.from(best));
  });
});

describe.each(['joint', 'mixture', 'marginal', 'mean-field'] as const)('%s', method => {
  test('more copies leave the first as they were', () => {
    for (const posterior of [samplePosterior(30), momentPosterior()]) {
      const all = plan(method, { posterior, copies: 37 });
      for (const copies of [1, 2, 8, 29]) {
        const some = plan(method, { posterior, copies });
        expect(some.intended).toEqual(all.intended.subarray(0, copies * all.weights));
        expect(some.target).toEqual(all.target.subarray(0, copies * all.weights * 2));
        expect(some.setCurrent).toEqual(all.setCurrent!.subarray(0, copies * all.weights * 2));
      }
    }
  });
});

test.each(['joint', 'mixture', 'marginal', 'mean-field', 'deterministic'] as const)(
  '%s asks the cells for the same shares of their limits when weights and limits grow together, layer by layer',
  method => {
    const posterior = samplePosterior(60);
    const atBias = network.matrices[0]!.bias!.offset;
    const second = network.matrices[1]!.weight.offset;
    const factor = (i: number) => (i < atBias ? 4 : i < second ? 0.5 : 1 / 16);
    const samples = posterior.samples.map((w, i) => w * factor(i % posterior.size));
    const before = plan(method, {
      posterior,
      ranges: [
        { name: '0', limit: 2, biasDrive: 1 },
        { name: '1', limit: 3, biasDrive: 1 },
      ],
    });
    const after = plan(method, {
      posterior: { ...posterior, samples },
      ranges: [
        { name: '0', limit: 8, biasDrive: 1 / 8 },
        { name: '1', limit: 3 / 16, biasDrive: 1 },
      ],
    });
    expect(after.target).toEqual(before.target);
    expect(after.intended).toEqual(before.intended.map((w, i) => w * factor(i % posterior.size)));
  },
);

test('a mixture of quantiles is that of all draws', () => {
  const samples = Float64Array.from({ length: 1000 }, (_, i) => Math.sin(i) + (i % 4 === 0 ? 1.5 : -0.5));
  const { low, high, std } = weightCurve(device, { limit: 3, time: 6 });
  const width = { low, high, values: std };
  const few = fitMixture(samples, 3, 200, width);
  const many = referenceMixture(samples, 3, 200, width);
  for (let k = 0; k < 3; k++) {
    expect(Math.abs(few.mean[k]! - many.mean[k]!)).toBeLessThan(0.03);
    expect(Math.abs(few.share[k]! - many.share[k]!)).toBeLessThan(0.02);
    expect(few.std[k]).toBe(tableValue(width, few.mean[k]!));
  }
});

/** Expectation–maximisation over every draw, as its formulas say. */
function referenceMixture(samples: Float64Array, components: number, rounds: number, width: Table) {
  const sorted = samples.toSorted();
  const mean = Array.from(
    { length: components },
    (_, k) => sorted[Math.floor(((k + 0.5) / components) * sorted.length)]!,
  );
  const share = mean.map(() => 1 / components);
  for (let round = 0; round < rounds; round++) {
    const std = mean.map(m => tableValue(width, m));
    const total = mean.map(() => 0);
    const moment = mean.map(() => 0);
    for (const x of samples) {
      const part = mean.map((m, k) => (share[k]! / std[k]!) * Math.exp(-0.5 * ((x - m) / std[k]!) ** 2));
      const sum = part.reduce((a, b) => a + b, 0);
      part.forEach((p, k) => {
        total[k]! += p / sum;
        moment[k]! += (p / sum) * x;
      });
    }
    for (let k = 0; k < components; k++) {
      mean[k] = moment[k]! / total[k]!;
      share[k] = total[k]! / samples.length;
    }
  }
  return { mean, share, std: mean.map(m => tableValue(width, m)) };
}
