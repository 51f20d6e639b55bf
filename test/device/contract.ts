import { describe, expect, test } from 'vitest';
import {
  checkDevice,
  conductanceAt,
  type Device,
  momentsAt,
  nearestTarget,
  programCells,
  readStd,
  readStdOf,
  withRange,
  withSpread,
} from '../../src/device/index.ts';
import { keyOf } from '../../src/random/index.ts';

const count = 40_000;
const pulse = { kind: 'single-pulse' } as const;

function simulated(device: Device, target: number, time: number): { mean: number; std: number; fourth: number } {
  const cells = programCells(keyOf(11), device, new Float32Array(count).fill(target), pulse);
  const g = conductanceAt(device, cells, time, new Float32Array(count));
  let mean = 0;
  for (const value of g) mean += value / count;
  let second = 0;
  let fourth = 0;
  for (const value of g) {
    second += (value - mean) ** 2 / count;
    fourth += (value - mean) ** 4 / count;
  }
  return { mean, std: Math.sqrt(second), fourth };
}

/** What every device must satisfy, whatever its physics. */
export function deviceContract(device: Device): void {
  const { low, high } = device.range;
  const targets = device.levels
    ? [0, ...device.levels.slice(0, 2), high]
    : [0, low + 0.02 * (high - low), (low + high) / 2, high];
  const working: Device = { ...device, stuck: { high: 0, low: 0 } };
  const some = Float32Array.from({ length: 500 }, (_, i) => nearestTarget(device, (high * i) / 499));

  describe(device.name, () => {
    test('is physical over its whole range', () => {
      expect(() => checkDevice(device)).not.toThrow();
    });

    test.each(targets)('moments at target %d agree with simulated cells at every time', target => {
      for (const time of [0, 6, 86400, 3e8]) {
        const expected = momentsAt(working, target, time);
        const found = simulated(working, target, time);
        const meanError = found.std / Math.sqrt(count);
        const stdError = Math.sqrt(Math.max(0, found.fourth - found.std ** 4) / count) / (2 * found.std || 1);
        const rounding = 2e-6 * high;
        expect(Math.abs(found.mean - expected.mean)).toBeLessThan(4.5 * meanError + rounding);
        expect(Math.abs(found.std - expected.std)).toBeLessThan(4.5 * stdError + rounding);
      }
    });

    test('the same key gives the same cells, another key others, and no conductance is negative', () => {
      const at = (seed: number): Float32Array =>
        conductanceAt(device, programCells(keyOf(seed), device, some, pulse), 3e8, new Float32Array(some.length));
      expect(at(1)).toEqual(at(1));
      if (momentsAt(device, high, 0).std > 0) expect(at(1)).not.toEqual(at(2));
      expect(Math.min(...at(1))).toBeGreaterThanOrEqual(0);
    });

    test('without randomness every cell has the mean', () => {
      const randomness = { deviceToDevice: false, cycleToCycle: false, read: false };
      const cells = programCells(keyOf(4), device, some, pulse, { randomness });
      some.forEach((target, i) => {
        const mean = target === 0 ? device.rest.mean : (device.programming.mean?.(target) ?? target);
        expect(Math.abs(cells.programmed[i]! - mean)).toBeLessThan(1e-6 * high);
      });
    });

    test('a deviceKey freezes what is device-to-device while cycles are redrawn', () => {
      const spread = { ...withSpread(device, 0), stuck: { high: 0.05, low: 0.1 } };
      const own: Device = { ...spread, programming: { ...spread.programming, deviceStd: () => 0.01 * high } };
      const at = (seed: number): Float32Array =>
        programCells(keyOf(seed), own, some, pulse, { deviceKey: keyOf(9) }).programmed;
      expect(at(1)).toEqual(at(2));
    });

    test('read noise of cells is that of the curve', () => {
      const cells = programCells(keyOf(5), device, some, pulse);
      const g = conductanceAt(device, cells, 3600, new Float32Array(some.length));
      const std = readStd(device, cells, 3600, g, new Float32Array(some.length));
      some.forEach((target, i) => {
        const expected = readStdOf(device, target, 3600, g[i]!);
        expect(Math.abs(std[i]! - expected)).toBeLessThan(2e-3 * expected + 1e-5 * high);
      });
    });

    test('scaled to another range, everything scales', () => {
      const scaled = withRange(device, 3 * high);
      expect(momentsAt(scaled, 3 * high, 3600).mean).toBeCloseTo(3 * momentsAt(device, high, 3600).mean, 12);
      expect(momentsAt(scaled, 3 * high, 3600).std).toBeCloseTo(3 * momentsAt(device, high, 3600).std, 12);
      expect(readStdOf(scaled, 3 * high, 60, 3 * high)).toBeCloseTo(3 * readStdOf(device, high, 60, high), 12);
    });
  });
}
