import { z } from 'zod';
import { clip, mapping, writePair } from './mapping.ts';

/** Two cells: the positive part in one, the negative part in the other, the idle one at rest. */
export const differential = mapping({
  schema: z.strictObject({ mapping: z.literal('differential') }),
  devicesPerWeight: () => 2,
  run: (_, { rest, high }, limit) => {
    const scale = (high - rest) / limit;
    return {
      cellsPerWeight: 2,
      coefficients: Float64Array.of(1 / scale, -1 / scale),
      offset: 0,
      encode(cells, at, weight) {
        writePair(cells, at, clip(weight, limit) * scale, rest);
      },
    };
  },
});
