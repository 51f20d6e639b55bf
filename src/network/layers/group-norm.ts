import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import { kernels } from '../../kernels/index.ts';
import { activate, normalise, normaliseEpsilon, normaliseRuns, sizeOf } from '../../tensor/index.ts';
import type { PlainLayer } from '../network.ts';
import { channelNumbers } from './channel-numbers.ts';
import { type LayerDefinition, pathOf } from './definition.ts';
import { activationSchema, fromSchema, numbersSchema } from './fields.ts';
import { scaleLayer } from './scale.ts';

const schema = z.strictObject({
  kind: z.literal('groupnorm'),
  groups: z.int().min(1).max(65_536).describe('Groups of successive channels that are normalised together.'),
  scale: numbersSchema.optional().describe('Factor of each channel; 1 by default.'),
  shift: numbersSchema.optional().describe('Offset of each channel; 0 by default.'),
  activation: activationSchema.default('linear'),
  from: fromSchema,
});

/**
 * Brings each group of channels of each single input to mean 0 and variance 1.
 *
 * It depends on one input alone, so that the likelihood stays a product over the data, as a posterior needs it, and the
 * same holds in training and in use. It trains no scale and shift: these would be point estimates beside the
 * posterior and digital numbers beside the array; the weights and biases around it, which have a prior, do their work.
 * Those that another tool trained can be declared. On hardware it is computed digitally from the converted sums.
 */
export const groupnorm: LayerDefinition<typeof schema> = {
  name: 'groupnorm',
  schema,
  words: ['groups', 'activation'],
  tensors: { scale: 'weight', shift: 'bias' },
  build({ groups, scale, shift, activation }, place) {
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
    const scaled = scale !== undefined || shift !== undefined;
    const after = scaled ? 'linear' : activation;
    const normalised: PlainLayer = {
      kind: 'groupnorm',
      operation: { kind: 'normalise', groups, epsilon: normaliseEpsilon, activation: after },
      inputs: [source],
      inputShape,
      outputShape: inputShape,
      parameters: [],
      matrix: null,
      forward: (tape, [x]) => activate(tape, normalise(tape, x!, size / groups), after),
      apply(out, [x], count) {
        normaliseRuns(out, null, x!.subarray(0, count * size), size / groups);
        if (after !== 'linear') kernels().unary(after, out, out);
      },
    };
    if (!scaled) return [normalised];
    const factors = channelNumbers(scale ?? new Array<number>(channels).fill(1), 'scale', channels, place);
    const shifts = channelNumbers(shift ?? new Array<number>(channels).fill(0), 'shift', channels, place);
    return [normalised, scaleLayer('groupnorm', factors, shifts, activation, { inputShape, source: place.index })];
  },
  cite: [{ tag: 'Wu18', text: 'Y. Wu, K. He, Group normalization, ECCV 2018', id: 'arXiv:1803.08494' }],
};
