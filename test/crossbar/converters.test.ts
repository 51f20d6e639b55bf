import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkConverter, Magnitudes } from '../../src/crossbar/converters.ts';
import { type Converter, convert, converterStep } from '../../src/crossbar/index.ts';

const W = [
  [0.5, -1, 0.25],
  [0.1, 0.8, -0.3],
];
const times = (x: Float64Array) => W.map(row => row.reduce((total, w, i) => total + w * x[i]!, 0));

describe('converters', () => {
  it('agrees with the published check values of a 4-bit sign-magnitude DAC and a 5-bit ADC', () => {
    const dac: Converter = { bits: 4, low: -1, high: 1, code: 'sign-magnitude' };
    const x = Float64Array.of(1, -0.5, 0.25);
    expect(convert(x, x, dac)).toBe(0);
    const y = Float64Array.from(times(x));
    // physics: 4-bit sign-magnitude DAC on ±1 → 1.0, −.3285714; 5-bit ADC → .9677419355, −.3225806452
    expect(y[0]).toBeCloseTo(1, 12);
    expect(y[1]).toBeCloseTo(-0.3285714, 7);
    convert(y, y, { bits: 5, low: -2, high: 2, code: 'straight' });
    expect(y[0]).toBeCloseTo(0.9677419355, 9);
    expect(y[1]).toBeCloseTo(-0.3225806452, 9);
  });

  it.each([
    ['straight', 3, 8, 2 / 7],
    ['sign-magnitude', 3, 7, 2 / 6],
    ['twos-complement', 3, 8, 2 / 8],
  ] as const)('code %s of %i bits has %i levels', (code, bits, levels, step) => {
    const converter: Converter = { bits, low: -1, high: 1, code };
    const x = Float64Array.from({ length: 2001 }, (_, i) => -1.5 + (3 * i) / 2000);
    const y = new Float64Array(x.length);
    convert(y, x, converter);
    const found = [...new Set([...y].map(v => Math.round(v * 1e9) / 1e9 + 0))];
    expect(found).toHaveLength(levels);
    expect(converterStep(converter)).toBeCloseTo(step, 12);
    expect(found.includes(0)).toBe(code !== 'straight');
  });

  it('is idempotent, monotone, within half a step, and counts saturation', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 10 }),
        fc.constantFrom('straight', 'sign-magnitude', 'twos-complement' as const),
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 30 }),
        (bits, code, values) => {
          const converter = { bits, low: -2, high: 2, code } as Converter;
          const x = Float64Array.from(values).sort();
          const y = new Float64Array(x.length);
          const saturated = convert(y, x, converter);
          const step = converterStep(converter);
          const top = code === 'twos-complement' ? 2 - step : 2;
          expect(saturated).toBe(values.filter(v => v < -2 || v > top).length);
          for (let i = 0; i < x.length; i++) {
            if (x[i]! >= -2 && x[i]! <= top) expect(Math.abs(y[i]! - x[i]!)).toBeLessThanOrEqual(step / 2 + 1e-12);
            if (i > 0) expect(y[i]).toBeGreaterThanOrEqual(y[i - 1]!);
          }
          const again = new Float64Array(y.length);
          convert(again, y, converter);
          for (let i = 0; i < y.length; i++) expect(again[i]).toBeCloseTo(y[i]!, 12);
        },
      ),
    );
  });

  it('takes its range from data', () => {
    const seen = new Magnitudes();
    seen.add(Float32Array.from({ length: 1000 }, (_, i) => (i + 1) / 1000));
    expect(seen.converter(8)).toEqual({ bits: 8, low: 0, high: 1 });
    expect(Math.abs(seen.quantile(0.9) - 0.9)).toBeLessThan(0.005);
    seen.add(Float32Array.of(-3));
    expect(seen.converter(8)).toEqual({ bits: 8, low: -3, high: 3 });
    expect(seen.converter(null).bits).toBe(null);
  });

  it('refuses converters without a range', () => {
    const check = (c: Converter) => () => checkConverter(c, 'hardware.output');
    expect(check({ bits: 8, low: Number.NaN, high: 1 })).toThrow(
      'hardware.output: a converter of 8 bits needs a finite range',
    );
    expect(check({ bits: 8, low: 1, high: 1 })).toThrow('needs a finite range with low below high, got [1, 1]');
    expect(check({ bits: 0, low: 0, high: 1 })).toThrow('hardware.output.bits: must be a whole number from 1');
    expect(check({ bits: 4, low: -1, high: 2, code: 'sign-magnitude' })).toThrow('must be symmetric');
  });
});
