import { z } from 'zod';
import { law } from './law.ts';

/** I = G (V + c₂ V² + c₃ V³). */
export const polynomial = law({
  schema: z.strictObject({
    model: z.literal('polynomial'),
    quadratic: z.number().default(0).meta({ description: 'c₂ of I = G (V + c₂ V² + c₃ V³), 1/V; 0 by default.' }),
    cubic: z.number().default(0).meta({ description: 'c₃ of I = G (V + c₂ V² + c₃ V³), 1/V²; 0 by default.' }),
  }),
  run: ({ quadratic, cubic }) => ({
    current: (g, v) => g * (v + quadratic * v * v + cubic * v * v * v),
    slope: (g, v) => g * (1 + 2 * quadratic * v + 3 * cubic * v * v),
    spice: (g, v) => `${g}*((${v})+${quadratic}*(${v})*(${v})+${cubic}*(${v})*(${v})*(${v}))`,
  }),
  cite: [],
});
