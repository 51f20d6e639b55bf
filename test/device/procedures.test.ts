import { describe, expect, test } from 'vitest';
import {
  type Device,
  findDevice,
  momentsAt,
  programCells,
  programmingRecord,
  switchCells,
  switchingProbability,
  switchingVoltage,
  withProcedure,
} from '../../src/device/index.ts';
import { keyOf } from '../../src/random/index.ts';

const count = 20_000;
const oxram = findDevice('oxram-hfo2');

describe('program-and-verify', () => {
  test('leaves a uniform residual inside a tolerance much smaller than the spread, in a geometric number of pulses', () => {
    const targets = new Float32Array(count).fill(80e-6);
    const procedure = { kind: 'program-and-verify', tolerance: 0.01, iterations: 1000 } as const;
    const cells = programCells(keyOf(1), oxram, targets, procedure);
    const limit = 0.01 * 150e-6;
    const residual = cells.programmed.map(g => g - 80e-6);
    expect(Math.max(...residual.map(Math.abs))).toBeLessThanOrEqual(limit * 1.0001);
    const { residualStd, pulses } = programmingRecord(oxram, cells);
    expect(residualStd / (limit / Math.sqrt(3))).toBeCloseTo(1, 1);
    // Accepted with probability erf(tolerance/(σ√2)), σ = 9.846 µS: scipy.special.erf(1.5/(9.8462*2**.5)) = .12108; mean 8.26 pulses.
    expect(pulses / count).toBeGreaterThan(8.26 * 0.97);
    expect(pulses / count).toBeLessThan(8.26 * 1.03);
  });

  test('stops at the limit of steps and leaves the rest outside the tolerance', () => {
    const targets = new Float32Array(count).fill(30e-6);
    const cells = programCells(keyOf(2), oxram, targets, { kind: 'program-and-verify', iterations: 5 });
    expect(Math.max(...cells.pulses)).toBe(5);
    const outside = cells.programmed.filter(g => Math.abs(g - 30e-6) > 1.5e-6).length / count;
    // (1 − erf(1.5/(13.3077·√2)))⁵ = .6249
    expect(outside).toBeCloseTo(0.6249, 1);
  });

  test('with noisy reads accepts cells that are outside the tolerance', () => {
    const pcm = findDevice('pcm-ibm');
    const targets = new Float32Array(count).fill(12.5e-6);
    const noisy = programCells(keyOf(3), pcm, targets, { kind: 'program-and-verify' });
    const exact = programCells(
      keyOf(3),
      pcm,
      targets,
      { kind: 'program-and-verify' },
      {
        randomness: { deviceToDevice: true, cycleToCycle: true, read: false },
      },
    );
    expect(programmingRecord(pcm, exact).residualStd).toBeLessThan(0.25e-6);
    expect(programmingRecord(pcm, noisy).residualStd).toBeGreaterThan(1.5 * programmingRecord(pcm, exact).residualStd);
  });

  test('cannot remove a device-to-device offset but picks cycles that make up for it', () => {
    const device: Device = {
      ...findDevice('ideal'),
      programming: { std: () => 2e-6, deviceStd: () => 4e-6 },
    };
    const cells = programCells(keyOf(4), device, new Float32Array(count).fill(50e-6), {
      kind: 'program-and-verify',
      iterations: 50,
    });
    expect(programmingRecord(device, cells).residualStd).toBeLessThan(4e-6);
    expect(programmingRecord(device, cells).mostPulses).toBe(50);
  });
});

describe('staircase', () => {
  test('needs about one pulse per step and stops within the step', () => {
    const device: Device = { ...findDevice('ideal'), write: { energy: 1e-12, duration: 1e-7, endurance: 1000 } };
    const cells = programCells(keyOf(1), device, new Float32Array(100).fill(40e-6), { kind: 'staircase', step: 0.02 });
    const record = programmingRecord(device, cells);
    expect(record.pulses / 100).toBe(21);
    expect(record.energy).toBeCloseTo(2100e-12, 18);
    expect(record.duration).toBeCloseTo(2100e-7, 12);
    expect(record.wear).toBeCloseTo(0.021, 12);
    expect(Math.abs(cells.programmed[0]! - 40e-6)).toBeLessThan(1.01e-6);
  });

  test('a finer staircase leaves a smaller residual and takes more pulses', () => {
    const run = (step: number) => {
      const cells = programCells(keyOf(2), oxram, new Float32Array(5000).fill(80e-6), {
        kind: 'staircase',
        step,
        iterations: 2000,
      });
      return programmingRecord(oxram, cells);
    };
    const coarse = run(0.05);
    const fine = run(0.005);
    expect(fine.residualStd).toBeLessThan(coarse.residualStd);
    expect(fine.pulses).toBeGreaterThan(4 * coarse.pulses);
    expect(coarse.residualStd).toBeLessThan(oxram.programming.std(80e-6));
  });
});

test('a device seen after a procedure has the residual of the procedure', () => {
  const procedure = { kind: 'program-and-verify', tolerance: 0.02, iterations: 200 } as const;
  const after = withProcedure(oxram, procedure);
  const cells = programCells(keyOf(7), oxram, new Float32Array(count).fill(90e-6), procedure);
  expect(momentsAt(after, 90e-6, 0).std / programmingRecord(oxram, cells).residualStd).toBeCloseTo(1, 1);
  expect(momentsAt(after, 90e-6, 0).mean / 90e-6).toBeCloseTo(1, 2);
  expect(withProcedure(oxram, { kind: 'single-pulse' })).toBe(oxram);
});

test('stochastic switching gives bits of the probability asked for', () => {
  const mram = findDevice('mram-sot');
  expect(switchingProbability(mram, switchingVoltage(mram, 0.2))).toBeCloseTo(0.2, 12);
  const cells = switchCells(keyOf(1), mram, new Float32Array(count).fill(0.3));
  expect(cells.target.filter(t => t > 150e-6).length / count).toBeCloseTo(0.3, 1);
  expect(() => switchCells(keyOf(1), oxram, new Float32Array(1))).toThrow('has no switching probability');
});

test.each([
  [5e-6, 'targets[0]: must be 0 (at rest) or within 20 µS to 150 µS of oxram-hfo2'],
  [-1e-6, 'targets[0]'],
  [Number.NaN, 'targets[0]'],
  [200e-6, 'targets[0]'],
])('a target of %d S is refused', (target, message) => {
  expect(() => programCells(keyOf(1), oxram, Float32Array.of(target), { kind: 'single-pulse' })).toThrow(message);
});

test('a procedure without tolerance or steps is refused', () => {
  const targets = Float32Array.of(0);
  expect(() => programCells(keyOf(1), oxram, targets, { kind: 'program-and-verify', tolerance: 0 })).toThrow(
    'procedure.tolerance',
  );
  expect(() => programCells(keyOf(1), oxram, targets, { kind: 'staircase', iterations: 0 })).toThrow(
    'procedure.iterations',
  );
});
