import { z } from 'zod';
import { mapping } from './mapping.ts';

/** ±limit by sign, one cell of the pair fully on and the other off. */
export const binary = mapping({
  schema: z.strictObject({ mapping: z.literal('binary') }),
  run: (_, { rest, high }, limit) => {
    const scale = (high - rest) / limit;
    return {
      cellsPerWeight: 2,
      coefficients: Float64Array.of(1 / scale, -1 / scale),
      offset: 0,
      encode(cells, at, weight) {
        cells[at] = weight < 0 ? rest : high;
        cells[at + 1] = weight < 0 ? high : rest;
      },
    };
  },
});
