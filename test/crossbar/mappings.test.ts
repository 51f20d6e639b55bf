import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeVariances,
  decodeWeights,
  encodeWeights,
  encoding,
  type Mapping,
  mappingSchema,
} from '../../src/crossbar/index.ts';

const range = { low: 1e-6, high: 4e-5 };
const analog: Mapping[] = [
  { mapping: 'differential' },
  { mapping: 'offset' },
  { mapping: 'pairs', count: 2, significance: 8 },
  { mapping: 'pairs', count: 4, significance: 3 },
  { mapping: 'pairs', count: 2, significance: 1 },
];
const roundTrip = (parameters: Mapping, weights: ArrayLike<number>, limit: number) => {
  const code = encoding(parameters, range, limit);
  const cells = new Float64Array(weights.length * code.cellsPerWeight);
  encodeWeights(cells, weights, code);
  const back = new Float64Array(weights.length);
  decodeWeights(back, cells, code);
  return { cells, back, code };
};

describe('mappings', () => {
  it.each(analog)('%j gives weights back and stays in range', parameters => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 20 }),
        fc.constantFrom(1, 2, 2.5),
        (weights, limit) => {
          const { cells, back } = roundTrip(parameters, weights, limit);
          for (const g of cells) {
            expect(g).toBeGreaterThanOrEqual(range.low * (1 - 1e-12));
            expect(g).toBeLessThanOrEqual(range.high * (1 + 1e-12));
          }
          weights.forEach((w, i) => {
            expect(back[i]).toBeCloseTo(Math.min(limit, Math.max(-limit, w)), 12);
          });
        },
      ),
    );
  });

  it('slices weights of 8 bits as the published check value', () => {
    // physics: W = [[.5,−1,.25],[.1,.8,−.3]], x = [1,−.5,.25], 8 bits in two slices → 1.0669291339, −.374015748
    const w = [0.5, -1, 0.25, 0.1, 0.8, -0.3];
    const { back, code } = roundTrip({ mapping: 'slices', bits: 8, sliceBits: 4 }, w, 1);
    expect(code.cellsPerWeight).toBe(4);
    expect(back[0]! - 0.5 * back[1]! + 0.25 * back[2]!).toBeCloseTo(1.0669291339, 9);
    expect(back[3]! - 0.5 * back[4]! + 0.25 * back[5]!).toBeCloseTo(-0.374015748, 9);
  });

  it.each([1, 2, 3, 7])('slices of %i bits hold every 8-bit weight exactly, in few levels', sliceBits => {
    const weights = Array.from({ length: 255 }, (_, i) => (i - 127) / 127);
    const { cells, back } = roundTrip({ mapping: 'slices', bits: 8, sliceBits }, weights, 1);
    weights.forEach((w, i) => {
      expect(back[i]).toBeCloseTo(w, 12);
    });
    const levels = new Set([...cells].map(g => Math.round(((g - range.low) / (range.high - range.low)) * 1e6)));
    expect(levels.size).toBeLessThanOrEqual(2 ** sliceBits);
  });

  it('keeps signs as binary weights', () => {
    const { back } = roundTrip({ mapping: 'binary' }, [0.3, -2, 1, -0.1], 1);
    [1, -1, 1, -1].forEach((w, i) => {
      expect(back[i]).toBeCloseTo(w, 12);
    });
  });

  it('adds the variances of the cells', () => {
    const code = encoding({ mapping: 'pairs', count: 2, significance: 4 }, range, 2);
    const scale = 2 / (range.high - range.low);
    const out = new Float64Array(1);
    decodeVariances(out, [1e-12, 2e-12, 3e-12, 4e-12], code);
    expect(out[0]).toBeCloseTo(scale ** 2 * (3e-12 + 7e-12 / 16), 12);
  });

  it('knows its parameters and refuses ranges that hold nothing', () => {
    expect(mappingSchema.parse({ mapping: 'slices' })).toEqual({ mapping: 'slices', bits: 8, sliceBits: 2 });
    expect(() => encoding({ mapping: 'offset' }, { low: 2, high: 1 }, 1)).toThrow(
      'hardware.mapping: the conductance range',
    );
    expect(() => encoding({ mapping: 'offset' }, range, 0)).toThrow('hardware.mapping: the largest weight');
  });
});
