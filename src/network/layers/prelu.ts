import { z } from 'zod';
import { channelLeak, leakChannels, sizeOf } from '../../tensor/index.ts';
import { channelNumbers } from './channel-numbers.ts';
import type { LayerDefinition } from './definition.ts';
import { fromSchema } from './fields.ts';

const schema = z.strictObject({
  kind: z.literal('prelu'),
  slope: z
    .union([z.number(), z.array(z.number()).min(1)])
    .optional()
    .describe('Slope below 0, one for all channels or one for each.'),
  from: fromSchema,
});

/**
 * x above 0 and slope·x below: the leaky rectifier, and the parametric one as another tool trained it. Its slopes are
 * numbers of the network without a posterior of their own, computed digitally on hardware.
 */
export const prelu: LayerDefinition<typeof schema> = {
  name: 'prelu',
  schema,
  words: ['slope'],
  tensors: { slope: 'weight' },
  build(spec, place) {
    const { inputShape, source } = place;
    const channels = inputShape[0]!;
    const given = typeof spec.slope === 'number' || spec.slope?.length === 1 ? [spec.slope].flat() : undefined;
    const slope = given
      ? new Float64Array(channels).fill(given[0]!)
      : channelNumbers(spec.slope as readonly number[] | undefined, 'slope', channels, place);
    const positions = sizeOf(inputShape) / channels;
    return [
      {
        kind: 'prelu',
        operation: { kind: 'leak', slope },
        inputs: [source],
        inputShape,
        outputShape: inputShape,
        parameters: [],
        matrix: null,
        forward: (tape, [x]) => channelLeak(tape, x!, slope, positions),
        apply: (out, [x], count) => leakChannels(out, x!.subarray(0, count * channels * positions), slope, positions),
      },
    ];
  },
  cite: [
    {
      tag: 'He15',
      text: 'K. He, X. Zhang, S. Ren, J. Sun, Delving deep into rectifiers: surpassing human-level performance on ImageNet classification, ICCV 2015',
      id: 'arXiv:1502.01852',
    },
  ],
};
