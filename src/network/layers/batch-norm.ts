import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import { kernels } from '../../kernels/index.ts';
import { activate, channelAffine, scaleChannels, sizeOf } from '../../tensor/index.ts';
import { type LayerDefinition, pathOf } from './definition.ts';
import { activationSchema } from './fields.ts';

const numbers = z.array(z.number()).min(1);

const schema = z.strictObject({
  kind: z.literal('batchnorm'),
  mean: numbers.describe('Running mean of each channel.'),
  variance: z.array(z.number().min(0)).min(1).describe('Running variance of each channel.'),
  scale: numbers.optional().describe('Factor of each channel; 1 by default.'),
  shift: numbers.optional().describe('Offset of each channel; 0 by default.'),
  epsilon: z.number().positive().default(1e-5).describe('Added to the variances; 1e-5 by default.'),
  activation: activationSchema.default('linear'),
});

/**
 * Batch normalisation with the running statistics of a trained network: (x − mean)/√(variance + ε)·scale + shift, the
 * same in training and in use.
 *
 * Statistics of the minibatch are not offered: they tie the rows of a batch together, so that the likelihood is no
 * product over the data any more and the posterior of no model. To train from scratch, use `groupnorm`.
 * `foldBatchNorms` moves it into the layer before, as an array needs it.
 */
export const batchnorm: LayerDefinition<typeof schema> = {
  name: 'batchnorm',
  schema,
  words: [],
  build(spec, place) {
    const { inputShape, source } = place;
    const channels = inputShape[0]!;
    for (const field of ['mean', 'variance', 'scale', 'shift'] as const) {
      const given = spec[field]?.length ?? channels;
      if (given !== channels) {
        throw new InputError({
          path: [...pathOf(place), field],
          rule: `needs ${channels} numbers, one per channel`,
          value: given,
          hint: 'use the statistics of this layer',
        });
      }
    }
    const { factor, shift } = channelFactors(spec);
    const positions = sizeOf(inputShape) / channels;
    const { activation } = spec;
    return [
      {
        kind: 'batchnorm',
        operation: { kind: 'scale', factor, shift, activation },
        inputs: [source],
        inputShape,
        outputShape: inputShape,
        parameters: [],
        matrix: null,
        forward: (tape, [x]) => activate(tape, channelAffine(tape, x!, factor, shift, positions), activation),
        apply(out, [x], count) {
          const given = x!.subarray(0, count * channels * positions);
          scaleChannels(out, given, factor, shift, positions);
          if (activation !== 'linear') kernels().unary(activation, out, out);
        },
      },
    ];
  },
  cite: [
    {
      tag: 'Ioffe15',
      text: 'S. Ioffe, C. Szegedy, Batch normalization: accelerating deep network training by reducing internal covariate shift, ICML 2015',
      id: 'arXiv:1502.03167',
    },
  ],
};

export type BatchNormSpec = z.output<typeof schema>;

/** The normalisation as x·factor + shift. */
export function channelFactors({ mean, variance, scale, shift, epsilon }: BatchNormSpec) {
  const factor = Float64Array.from(variance, (v, i) => (scale?.[i] ?? 1) / Math.sqrt(v + epsilon));
  return { factor, shift: factor.map((f, i) => (shift?.[i] ?? 0) - mean[i]! * f) };
}
