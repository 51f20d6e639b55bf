import { z } from 'zod';
import { law } from './law.ts';

/** I = G s sinh(V/s), the law of conduction by hopping. */
export const sinh = law({
  schema: z.strictObject({
    model: z.literal('sinh'),
    scale: z.number().positive().meta({ description: 'Voltage over which the law bends, V.' }),
  }),
  run: ({ scale }) => ({
    current: (g, v) => g * scale * Math.sinh(v / scale),
    slope: (g, v) => g * Math.cosh(v / scale),
    spice: (g, v) => `${g * scale}*sinh((${v})/${scale})`,
  }),
  cite: [],
});
