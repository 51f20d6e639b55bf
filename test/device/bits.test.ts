import { describe, expect, test } from 'vitest';
import { blockFrequency, blockSize, cumulativeSums, frequency, runs, serial } from '../../src/device/bits/battery.ts';
import { cellSpread } from '../../src/device/bits/cell-spread.ts';
import { fitSwitching } from '../../src/device/bits/fit-switching.ts';
import { bitStatistics, markov } from '../../src/device/bits/statistics.ts';
import { devices, switchCells, switchingProbability } from '../../src/device/index.ts';
import { fillUniform, fold, keyOf } from '../../src/random/index.ts';

const bitsOf = (text: string) => Uint8Array.from(text, Number);

/** Bits of a chain: 1 with probability p whatever came before, or with a share of cases like the bit before. */
function chain(seed: number, count: number, p: number | ((i: number) => number), like = 0): Uint8Array {
  const u = fillUniform(keyOf(seed), new Float32Array(2 * count));
  const bits = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const share = typeof p === 'number' ? p : p(i);
    bits[i] = i > 0 && u[2 * i]! < like ? bits[i - 1]! : Number(u[2 * i + 1]! < share);
  }
  return bits;
}

/** The share of values below .05 of 400, which of uniform ones is within .022 of it in 95 %. */
const below = (values: readonly number[]) => values.filter(p => p < 0.05).length / values.length;

describe('bits of cells', () => {
  test('have the P values of the examples of NIST SP 800-22 rev. 1a', () => {
    // 2.1.8, 2.2.8, 2.3.8, 2.11.8 and 2.13.8.
    expect(frequency(bitsOf('1011010101'))).toBeCloseTo(0.527089, 6);
    expect(blockFrequency(bitsOf('0110011010'), 3)).toBeCloseTo(0.801252, 6);
    expect(runs(bitsOf('1001101011'))).toBeCloseTo(0.147232, 6);
    expect(serial(bitsOf('0011011101'), 3)[0]).toBeCloseTo(0.808792, 6);
    expect(serial(bitsOf('0011011101'), 3)[1]).toBeCloseTo(0.67032, 6);
    expect(cumulativeSums(bitsOf('1011010111'))).toBeCloseTo(0.4116588, 3);
  });

  test('are cut into fewer than 100 blocks of 20 bits or more', () => {
    expect(blockSize(100)).toBe(20);
    for (const n of [2000, 5000, 65536, 1_000_001]) expect(Math.floor(n / blockSize(n))).toBeLessThan(100);
  });

  test('have the entropy of the example of NIST SP 800-90B, 6.3.3', () => {
    const bits = bitsOf('1000111001010111001100011100101010101110');
    expect(markov(bits, 21)).toBeCloseTo(0.761, 3);
  });

  test('that are independent are told to depend or to change in the share of cases that a P value allows, whatever their probability', () => {
    for (const p of [0.1, 0.5, 0.8]) {
      const all = Array.from({ length: 400 }, (_, r) => bitStatistics(chain(1000 * p + 7 * r, 2000, p)));
      expect(Math.abs(below(all.map(({ independent }) => independent!)) - 0.05), `${p}`).toBeLessThan(0.025);
      expect(Math.abs(below(all.map(({ steady }) => steady!)) - 0.05), `${p}`).toBeLessThan(0.025);
      const mean = all.reduce((sum, { serialCorrelation }) => sum + serialCorrelation! / 400, 0);
      // 1/√(2,000 · 400) of its mean, and −1/n of bias.
      expect(Math.abs(mean + 1 / 2000)).toBeLessThan(0.0035);
    }
  });

  test('that follow those before correlate by that, and hold less entropy than their share says', () => {
    const { serialCorrelation, independent, steady, minEntropy, fair } = bitStatistics(chain(5, 20_000, 0.5, 0.2));
    expect(serialCorrelation).toBeCloseTo(0.2, 1);
    expect(independent).toBeLessThan(1e-12);
    expect(minEntropy).toBeCloseTo(-Math.log2(0.6), 1);
    expect(fair['runs (2.3)']).toBeLessThan(1e-12);
    expect(fair['frequency (2.1)']).toBeGreaterThan(0.001);
    expect(steady).not.toBeNull();
  });

  test('of another probability in the second half are not steady', () => {
    const { steady } = bitStatistics(chain(6, 4000, i => (i < 2000 ? 0.3 : 0.4)));
    expect(steady).toBeLessThan(1e-4);
  });

  test('that are all alike hold nothing, and nothing is said of what they depend on', () => {
    for (const bit of [0, 1]) {
      const found = bitStatistics(new Uint8Array(500).fill(bit));
      expect(found).toMatchObject({ ones: 500 * bit, serialCorrelation: null, independent: null, steady: null });
      expect(Math.abs(found.minEntropy)).toBe(0);
      for (const p of Object.values(found.fair)) expect(p).toBeLessThan(1e-12);
    }
    expect(
      cellSpread([
        { bits: 100, ones: 0 },
        { bits: 100, ones: 0 },
      ]),
    ).toBeUndefined();
  });
});

test('cells that differ do so by the spread of their probabilities, beyond what their bits scatter', () => {
  const of = (spread: number, r: number) =>
    cellSpread(
      Array.from({ length: 40 }, (_, cell) => {
        const p = 0.4 + spread * (cell % 2 === 0 ? 1 : -1);
        return { bits: 500, ones: chain(100 * r + cell, 500, p).reduce((sum, bit) => sum + bit, 0) };
      }),
    )!;
  const same = Array.from({ length: 100 }, (_, r) => of(0, r));
  expect(below(same.map(({ alike }) => alike))).toBeLessThan(0.13);
  expect(below(same.map(({ alike }) => alike))).toBeGreaterThan(0);
  const { mean, std, alike } = of(0.05, 1000);
  expect(mean).toBeCloseTo(0.4, 1);
  expect(Math.abs(std - 0.05)).toBeLessThan(0.012);
  expect(alike).toBeLessThan(1e-6);
});

describe('a switching curve', () => {
  const device = devices['mram-sot']!;
  const { voltage, width } = device.switching!;
  const middle = (device.range.low + device.range.high) / 2;
  const measured = (seed: number, bits = 400) =>
    [0.74, 0.77, 0.79, 0.8, 0.82, 0.86].map((at, i) => {
      const wanted = new Float32Array(bits).fill(switchingProbability(device, at));
      const { programmed } = switchCells(fold(keyOf(seed), i), device, wanted);
      return { voltage: at, bits, ones: programmed.filter(g => g > middle).length };
    });

  test('is found in the bits of cells that have it, within its errors', () => {
    const fits = Array.from({ length: 200 }, (_, r) => fitSwitching(measured(r)));
    const held = (of: (fit: (typeof fits)[number]) => boolean) => fits.filter(of).length / fits.length;
    // Standard errors grow with the scatter and never shrink.
    for (const share of [
      held(fit => Math.abs(fit.voltage - voltage) < 1.96 * fit.voltageError),
      held(fit => Math.abs(fit.width - width) < 1.96 * fit.widthError),
    ]) {
      expect(share).toBeGreaterThan(0.93);
      expect(share).toBeLessThan(1);
    }
    expect(Math.abs(below(fits.map(({ fits }) => fits!)) - 0.05)).toBeLessThan(0.04);
  });

  test('has the greatest likelihood', () => {
    const bits = measured(3);
    const fit = fitSwitching(bits);
    const likelihood = (v: number, w: number) =>
      bits.reduce((sum, { voltage, bits, ones }) => {
        const p = 1 / (1 + Math.exp((v - voltage) / w));
        return sum + ones * Math.log(p) + (bits - ones) * Math.log(1 - p);
      }, 0);
    const most = likelihood(fit.voltage, fit.width);
    for (const [dv, dw] of [
      [1e-4, 0],
      [-1e-4, 0],
      [0, 1e-4],
      [0, -1e-4],
    ] as const) {
      expect(likelihood(fit.voltage + dv, fit.width + dw)).toBeLessThan(most);
    }
    expect(Math.abs(fit.voltage - voltage)).toBeLessThan(4 * fit.voltageError);
  });

  test('goes through two voltages', () => {
    const fit = fitSwitching([
      { voltage: 1, bits: 1000, ones: 250 },
      { voltage: 2, bits: 1000, ones: 750 },
    ]);
    expect(fit.voltage).toBeCloseTo(1.5, 9);
    expect(fit.width).toBeCloseTo(0.5 / Math.log(3), 9);
    // 1/(n p (1 − p)) of each logit: half their difference over the slope, and the sum over the width.
    const logit = Math.sqrt(1 / (1000 * 0.25 * 0.75));
    expect(fit.voltageError).toBeCloseTo((fit.width * logit) / Math.SQRT2, 9);
    expect(fit.widthError).toBeCloseTo(fit.width * ((logit * Math.SQRT2) / (2 * Math.log(3))), 9);
    expect(fit.fits).toBeNull();
  });

  test.each([
    [
      'a step',
      [
        [0.7, 0],
        [0.8, 50],
        [0.9, 100],
      ],
      'leaves no width to be fitted',
    ],
    [
      'a step downwards',
      [
        [0.7, 100],
        [0.8, 50],
        [0.9, 0],
      ],
      'leaves no width to be fitted',
    ],
    [
      'a fall',
      [
        [0.7, 70],
        [0.8, 50],
        [0.9, 20],
      ],
      'has higher pulses switch less often',
    ],
  ] as const)('is refused of %s', (_name, points, sentence) => {
    const bits = points.map(([voltage, ones]) => ({ voltage, bits: 100, ones }));
    expect(() => fitSwitching(bits)).toThrow(sentence);
  });
});
