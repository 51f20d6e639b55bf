import { describe, expect, test } from 'vitest';
import type { LayerDrive } from '../../src/crossbar/drive.ts';
import { forwardCopies } from '../../src/crossbar/forward.ts';
import { bf16Error, checkBf16 } from '../../src/crossbar/index.ts';
import { fillNormal, fillUniform, fold, keyOf } from '../../src/random/index.ts';

const key = keyOf(11);
const normals = (label: string, length: number) => fillNormal(fold(key, label), new Float32Array(length));
const [copies, count, inputs, outputs] = [3, 200, 90, 40];
const x = normals('x', count * inputs);
const weights = normals('w', copies * (inputs + 1) * outputs);
const drive: LayerDrive = {
  copies,
  count,
  inputs,
  outputs,
  bias: true,
  shared: true,
  boundaries: [0, 32, 64, 91],
};

const forward = (options: Partial<LayerDrive>) => {
  const out = new Float32Array(copies * count * outputs);
  forwardCopies(out, x, weights, { ...drive, ...options });
  return out;
};

test('bfloat16 puts no term of a sum off by more than 2⁻⁷ + 2⁻¹⁶ of itself', () => {
  const exact = forward({});
  const rounded = forward({ precision: 'bf16' });
  const sizes = new Float32Array(exact.length);
  forwardCopies(sizes, x.map(Math.abs), weights.map(Math.abs), drive);
  const shares = exact.map((sum, i) => Math.abs(rounded[i]! - sum) / sizes[i]!);
  expect(Math.max(...shares)).toBeLessThan(2 ** -7 + 2 ** -16 + 1e-5);
  expect(Math.max(...shares)).toBeGreaterThan(1e-5);
});

test('read noise has its variance at either precision', () => {
  const variance = fillUniform(fold(key, 'v'), new Float32Array(weights.length)).map(u => 1 + u);
  const silent = forward({});
  const read = forward({ precision: 'bf16', readNoise: { key: fold(key, 'noise'), variance } });
  const squares = new Float32Array(silent.length);
  forwardCopies(
    squares,
    x.map(v => v * v),
    variance,
    drive,
  );
  const law = squares.reduce((total, v) => total + v, 0);
  const found = read.reduce((total, v, i) => total + (v - silent[i]!) ** 2, 0);
  // 24,000 squares of normals: standard error 0.9 %.
  expect(Math.abs(found / law - 1)).toBeLessThan(0.03);
});

describe('bf16Error', () => {
  const variances = (value: number) => new Float32Array(weights.length).fill(value);

  test('is the root mean square difference over that of the device noise', () => {
    const exact = forward({});
    const rounded = forward({ precision: 'bf16' });
    const difference = exact.reduce((total, sum, i) => total + (sum - rounded[i]!) ** 2, 0);
    // Σ x²·0.04 with the bias line at 1, the same for all copies and outputs.
    const noise = 0.04 * copies * outputs * (x.reduce((total, v) => total + v * v, 0) + count);
    expect(bf16Error(x, weights, variances(0.04), drive)).toBeCloseTo(Math.sqrt(difference / noise), 5);
  });

  test('follows the law of independent rounding errors', () => {
    // A number is rounded within ±2⁻⁸ of its binade's power of two, uniformly: variance 2⁻¹⁶/3·E[2^(2⌊log₂|z|⌋)]; for a
    // standard normal z that mean lies between 1/4 and 1 (about 0.5), and a term has two such errors.
    const ratio = bf16Error(x, weights, variances(1), drive);
    expect(ratio).toBeGreaterThan(Math.sqrt((2 * 2 ** -16) / 3 / 4));
    expect(ratio).toBeLessThan(Math.sqrt((2 * 2 ** -16) / 3));
  });

  test('grows as the noise shrinks, without bound, and is nothing where nothing is rounded', () => {
    const at = (std: number) => bf16Error(x, weights, variances(std ** 2), drive);
    expect(at(0.01) / at(0.1)).toBeCloseTo(10, 3);
    expect(at(0)).toBe(Number.POSITIVE_INFINITY);
    const whole = new Float32Array(weights.length).fill(2);
    expect(bf16Error(new Float32Array(x.length).fill(3), whole, variances(0), drive)).toBe(0);
  });

  test('is refused beyond a share of the noise', () => {
    expect(() => checkBf16(0.1, 0.1)).not.toThrow();
    expect(() => checkBf16(0.234, 0.1)).toThrow(
      "hardware.precision: 'bf16' puts a layer's sums off by 0.23 times the device's own noise, beyond the 0.1 of hardware.precisionLimit; use 'single'.",
    );
    expect(() => checkBf16(Number.POSITIVE_INFINITY, 0.1)).toThrow(/infinitely many times/);
  });
});
