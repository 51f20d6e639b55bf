import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import { kernels } from '../../kernels/index.ts';
import { activate, normalise, normaliseEpsilon, normaliseRuns, sizeOf } from '../../tensor/index.ts';
import { type LayerDefinition, pathOf } from './definition.ts';
import { activationSchema } from './fields.ts';

const schema = z.strictObject({
  kind: z.literal('groupnorm'),
  groups: z.int().min(1).max(65_536).describe('Groups of successive channels that are normalised together.'),
  activation: activationSchema.default('linear'),
});

/**
 * Brings each group of channels of each single input to mean 0 and variance 1.
 *
 * It depends on one input alone, so that the likelihood stays a product over the data, as a posterior needs it, and the
 * same holds in training and in use. It has no scale and shift of its own: these would be point estimates beside the
 * posterior and digital numbers beside the array; the weights and biases around it, which have a prior, do their work.
 * On hardware it is computed digitally from the converted sums.
 */
export const groupnorm: LayerDefinition<typeof schema> = {
  name: 'groupnorm',
  schema,
  words: ['groups', 'activation'],
  build({ groups, activation }, place) {
    const { inputShape, source } = place;
    const channels = inputShape[0]!;
    if (channels % groups !== 0) {
      throw new InputError({
        path: pathOf(place),
        rule: `${channels} channels cannot be divided into ${groups} groups`,
        hint: `take a divisor of ${channels}`,
      });
    }
    const size = sizeOf(inputShape);
    return [
      {
        kind: 'groupnorm',
        operation: { kind: 'normalise', groups, epsilon: normaliseEpsilon, activation },
        inputs: [source],
        inputShape,
        outputShape: inputShape,
        parameters: [],
        matrix: null,
        forward: (tape, [x]) => activate(tape, normalise(tape, x!, size / groups), activation),
        apply(out, [x], count) {
          normaliseRuns(out, null, x!.subarray(0, count * size), size / groups);
          if (activation !== 'linear') kernels().unary(activation, out, out);
        },
      },
    ];
  },
  cite: [{ tag: 'Wu18', text: 'Y. Wu, K. He, Group normalization, ECCV 2018', id: 'arXiv:1803.08494' }],
};
