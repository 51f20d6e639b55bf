import { z } from 'zod';
import type { Compensation } from '../compensation.ts';

/** Inputs that a refit looks at. */
const inputs = 64;

/**
 * Arrays are read as they are; a factor and an offset for each output of the network bring the outputs of some inputs back to what
 * the same chip gave when the plan's weights counted (least squares; after the correction of logits of Bayes2IMC).
 */
export const logits = {
  name: 'logits',
  summary: `a factor and an offset for each output of the network bring ${inputs} inputs’ outputs back to what the chip gave when the plan’s weights counted`,
  schema: z.literal('logits'),
  fit: () => undefined,
  apply() {},
  outputs: {
    inputs,
    fit(now, before, outputs) {
      const count = now.length / outputs;
      const gain = new Float64Array(outputs).fill(1);
      const offset = new Float64Array(outputs);
      for (let k = 0; k < outputs; k++) {
        let [x, y, xx, xy] = [0, 0, 0, 0];
        for (let i = k; i < now.length; i += outputs) {
          x += now[i]! / count;
          y += before[i]! / count;
          xx += now[i]! ** 2 / count;
          xy += (now[i]! * before[i]!) / count;
        }
        const variance = xx - x * x;
        if (variance > 1e-12 * xx) gain[k] = (xy - x * y) / variance;
        offset[k] = y - gain[k]! * x;
      }
      return { gain, offset };
    },
  },
  cost: () => ({ cellReads: 0, decisions: inputs }),
} as const satisfies Compensation<undefined>;
