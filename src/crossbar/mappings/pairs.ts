import { z } from 'zod';
import { clip, mapping, writePair } from './mapping.ts';

/**
 * Several pairs, each `significance` times finer than the one before: coarse digits first, the rest in the last pair.
 * Pairs of significance 1 share the weight evenly, which averages over their errors.
 */
export const pairs = mapping({
  schema: z.strictObject({
    mapping: z.literal('pairs'),
    count: z.number().int().min(2).max(8).default(2).meta({ description: 'Pairs per weight; 2 by default.' }),
    significance: z
      .number()
      .int()
      .min(1)
      .max(256)
      .default(8)
      .meta({ description: 'Weight of a pair over that of the next, 1 for equal pairs; 8 by default.' }),
  }),
  devicesPerWeight: ({ count, significance }) => (significance === 1 && count === 2 ? 4 : undefined),
  run: ({ count, significance }, { rest, high }, limit) => {
    const scale = high - rest;
    const even = significance === 1;
    const coefficients = new Float64Array(2 * count);
    for (let p = 0; p < count; p++) {
      coefficients[2 * p] = limit / scale / (even ? count : significance ** p);
      coefficients[2 * p + 1] = -coefficients[2 * p]!;
    }
    return {
      cellsPerWeight: 2 * count,
      coefficients,
      offset: 0,
      encode(cells, at, weight) {
        let left = clip(weight, limit) / limit;
        for (let p = 0; p < count; p++) {
          const digit = even || p === count - 1 ? left : Math.trunc(left * significance) / significance;
          writePair(cells, at + 2 * p, digit * scale, rest);
          if (!even) left = (left - digit) * significance;
        }
      },
    };
  },
});
