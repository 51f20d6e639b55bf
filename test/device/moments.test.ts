import { describe, expect, test } from 'vitest';
import { conductanceAt, type Device, devices, momentsAt, programCells, withSpread } from '../../src/device/index.ts';
import { keyOf } from '../../src/random/index.ts';

const cells = 40_000;

function simulated(device: Device, target: number, time: number): { mean: number; std: number; fourth: number } {
  const programmed = programCells(device, new Float32Array(cells).fill(target), { kind: 'single-pulse' }, keyOf(11));
  const g = conductanceAt(device, programmed, time, new Float32Array(cells));
  let mean = 0;
  for (const value of g) mean += value / cells;
  let second = 0;
  let fourth = 0;
  for (const value of g) {
    second += (value - mean) ** 2 / cells;
    fourth += (value - mean) ** 4 / cells;
  }
  return { mean, std: Math.sqrt(second), fourth };
}

describe.each(Object.values(devices))('$name', device => {
  const { low, high } = device.range;
  const targets = device.levels
    ? [0, ...device.levels.slice(0, 2), high]
    : [0, low + 0.02 * (high - low), (low + high) / 2, high];
  test.each(targets)('moments at target %d agree with simulated cells at every time', target => {
    for (const time of [0, 6, 86400, 3e8]) {
      const expected = momentsAt(device, target, time);
      const found = simulated(device, target, time);
      const meanError = found.std / Math.sqrt(cells);
      const stdError = Math.sqrt(Math.max(0, found.fourth - found.std ** 4) / cells) / (2 * found.std || 1);
      const rounding = 2e-6 * high;
      expect(Math.abs(found.mean - expected.mean)).toBeLessThan(4.5 * meanError + rounding);
      expect(Math.abs(found.std - expected.std)).toBeLessThan(4.5 * stdError + rounding);
    }
  });

  test('conductances are never negative and a spread of zero leaves the mean', () => {
    const exact = withSpread(device, 0);
    const target = device.levels ? high : (low + high) / 2;
    expect(momentsAt(exact, target, 0).std).toBe(0);
    const g = conductanceAt(
      device,
      programCells(device, new Float32Array(2000), { kind: 'single-pulse' }, keyOf(3)),
      3e8,
      new Float32Array(2000),
    );
    expect(Math.min(...g)).toBeGreaterThanOrEqual(0);
  });
});
