import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import { kernels, type Pooling, type Windows, windowGrid } from '../../kernels/index.ts';
import { pool } from '../../tensor/index.ts';
import type { PlainLayer } from '../network.ts';
import { type LayerDefinition, type Place, pathOf } from './definition.ts';
import { checkFit, sidesOf, windowSchema } from './fields.ts';

const fields = {
  window: z
    .union([windowSchema, z.literal('all')])
    .describe("Window: 2 for 2×2 (2 along signals), '2x3' for height and width, or 'all' for the whole channel."),
  stride: z.int().min(1).max(4096).optional().describe('Steps from one window to the next; its width by default.'),
};

const maxSchema = z.strictObject({ kind: z.literal('maxpool'), ...fields });

/** The largest of every window of each channel; inputs beyond the last whole window are left out. */
export const maxpool: LayerDefinition<typeof maxSchema> = {
  name: 'maxpool',
  schema: maxSchema,
  words: ['window'],
  build: (spec, place) => [poolingLayer(spec, 'max', place)],
  cite: [],
};

const averageSchema = z.strictObject({ kind: z.literal('avgpool'), ...fields });

/** The mean of every window of each channel; inputs beyond the last whole window are left out. */
export const avgpool: LayerDefinition<typeof averageSchema> = {
  name: 'avgpool',
  schema: averageSchema,
  words: ['window'],
  build: (spec, place) => [poolingLayer(spec, 'average', place)],
  cite: [],
};

type Spec = z.output<typeof maxSchema> | z.output<typeof averageSchema>;

function poolingLayer({ kind, window, stride }: Spec, pooling: Pooling, place: Place): PlainLayer {
  const { inputShape, source } = place;
  const [channels, ...sides] = inputShape;
  if (sides.length < 1 || sides.length > 2) {
    throw new InputError({
      path: pathOf(place),
      rule: `'${kind}' needs inputs [channels, length] or [channels, height, width], but gets [${inputShape.join(', ')}]`,
      hint: 'put a convolution before it',
    });
  }
  const [height, width] = sides.length === 1 ? [1, sides[0]!] : (sides as [number, number]);
  const [tall, kernelWidth] = window === 'all' ? [height, width] : sidesOf(window);
  const kernelHeight = sides.length === 1 ? 1 : tall;
  const windows: Windows = {
    channels: channels!,
    height,
    width,
    kernelHeight,
    kernelWidth,
    stride: stride ?? kernelWidth,
    padding: [0, 0, 0, 0],
  };
  const { rows, columns } = windowGrid(windows);
  checkFit(place, kind, rows, columns);
  return {
    kind,
    operation: { kind: 'pooling', pooling, windows },
    inputs: [source],
    inputShape,
    outputShape: sides.length === 1 ? [channels!, columns] : [channels!, rows, columns],
    parameters: [],
    matrix: null,
    forward: (tape, [x]) => pool(tape, x!, windows, pooling),
    apply: (out, [x], count) => kernels().pool(out, x!, count * channels!, { ...windows, kind: pooling }),
  };
}
