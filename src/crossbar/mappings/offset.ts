import { z } from 'zod';
import { clip, mapping } from './mapping.ts';

/** One cell around the middle of the range, whose current a reference column (or a number) takes away. */
export const offset = mapping({
  schema: z.strictObject({ mapping: z.literal('offset') }),
  devicesPerWeight: () => 1,
  run: (_, { low, high }, limit) => {
    const scale = (high - low) / (2 * limit);
    const middle = (low + high) / 2;
    return {
      cellsPerWeight: 1,
      coefficients: Float64Array.of(1 / scale),
      offset: -middle / scale,
      encode(cells, at, weight) {
        cells[at] = middle + clip(weight, limit) * scale;
      },
    };
  },
});
