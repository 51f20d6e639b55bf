import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  findDevice,
  momentsAt,
  nearestTarget,
  pairTargets,
  reachableDomain,
  weightCurve,
} from '../../src/device/index.ts';
import { divergence, exactPairs } from './exact-search.ts';

const oxram = findDevice('oxram-hfo2');
const uS = 1e-6;

test('oxram-hfo2 rests below half of its smallest conductance and takes the smallest above', () => {
  expect(nearestTarget(oxram, 9.9 * uS)).toBe(0);
  expect(nearestTarget(oxram, 10.1 * uS)).toBe(20e-6);
  expect(nearestTarget(oxram, 33 * uS)).toBe(33 * uS);
  expect(nearestTarget(oxram, 200 * uS)).toBe(150 * uS);
});

test('the curve of a pair follows the gap, is odd in the mean and meets the limit', () => {
  const { mean, std, gamma, low, high } = weightCurve(oxram, { limit: 2, time: 6 });
  const at = (w: number): number => Math.round(((w - low) / (high - low)) * (mean.length - 1));
  expect(gamma).toBeCloseTo(149e-6 / 2, 12);
  expect(mean[at(0.05)]).toBe(0);
  expect(std[at(0)]! * gamma * 1e6).toBeCloseTo(1, 9);
  expect(mean[at(0.2)]! * gamma).toBeCloseTo(momentsAt(oxram, 20 * uS, 6).mean - 1e-6, 12);
  expect(mean[at(2)]).toBeCloseTo(2, 12);
  expect(mean[at(1.25)]).toBeCloseTo(1.25, 12);
  expect(mean[at(-1.25)]).toBe(-mean[at(1.25)]!);
  expect(std[at(2)]! * gamma).toBeCloseTo(Math.hypot(5, Math.SQRT1_2) * uS, 12);
  expect(std[at(1)]!).toBeGreaterThan(std[at(2)]!);
});

test('four devices carry the same mean with 1/√2 of the spread', () => {
  const two = weightCurve(oxram, { limit: 2, time: 6 });
  const four = weightCurve(oxram, { limit: 2, time: 6, devicesPerWeight: 4 });
  expect(four.gamma).toBeCloseTo(2 * two.gamma, 12);
  expect(four.mean[1800]).toBeCloseTo(two.mean[1800]!, 12);
  expect(four.std[1800]).toBeCloseTo(two.std[1800]! / Math.SQRT2, 12);
});

test.each(['oxram-hfo2', 'pcm-ibm', 'rram-milo', 'rram-cmo', 'fefet'])(
  '%s: the nearest reachable weight is that of an exhaustive search within 0.01 nats and a fiftieth',
  name => {
    const device = findDevice(name);
    const time = 3600;
    const limit = 2;
    const domain = reachableDomain(device, { devicesPerWeight: 2, limit, time });
    const exact = exactPairs(device, time, domain.gamma);
    fc.assert(
      fc.property(
        fc.double({ min: -limit, max: limit, noNaN: true }),
        fc.double({ min: -2.5, max: 0, noNaN: true }),
        (mean, logStd) => {
          const std = limit * 10 ** logStd;
          const found = domain.nearest(mean, std);
          const [p, n] = found.targets.map(t => momentsAt(device, t, time));
          expect((p!.mean - n!.mean) / domain.gamma).toBeCloseTo(found.mean, 4);
          expect(Math.hypot(p!.std, n!.std) / domain.gamma).toBeCloseTo(found.std, 4);
          const best = exact(mean, std);
          const reached = divergence(mean, std, found);
          expect(reached).toBeLessThan(1.02 * best + 0.01);
          // Were it much better, the reference would not be exhaustive.
          expect(reached).toBeGreaterThan(0.98 * best - 0.01);
        },
      ),
      { numRuns: 40, seed: 5 },
    );
  },
);

test.each([1, 2, 4] as const)(
  'with %i devices another limit is a matter of scale, and all at once as one by one',
  devicesPerWeight => {
    const one = reachableDomain(oxram, { devicesPerWeight, limit: 1, time: 6 });
    const five = reachableDomain(oxram, { devicesPerWeight, limit: 5, time: 6 });
    const means = [-0.9, -0.25, 0, 0.013, 0.6, 1.4];
    const stds = [0.02, 0.3, 0.11, 0.05, 1e-3, 0.08];
    const all = five.nearestAll(
      means.map(m => 5 * m),
      stds.map(s => 5 * s),
    );
    means.forEach((mean, i) => {
      const unit = one.nearest(mean, stds[i]!);
      const found = five.nearest(5 * mean, 5 * stds[i]!);
      expect(found.mean).toBeCloseTo(5 * unit.mean, 9);
      expect(found.std).toBeCloseTo(5 * unit.std, 9);
      expect(found.targets).toEqual(unit.targets);
      expect(all.mean[i]).toBe(Math.fround(found.mean));
      expect(Array.from(all.targets.subarray(devicesPerWeight * i, devicesPerWeight * (i + 1)))).toEqual(
        found.targets.map(Math.fround),
      );
      expect(five.distance(5 * mean, 5 * stds[i]!)).toBeCloseTo(5 * one.distance(mean, stds[i]!), 9);
    });
    expect(five.table.meanHigh).toBeCloseTo(5 * one.table.meanHigh, 9);
    expect(five.table.values[1000]).toBeCloseTo(5 * one.table.values[1000]!, 9);
    expect(Math.max(...five.points.mean)).toBeCloseTo(5 * Math.max(...one.points.mean), 9);
  },
);

test('opposite weights take opposite devices', () => {
  const domain = reachableDomain(oxram, { devicesPerWeight: 4, limit: 2, time: 6 });
  const [plus, minus] = [domain.nearest(0.7, 0.1), domain.nearest(-0.7, 0.1)];
  expect(minus).toMatchObject({ mean: -plus.mean, std: plus.std });
  expect(minus.targets).toEqual([...plus.targets.slice(2), ...plus.targets.slice(0, 2)]);
  for (const [mean, std] of [
    [0.7, 0.4],
    [1.9, 0.05],
    [2.6, 0.1],
    [0.013, 0.02],
  ] as const) {
    expect(domain.distance(-mean, std)).toBeCloseTo(domain.distance(mean, std), 12);
    expect(domain.distance(mean, std)).toBeGreaterThan(0.001);
  }
});

test('the distance is zero at members, grows away from them and matches its gradient', () => {
  const domain = reachableDomain(oxram, { devicesPerWeight: 2, limit: 2, time: 6 });
  expect(domain.distance(1, (Math.hypot(14 - (9 * 55.5) / 130, Math.SQRT1_2) * uS) / domain.gamma)).toBeLessThan(0.01);
  expect(domain.distance(0, 0.5)).toBeCloseTo(0.5 - (momentsAt(oxram, 20 * uS, 6).std * Math.SQRT2) / domain.gamma, 2);
  fc.assert(
    fc.property(
      fc.integer({ min: -3500, max: 3500 }).map(i => (i + 0.123) / 1000),
      fc.integer({ min: 1, max: 600 }).map(i => (i + 0.123) / 1000),
      (mean, std) => {
        const [byMean, byStd] = domain.gradient(mean, std);
        const h = 1e-7;
        const slopeMean = (domain.distance(mean + h, std) - domain.distance(mean - h, std)) / (2 * h);
        const slopeStd = (domain.distance(mean, std + h) - domain.distance(mean, std - h)) / (2 * h);
        expect(slopeMean).toBeCloseTo(byMean, 4);
        expect(slopeStd).toBeCloseTo(byStd, 4);
      },
    ),
    { numRuns: 100, seed: 6 },
  );
});

test('targets of a pair put the weight on one side', () => {
  expect(pairTargets(oxram, 0, 75e-6)).toEqual([0, 0]);
  expect(pairTargets(oxram, 1, 74.5e-6)[0]).toBeCloseTo(75.5e-6, 12);
  expect(pairTargets(oxram, -1, 74.5e-6)[1]).toBeCloseTo(75.5e-6, 12);
});

test('a two-state device reaches the two ends with one device and three means with two', () => {
  const mram = findDevice('mram-sot');
  const one = reachableDomain(mram, { devicesPerWeight: 1, limit: 1, time: 1 });
  expect(Array.from(one.points.mean).sort((a, b) => a - b)).toEqual([expect.closeTo(-1, 9), expect.closeTo(1, 9)]);
  expect(one.nearest(0.6, 0.1)).toMatchObject({ targets: [mram.range.high] });
  const two = reachableDomain(mram, { devicesPerWeight: 2, limit: 1, time: 1 });
  expect(new Set(Array.from(two.points.mean, mean => Math.round(mean * 1e6)))).toEqual(new Set([-1e6, 0, 1e6]));
});

test('four devices reach a smaller spread than two at the same mean', () => {
  const time = 6;
  const least = (devicesPerWeight: 2 | 4): number =>
    reachableDomain(oxram, { devicesPerWeight, limit: 2, time }).nearest(0.8, 1e-3).std;
  expect(least(4)).toBeLessThan(0.85 * least(2));
});

test('one device stands against the middle of the range, over all of it', () => {
  const { mean, std, gamma, low, high } = weightCurve(oxram, { limit: 2, time: 6, devicesPerWeight: 1 });
  const at = (w: number): number => Math.round(((w - low) / (high - low)) * (mean.length - 1));
  expect(gamma).toBeCloseTo(130e-6 / 4, 12);
  for (const w of [-0.5, 0, 1.25, 2]) expect(mean[at(w)]).toBeCloseTo(w, 9);
  expect(mean[at(-2)]! * gamma).toBeCloseTo(momentsAt(oxram, 20 * uS, 6).mean - 85 * uS, 12);
  expect(std[at(-2)]! * gamma).toBeCloseTo(momentsAt(oxram, 20 * uS, 6).std, 12);
  expect(std[at(2)]! * gamma).toBeCloseTo(5 * uS, 12);
});
