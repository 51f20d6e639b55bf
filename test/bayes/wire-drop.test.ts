import { expect, test } from 'vitest';
import { atOnce, type Pieces } from '../../src/base/index.ts';
import { WireDrop } from '../../src/bayes/wire-drop.ts';
import { derivative } from '../support/finite-differences.ts';
import { normals } from '../support/normals.ts';

const n = 6;
const shares = { share: normals(1, n).map(z => 0.8 + 0.05 * z), variance: normals(2, n).map(z => 0.01 * z * z) };

function* known(): Pieces<typeof shares> {
  yield;
  return shares;
}

test('moments of what is read agree with simulation', () => {
  const wires = new WireDrop(() => known(), n, 'f64');
  const [mean, variance] = [normals(3, n), normals(4, n).map(z => 0.1 * z * z)];
  const read = mean.slice();
  const spread = variance.slice();
  atOnce(wires.renew(mean, variance));
  wires.apply(read, spread);
  const draws = 100_000;
  const [a, b] = [5, 6].map(seed => normals(seed, draws)) as [Float64Array, Float64Array];
  for (let i = 0; i < n; i++) {
    let first = 0;
    let second = 0;
    for (let d = 0; d < draws; d++) {
      const share = shares.share[i]! + Math.sqrt(shares.variance[i]!) * a[d]!;
      const seen = share * (mean[i]! + Math.sqrt(variance[i]!) * b[d]!);
      first += seen / draws;
      second += (seen * seen) / draws;
    }
    const deviation = Math.sqrt(spread[i]!);
    expect(Math.abs(read[i]! - first)).toBeLessThan((5 * deviation) / Math.sqrt(draws));
    expect(Math.abs(spread[i]! / (second - first * first) - 1)).toBeLessThan(0.03);
  }
});

test('gradients are pulled back to the moments of weights', () => {
  const wires = new WireDrop(() => known(), n, 'f64');
  const [mean, variance, byMean, byVariance] = [
    normals(3, n),
    normals(4, n).map(z => z * z),
    normals(5, n),
    normals(6, n),
  ];
  atOnce(wires.renew(mean, variance));
  const value = () => {
    const [m, v] = [mean.slice(), variance.slice()];
    wires.apply(m, v);
    return { m, total: m.reduce((sum, x, i) => sum + byMean[i]! * x + byVariance[i]! * v[i]!, 0) };
  };
  const [a, b] = [byMean.slice(), byVariance.slice()];
  wires.pullBack(a, b, value().m);
  for (const [array, gradient] of [
    [mean, a],
    [variance, b],
  ] as const) {
    for (let i = 0; i < n; i++) {
      expect(gradient[i]).toBeCloseTo(
        derivative(array, i, 1e-6, () => value().total),
        6,
      );
    }
  }
});
