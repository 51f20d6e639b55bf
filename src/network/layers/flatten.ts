import { z } from 'zod';
import { reshape, sizeOf } from '../../tensor/index.ts';
import type { LayerDefinition } from './definition.ts';

const schema = z.strictObject({ kind: z.literal('flatten') });

/** Inputs of any shape in one row, as dense layers read them by themselves. */
export const flatten: LayerDefinition<typeof schema> = {
  name: 'flatten',
  schema,
  words: [],
  build(_spec, { inputShape, source }) {
    const size = sizeOf(inputShape);
    return [
      {
        kind: 'flatten',
        operation: { kind: 'flatten' },
        inputs: [source],
        inputShape,
        outputShape: [size],
        parameters: [],
        matrix: null,
        forward: (_tape, [x]) => reshape(x!, [x!.size / size, size]),
        apply: (out, [x], count) => out.set(x!.subarray(0, count * size)),
      },
    ];
  },
  cite: [],
};
