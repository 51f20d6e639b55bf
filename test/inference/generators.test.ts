import { describe, expect, test } from 'vitest';
import { fairnessTests } from '../../src/device/bits/battery.ts';
import { boxMullerCircuit } from '../../src/inference/generators/box-muller.ts';
import { unit } from '../../src/inference/generators/gaussian.ts';
import { clock, feedback, shiftRegister } from '../../src/inference/generators/shift-register.ts';
import { wallaceCircuit } from '../../src/inference/generators/wallace.ts';
import { normalCdf } from '../../src/random/normal-cdf.ts';

describe.each(feedback)('shift register with feedback %i', mask => {
  /** A clock as a matrix over bits: what it makes of each bit of the state. */
  const once = Uint32Array.from({ length: 32 }, (_, i) => clock((1 << i) >>> 0, mask));
  const apply = (matrix: Uint32Array, state: number) => {
    let out = 0;
    for (let i = 0; i < 32; i++) if ((state >>> i) & 1) out ^= matrix[i]!;
    return out >>> 0;
  };
  const power = (exponent: number) => {
    let result = Uint32Array.from({ length: 32 }, (_, i) => (1 << i) >>> 0);
    let square = once;
    for (let e = exponent; e > 0; e = Math.floor(e / 2)) {
      if (e % 2 === 1) result = result.map(state => apply(square, state));
      square = square.map(state => apply(square, state));
    }
    return result;
  };
  const period = 2 ** 32 - 1;

  test('returns after 2³² − 1 clocks and no earlier', () => {
    expect(apply(power(period), 1)).toBe(1);
    // 2³² − 1 = 3 · 5 · 17 · 257 · 65537.
    for (const prime of [3, 5, 17, 257, 65537]) expect(apply(power(period / prime), 1)).not.toBe(1);
  });

  test('gives 32 clocks a word', () => {
    const register = shiftRegister(0x12345678, mask);
    let state = 0x12345678;
    for (let word = 0; word < 5; word++) {
      for (let c = 0; c < 32; c++) state = clock(state, mask);
      expect(register.next()).toBe(state);
    }
    expect(shiftRegister(0, mask).next()).toBe(shiftRegister(1, mask).next());
  });

  /** P values of 20 sequences of 2¹⁶ bits. */
  const valuesOf = (test: (bits: Uint8Array) => number, next: (seed: number) => () => number) =>
    Array.from({ length: 20 }, (_, s) => {
      const word = next(20261129 + 7919 * s);
      const bits = new Uint8Array(1 << 16);
      for (let i = 0; i < bits.length; i += 32) {
        const value = word();
        for (let b = 0; b < 32; b++) bits[i + b] = (value >>> (31 - b)) & 1;
      }
      return test(bits);
    });
  /** The share of values from 0.01 on that section 4.2.1 asks of 20 sequences. */
  const passes = (values: readonly number[]) =>
    values.filter(p => p >= 0.01).length / values.length >= 0.99 - 3 * Math.sqrt((0.99 * 0.01) / values.length);

  test.each(Object.entries(fairnessTests))('passes the test of %s', (_name, test) => {
    expect(passes(valuesOf(test, seed => shiftRegister(seed, mask).next))).toBe(true);
  });

  test('would fail with one clock a word, for successive words would share all but one bit', () => {
    const oneClock = (seed: number) => () => {
      seed = clock(seed, mask);
      return seed;
    };
    expect(passes(valuesOf(fairnessTests['serial, first (2.11)']!, oneClock))).toBe(false);
  });
});

describe.each([
  ['Box–Muller', boxMullerCircuit],
  ['Wallace', wallaceCircuit],
] as const)('%s', (_name, make) => {
  const n = 200_000;
  const circuit = make(11, 22);
  const numbers = Float64Array.from({ length: n }, () => circuit.next() / unit);

  test('has the moments of a normal, and whole steps', () => {
    const moment = (p: number) => numbers.reduce((sum, x) => sum + x ** p, 0) / n;
    for (const [p, expected, variance] of [
      [1, 0, 1],
      [2, 1, 2],
      [3, 0, 15],
      [4, 3, 96],
    ] as const) {
      expect(Math.abs(moment(p) - expected)).toBeLessThan(4 * Math.sqrt(variance / n) + 0.001);
    }
    expect(numbers.every(x => Number.isInteger(x * unit))).toBe(true);
  });

  test('passes Kolmogorov and Smirnov', () => {
    const sorted = numbers.slice().sort();
    let most = 0;
    sorted.forEach((x, i) => {
      most = Math.max(most, Math.abs(normalCdf(x) - (i + 0.5) / n));
    });
    expect(most * Math.sqrt(n)).toBeLessThan(1.63);
  });

  test.each([1, 2, 3, 4, 1023])('shares nothing with the number %i before', lag => {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += numbers[i]! * numbers[i - lag]!;
    expect(Math.abs(sum / (n - lag))).toBeLessThan(4 / Math.sqrt(n));
  });

  test('is the same for the same seeds and another for others', () => {
    const [a, b, c] = [make(11, 22), make(11, 22), make(12, 22)];
    const some = (of: typeof a) => Array.from({ length: 3000 }, () => of.next());
    const first = some(a);
    expect(some(b)).toEqual(first);
    expect(some(c)).not.toEqual(first);
  });
});

test('the whole numbers of Box–Muller are those of the formula to three steps', () => {
  const radius = shiftRegister(7, feedback[0]);
  const angle = shiftRegister(9, feedback[1]);
  const circuit = boxMullerCircuit(7, 9);
  let most = 0;
  for (let i = 0; i < 20_000; i++) {
    const r = Math.sqrt(-2 * Math.log(radius.next() / 2 ** 32));
    const turn = (2 * Math.PI * angle.next()) / 2 ** 32;
    most = Math.max(most, Math.abs(circuit.next() - unit * r * Math.cos(turn)));
    most = Math.max(most, Math.abs(circuit.next() - unit * r * Math.sin(turn)));
  }
  expect(most).toBeLessThan(3);
});
