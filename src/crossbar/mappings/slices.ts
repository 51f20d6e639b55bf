import { z } from 'zod';
import { roundToEven } from '../rounding.ts';
import { clip, mapping, writePair } from './mapping.ts';

/** Sign and magnitude in digits of a few bits, one pair per digit, the most significant first. */
export const slices = mapping({
  schema: z.strictObject({
    mapping: z.literal('slices'),
    bits: z
      .number()
      .int()
      .min(2)
      .max(16)
      .default(8)
      .meta({ description: 'Bits of a weight, its sign included; 8 by default.' }),
    sliceBits: z.number().int().min(1).max(8).default(2).meta({ description: 'Bits per cell; 2 by default.' }),
  }),
  run: ({ bits, sliceBits }, { rest, high }, limit) => {
    const count = sliceCount(bits, sliceBits);
    const top = 2 ** (bits - 1) - 1;
    const level = (high - rest) / (2 ** sliceBits - 1);
    const coefficients = new Float64Array(2 * count);
    for (let s = 0; s < count; s++) {
      coefficients[2 * s] = ((limit / top) * 2 ** (sliceBits * (count - 1 - s))) / level;
      coefficients[2 * s + 1] = -coefficients[2 * s]!;
    }
    const digits = new Int16Array(count);
    return {
      cellsPerWeight: 2 * count,
      coefficients,
      offset: 0,
      encode(cells, at, weight) {
        sliceDigits(digits, roundToEven((clip(weight, limit) / limit) * top), sliceBits);
        for (let s = 0; s < count; s++) writePair(cells, at + 2 * s, digits[count - 1 - s]! * level, rest);
      },
    };
  },
});

/** Slices that the magnitude of a weight of `bits` bits needs. */
export function sliceCount(bits: number, sliceBits: number): number {
  return Math.max(1, Math.ceil((bits - 1) / sliceBits));
}

/** Signed digits of an integer in base 2^sliceBits, the least significant first. */
export function sliceDigits(digits: Int16Array, value: number, sliceBits: number): void {
  const sign = value < 0 ? -1 : 1;
  let rest = Math.abs(value);
  for (let s = 0; s < digits.length; s++) {
    digits[s] = sign * (rest % 2 ** sliceBits);
    rest = Math.floor(rest / 2 ** sliceBits);
  }
}
