import { expect, test } from 'vitest';
import {
  type Device,
  deviceFromFile,
  findDevice,
  momentsAt,
  programCells,
  type QuantileShape,
  withProcedure,
  withRange,
} from '../../src/device/index.ts';
import { deviatesOf } from '../../src/device/shape.ts';
import { keyOf } from '../../src/random/index.ts';
import { evaluatedFor } from '../pipeline/support.ts';

const uS = 1e-6;
const shape: QuantileShape = {
  targets: [20 * uS, 80 * uS],
  probabilities: [0.05, 0.25, 0.5, 0.75, 0.95],
  quantiles: [
    [-1, -0.6, -0.2, 0.3, 4],
    [-3, -0.5, 0.1, 0.5, 1],
  ],
};
const device: Device = {
  ...findDevice('ideal'),
  programming: { std: () => 4 * uS, shape },
};

test('deviates have mean 0, variance 1 and the measured quantiles', () => {
  const { at, std, lowest, fill } = deviatesOf(shape);
  // m, s of the function through (norm.ppf(p), q), constant outside: quad(lambda z: f(z)*norm.pdf(z), -8, 8)
  const [mean, spread] = [0.27322247282143564, 1.3465343954135458];
  expect(at(20 * uS, 0)).toBeCloseTo((-0.2 - mean) / spread, 7);
  expect(at(20 * uS, 1.6448536269514722)).toBeCloseTo((4 - mean) / spread, 7);
  expect(at(20 * uS, 5)).toBeCloseTo((4 - mean) / spread, 7);
  expect(lowest(20 * uS)).toBeCloseTo((-1 - mean) / spread, 7);
  expect([std(20 * uS), std(80 * uS)]).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12)]);
  expect(std(50 * uS)).toBeLessThan(1);
  const normals = Float32Array.from({ length: 2000 }, (_, i) => (i % 100) / 12 - 4.1);
  const of = normals.map((_, i) => (10 + ((i * 7) % 80)) * uS);
  const filled = fill(normals.slice(), of);
  normals.forEach((normal, i) => {
    expect(Math.abs(filled[i]! - at(of[i]!, normal))).toBeLessThan(0.01);
  });
  expect(at(50 * uS, 0.3)).toBeCloseTo((at(20 * uS, 0.3) + at(80 * uS, 0.3)) / 2, 12);
});

test.each([20, 50, 80])('cells programmed to %d µS have the measured distribution', target => {
  const count = 100_000;
  const { programmed } = programCells(keyOf(1), device, new Float32Array(count).fill(target * uS), {
    kind: 'single-pulse',
  });
  const sorted = programmed.toSorted();
  for (const [p, z] of [
    [0.25, -0.6744897501960817],
    [0.5, 0],
    [0.75, 0.6744897501960817],
    [0.95, 1.6448536269514722],
  ] as const) {
    const expected = (target + 4 * deviatesOf(shape).at(target * uS, z)) * uS;
    expect(sorted[Math.floor(p * count)]! / uS).toBeCloseTo(expected / uS, 0);
  }
  const mean = programmed.reduce((a, b) => a + b) / count;
  const std = Math.sqrt(programmed.reduce((sum, g) => sum + (g - mean) ** 2, 0) / count);
  expect(momentsAt(device, target * uS, 0).mean / uS).toBeCloseTo(mean / uS, 1);
  expect(momentsAt(device, target * uS, 0).std / std).toBeCloseTo(1, 2);
});

test('what devices and cycles differ by share the distribution, and what lies below 0 is cut', () => {
  const count = 60_000;
  const split: Device = {
    ...device,
    programming: { ...device.programming, std: () => 3 * uS, deviceStd: () => 4 * uS },
  };
  const at = (cycle: number): Float32Array =>
    programCells(
      keyOf(cycle),
      split,
      new Float32Array(count).fill(80 * uS),
      { kind: 'single-pulse' },
      { deviceKey: keyOf(9) },
    ).programmed;
  const [a, b] = [at(1), at(2)];
  const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, v) => sum + v, 0) / count;
  const [ma, mb] = [mean(a), mean(b)];
  const both = mean(a.map((g, i) => (g - ma) * (b[i]! - mb)));
  const own = mean(a.map(g => (g - ma) ** 2));
  expect(Math.sqrt(own) / uS).toBeCloseTo(5, 0);
  // Correlation 16/25 of the normals, a little less of what they become.
  expect(both / own).toBeGreaterThan(0.5);
  expect(both / own).toBeLessThan(0.66);
  const low: Device = { ...device, programming: { std: () => 30 * uS, shape } };
  const cut = programCells(keyOf(3), low, new Float32Array(count).fill(20 * uS), { kind: 'single-pulse' }).programmed;
  expect(cut.every(g => g >= 0)).toBe(true);
  expect(momentsAt(low, 20 * uS, 0).mean / mean(cut)).toBeCloseTo(1, 2);
});

test('a range three times as large stretches the distribution with it', () => {
  const scaled = withRange(device, 300 * uS);
  expect(momentsAt(scaled, 150 * uS, 0).std).toBeCloseTo(3 * momentsAt(device, 50 * uS, 0).std, 12);
});

test('a device file holds a measured distribution, and refuses one that does not ascend', () => {
  const text = (quantiles: string) =>
    `name: q\nrange: { high: 100 uS }\nprogramming: { std: 4 uS, shape: { g: [0.2, 0.8], probabilities: [0.1, 0.5, 0.9], quantiles: ${quantiles} } }\n`;
  const read = deviceFromFile(text('[[-1, 0, 3], [-3, 0, 1]]'), 'q.yaml');
  const { probabilities, quantiles, targets } = read.programming.shape as QuantileShape;
  expect([probabilities, quantiles]).toEqual([
    [0.1, 0.5, 0.9],
    [
      [-1, 0, 3],
      [-3, 0, 1],
    ],
  ]);
  expect(targets[0]).toBeCloseTo(20 * uS, 15);
  expect(() => deviceFromFile(text('[[-1, 0, 3], [3, 0, 1]]'), 'q.yaml')).toThrow(
    'q.yaml: programming.shape.quantiles.1: must ascend',
  );
  expect(() => deviceFromFile(text('[[-1, 0, 3]]'), 'q.yaml')).toThrow(
    'programming.shape: needs 2 rows of 3 quantiles',
  );
});

test('cells measured after program-and-verify are programmed in no other way, and one draw stands for it', () => {
  const levy = findDevice('rram-levy');
  const targets = new Float32Array(4000).fill(100 * uS);
  expect(() => programCells(keyOf(1), levy, targets, { kind: 'single-pulse' })).toThrow(
    'programming: rram-levy was measured after program-and-verify, which says nothing of single-pulse; set programming to { kind: program-and-verify }',
  );
  const { programmed, pulses } = programCells(keyOf(1), levy, targets, {
    kind: 'program-and-verify',
    tolerance: 0.001,
  });
  expect(pulses.every(count => count === 1)).toBe(true);
  const mean = programmed.reduce((a, b) => a + b) / targets.length;
  const std = Math.sqrt(programmed.reduce((sum, g) => sum + (g - mean) ** 2, 0) / targets.length);
  expect(std / levy.programming.std(100 * uS)).toBeCloseTo(1, 1);
  expect(withProcedure(levy, { kind: 'program-and-verify' })).toBe(levy);
  expect(() => withProcedure(levy, { kind: 'staircase' })).toThrow('says nothing of staircase');
});

test('an experiment that would pulse such cells once is refused before anything is computed', async () => {
  const run = (programming: 'single-pulse' | { kind: 'program-and-verify' }) =>
    evaluatedFor({
      data: { source: 'two-moons', train: 32, test: 16 },
      network: { layers: ['dense 2 relu', 'dense 2'] },
      posterior: { method: 'map', epochs: 2 },
      hardware: { device: 'rram-levy' },
      transfer: { method: 'joint', programming },
      sampling: { samples: 2 },
      evaluate: { chips: 1 },
    });
  await expect(run('single-pulse')).rejects.toThrow(
    'transfer.programming: rram-levy was measured after program-and-verify',
  );
  expect((await run({ kind: 'program-and-verify' })).evaluation.hardware.chips).toHaveLength(1);
});
