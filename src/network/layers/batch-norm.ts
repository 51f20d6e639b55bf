import { z } from 'zod';
import { channelNumbers } from './channel-numbers.ts';
import type { LayerDefinition } from './definition.ts';
import { activationSchema, fromSchema, numbersSchema } from './fields.ts';
import { scaleLayer } from './scale.ts';

const schema = z.strictObject({
  kind: z.literal('batchnorm'),
  mean: numbersSchema.optional().describe('Running mean of each channel.'),
  variance: z.array(z.number().min(0)).min(1).optional().describe('Running variance of each channel.'),
  scale: numbersSchema.optional().describe('Factor of each channel; 1 by default.'),
  shift: numbersSchema.optional().describe('Offset of each channel; 0 by default.'),
  epsilon: z.number().positive().default(1e-5).describe('Added to the variances; 1e-5 by default.'),
  activation: activationSchema.default('linear'),
  fold: z
    .boolean()
    .optional()
    .describe('Multiplies it into the layer right before it where it goes on arrays; true by default.'),
  from: fromSchema,
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
  words: ['activation'],
  tensors: { mean: 'running_mean', variance: 'running_var', scale: 'weight', shift: 'bias' },
  build(spec, place) {
    const channels = place.inputShape[0]!;
    for (const field of ['mean', 'variance'] as const) channelNumbers(spec[field], field, channels, place);
    for (const field of ['scale', 'shift'] as const)
      if (spec[field]) channelNumbers(spec[field], field, channels, place);
    const { factor, shift } = channelFactors(spec);
    return [scaleLayer('batchnorm', factor, shift, spec.activation, place)];
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

/** The normalisation as x·factor + shift, of a spec that has its statistics. */
export function channelFactors({ mean = [], variance = [], scale, shift, epsilon }: BatchNormSpec) {
  const factor = Float64Array.from(variance, (v, i) => (scale?.[i] ?? 1) / Math.sqrt(v + epsilon));
  return { factor, shift: factor.map((f, i) => (shift?.[i] ?? 0) - mean[i]! * f) };
}
