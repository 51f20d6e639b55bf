import { z } from 'zod';
import { clip, mapping, writePair } from './mapping.ts';

/** Several pairs, each `significance` times finer than the one before: coarse digits first, the rest in the last pair. */
export const pairs = mapping({
  schema: z.strictObject({
    mapping: z.literal('pairs'),
    count: z.number().int().min(2).max(8).default(2).meta({ description: 'Pairs per weight; 2 by default.' }),
    significance: z
      .number()
      .int()
      .min(2)
      .max(256)
      .default(8)
      .meta({ description: 'Weight of a pair over that of the next; 8 by default.' }),
  }),
  run: ({ count, significance }, { low, high }, limit) => {
    const scale = high - low;
    const coefficients = new Float64Array(2 * count);
    for (let p = 0; p < count; p++) {
      coefficients[2 * p] = limit / scale / significance ** p;
      coefficients[2 * p + 1] = -coefficients[2 * p]!;
    }
    return {
      cellsPerWeight: 2 * count,
      coefficients,
      offset: 0,
      encode(cells, at, weight) {
        let rest = clip(weight, limit) / limit;
        for (let p = 0; p < count; p++) {
          const digit = p === count - 1 ? rest : Math.trunc(rest * significance) / significance;
          writePair(cells, at + 2 * p, digit * scale, low);
          rest = (rest - digit) * significance;
        }
      },
    };
  },
});
