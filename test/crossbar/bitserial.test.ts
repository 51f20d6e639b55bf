import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InputCode } from '../../src/crossbar/bitserial.ts';
import { type BitSerialDrive, bitSerialForward, bitSerialProduct, sliceWeights } from '../../src/crossbar/index.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';

const setUp = (code: InputCode, tileRows: number, sliceBits: number) => {
  const [count, rows, outputs] = [6, 20, 9];
  const inputBits = 5;
  const top = code === 'unsigned' ? 31 : 15;
  const x = fillNormal(keyOf(1), new Float64Array(count * rows)).map(v =>
    Math.max(code === 'unsigned' ? 0 : -top, Math.min(top, Math.round(v * 8))),
  );
  const w = fillNormal(keyOf(2), new Float64Array(rows * outputs)).map(v =>
    Math.max(-127, Math.min(127, Math.round(v * 50))),
  );
  const drive: BitSerialDrive = { count, rows, outputs, inputBits, code, inputStep: 0.5, tileRows };
  const weights = sliceWeights(
    w.map(v => v / 127),
    1,
    8,
    sliceBits,
  );
  const wanted = new Float64Array(count * outputs);
  for (let n = 0; n < count; n++)
    for (let r = 0; r < rows; r++)
      for (let j = 0; j < outputs; j++)
        wanted[n * outputs + j]! += 0.5 * x[n * rows + r]! * (w[r * outputs + j]! / 127);
  return { drive, x: x.map(v => v * 0.5), weights, wanted, out: new Float32Array(count * outputs) };
};
const close = (a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number) => {
  for (let i = 0; i < b.length; i++) expect(Math.abs(a[i]! - b[i]!)).toBeLessThanOrEqual(tolerance);
};

describe('bit-serial products', () => {
  it('are exact with ideal converters for every code, tile and slice', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<InputCode>('unsigned', 'twos-complement', 'sign-magnitude'),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 7 }),
        (code, tileRows, sliceBits) => {
          const { drive, x, weights, wanted, out } = setUp(code, tileRows, sliceBits);
          const result = bitSerialProduct(out, x, weights, drive);
          expect(result).toEqual({ inputs: 0, outputs: 0, outputsOf: 0 });
          close(out, wanted, 1e-4);
          bitSerialForward(out, x, Float32Array.from(weights.digits), weights, drive);
          close(out, wanted, 1e-4);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('agree between integers and floating point under a converter', () => {
    for (const code of ['unsigned', 'twos-complement', 'sign-magnitude'] as const) {
      const { drive, x, weights, wanted, out } = setUp(code, 8, 2);
      const coarse = { ...drive, output: { bits: 5, low: -16, high: 16, code: 'twos-complement' as const } };
      bitSerialProduct(out, x, weights, coarse);
      const other = new Float32Array(out.length);
      bitSerialForward(other, x, Float32Array.from(weights.digits), weights, coarse);
      close(out, other, 1e-4);
      const narrow = { ...drive, output: { bits: 3, low: -4, high: 4, code: 'twos-complement' as const } };
      const clipped = bitSerialProduct(out, x, weights, narrow);
      expect(bitSerialForward(other, x, Float32Array.from(weights.digits), weights, narrow)).toEqual(clipped);
      expect(clipped.outputs).toBeGreaterThan(0);
      expect(clipped.outputs).toBeLessThan(clipped.outputsOf);
      expect(out.some((v, i) => Math.abs(v - wanted[i]!) > 0.1)).toBe(true);
    }
  });

  it('count inputs beyond the code', () => {
    const { drive, weights, out } = setUp('twos-complement', 8, 2);
    const x = new Float64Array(drive.count * drive.rows).fill(100);
    expect(bitSerialProduct(out, x, weights, drive).inputs).toBe(x.length);
  });

  it('draw noise anew in every read', () => {
    const [count, rows] = [20_000, 4];
    const drive: BitSerialDrive = {
      count,
      rows,
      outputs: 1,
      inputBits: 3,
      code: 'unsigned',
      inputStep: 1,
      tileRows: 2,
    };
    const x = new Float64Array(count * rows).fill(5);
    const digits = new Float32Array(2 * rows).fill(1);
    const variance = new Float32Array(2 * rows).fill(0.01);
    const out = new Float32Array(count);
    bitSerialForward(out, x, digits, { slices: 2, sliceBits: 2, unit: 1 }, drive, { key: keyOf(3), variance });
    const mean = out.reduce((a, b) => a + b) / count;
    const spread = out.reduce((a, b) => a + (b - mean) ** 2, 0) / count;
    // Four rows; bits 1 and 4 of the input are set; slices count 1 and 4: 4 · 0.01 · (1 + 16) · (1 + 16).
    expect(mean).toBeCloseTo(4 * 5 * 5, 0);
    expect(Math.abs(spread / (4 * 0.01 * 17 * 17) - 1)).toBeLessThan(0.05);
  });

  it('refuse what the integers do not hold', () => {
    const { drive, x, out } = setUp('unsigned', 30, 7);
    const weights = { digits: new Int32Array(0), slices: 1, sliceBits: 16, unit: 1 };
    expect(() => bitSerialProduct(out, x, weights, drive)).toThrow('hardware.array.rows: the digits of 30 word lines');
    expect(() => bitSerialProduct(out, x, weights, { ...drive, inputBits: 40 })).toThrow('hardware.');
  });
});
