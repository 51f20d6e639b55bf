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

function divergence(mean: number, std: number, to: { mean: number; std: number }): number {
  return Math.log(to.std / std) + (std ** 2 + (mean - to.mean) ** 2) / (2 * to.std ** 2) - 0.5;
}

test.each(['oxram-hfo2', 'pcm-ibm', 'rram-milo'])(
  '%s: the nearest reachable weight is not beaten by any pair tried',
  name => {
    const device = name === 'oxram-hfo2' ? oxram : findDevice(name);
    const time = 3600;
    const domain = reachableDomain(device, { devicesPerWeight: 2, limit: 2, time });
    const { low, high } = device.range;
    const states = [0, ...Array.from({ length: 60 }, (_, i) => low + ((high - low) * i) / 59)].map(t =>
      momentsAt(device, t, time),
    );
    fc.assert(
      fc.property(
        fc.double({ min: -1.8, max: 1.8, noNaN: true }),
        fc.double({ min: 0.02, max: 0.4, noNaN: true }),
        (mean, std) => {
          const found = domain.nearest(mean, std);
          const [p, n] = found.targets.map(t => momentsAt(device, t, time));
          expect((p!.mean - n!.mean) / domain.gamma).toBeCloseTo(found.mean, 4);
          expect(Math.hypot(p!.std, n!.std) / domain.gamma).toBeCloseTo(found.std, 4);
          let best = Number.POSITIVE_INFINITY;
          for (const a of states) {
            for (const b of states) {
              best = Math.min(
                best,
                divergence(mean, std, {
                  mean: (a.mean - b.mean) / domain.gamma,
                  std: Math.hypot(a.std, b.std) / domain.gamma,
                }),
              );
            }
          }
          expect(divergence(mean, std, found)).toBeLessThan(1.01 * best + 2e-3);
        },
      ),
      { numRuns: 60, seed: 5 },
    );
  },
);

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
