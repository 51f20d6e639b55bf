import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import { type Convolution, type Floats, kernels, windowGrid, windowReach } from '../../kernels/index.ts';
import { convolve, type Tape, type Tensor } from '../../tensor/index.ts';
import type { LayerMatrix, Parameter, WeightLayer } from '../network.ts';
import { type LayerDefinition, type Place, pathOf } from './definition.ts';
import {
  activationSchema,
  biasSchema,
  checkFit,
  imagesOf,
  paddingOf,
  paddingSchema,
  sidesOf,
  strideSchema,
  windowSchema,
} from './fields.ts';

const shared = {
  channels: z.int().min(1).max(65_536).describe('Output channels.'),
  activation: activationSchema.default('linear'),
  stride: strideSchema.default(1),
  padding: paddingSchema.default('valid'),
  groups: z
    .int()
    .min(1)
    .default(1)
    .describe('Parts that channels are divided into, each seen only by its own outputs; 1 by default.'),
  dilation: z
    .int()
    .min(1)
    .max(4096)
    .default(1)
    .describe('Distance between the inputs that a kernel sees, in pixels; 1, side by side, by default.'),
  bias: biasSchema.default(true),
};

const imageSchema = z.strictObject({
  kind: z.literal('conv2d'),
  ...shared,
  kernel: windowSchema.describe("Window of the kernels: 3 for 3×3, or '5x3' for height and width."),
});

/**
 * A convolution over images [channels, height, width] or [height, width]: weights [channels/groups·height·width of the
 * kernel, output channels] with rows in the order channel, row, column; one bias per output channel.
 */
export const conv2d: LayerDefinition<typeof imageSchema> = {
  name: 'conv2d',
  schema: imageSchema,
  words: ['channels', 'kernel', 'activation'],
  build: (spec, place) => [convolutionLayer(spec, sidesOf(spec.kernel), place, 2)],
  cite: [],
};

const signalSchema = z.strictObject({
  kind: z.literal('conv1d'),
  ...shared,
  kernel: z.int().min(1).max(65_536).describe('Length of the kernels.'),
});

/** A convolution over signals [channels, length] or [length]; weights [channels/groups·kernel, output channels]. */
export const conv1d: LayerDefinition<typeof signalSchema> = {
  name: 'conv1d',
  schema: signalSchema,
  words: ['channels', 'kernel', 'activation'],
  build: (spec, place) => [convolutionLayer(spec, [1, spec.kernel], place, 1)],
  cite: [],
};

type Fields = Omit<z.output<typeof imageSchema>, 'kind' | 'kernel'> & { readonly kind: string };

function convolutionLayer(spec: Fields, kernel: readonly [number, number], place: Place, axes: 1 | 2): WeightLayer {
  const { channels: outputs, activation, bias, groups, stride, dilation } = spec;
  const { name, inputShape, offset } = place;
  const shape = shapeOf(spec, kernel, place, axes);
  const { rows, columns } = windowGrid(shape);
  const positions = rows * columns;
  const part = shape.channels / groups;
  const patch = part * kernel[0] * kernel[1];
  const weight: Parameter = { name: `${name}.weight`, shape: [patch, outputs], offset, size: patch * outputs };
  const offsets: Parameter | null = bias
    ? { name: `${name}.bias`, shape: [outputs], offset: offset + weight.size, size: outputs }
    : null;
  const outputShape = axes === 2 ? [outputs, rows, columns] : [outputs, columns];
  const apply = (tape: Tape, x: Tensor, [w, b]: readonly Tensor[], f: LayerMatrix['activation']) =>
    convolve(tape, x, w!, b ?? null, f, shape);
  return {
    kind: spec.kind,
    operation: { kind: 'convolution', convolution: shape },
    inputs: [place.source],
    inputShape,
    outputShape,
    parameters: offsets ? [weight, offsets] : [weight],
    matrix: {
      name,
      rows: patch + (bias ? 1 : 0),
      columns: outputs,
      weight,
      bias: offsets,
      activation,
      positions,
      groups,
    },
    forward: (tape, [x], parameters) => apply(tape, x!, parameters, activation),
    linear: (tape, x, parameters) => apply(tape, x, parameters, 'linear'),
    gather(out, x, count) {
      const size = count * positions * patch;
      for (let g = 0; g < groups; g++) {
        const channels = { firstChannel: g * part, patchChannels: part, bias: false };
        kernels().patches(out.subarray(g * size, (g + 1) * size), x, count, { ...shape, ...channels });
      }
    },
    scatter(out, y, count) {
      const size = count * positions * (outputs / groups);
      for (let g = 0; g < groups; g++) {
        const sums = y.subarray(g * size, (g + 1) * size);
        rowsToPlanes(out, sums, count, positions, outputs / groups, outputs, g * (outputs / groups));
      }
    },
  };

  function shapeOf({ kind, padding }: Fields, [height, width]: readonly [number, number], at: Place, axes: 1 | 2) {
    const images = imagesOf(at, kind, axes);
    if (images.channels % groups !== 0 || outputs % groups !== 0) {
      throw new InputError({
        path: pathOf(at),
        rule: `${images.channels} input and ${outputs} output channels must both be multiples of the ${groups} groups`,
        hint: 'change one of them',
      });
    }
    const vertical =
      axes === 2 ? paddingOf(padding, images.height, windowReach(height, dilation), stride) : ([0, 0] as const);
    const convolution: Convolution = {
      ...images,
      kernelHeight: height,
      kernelWidth: width,
      stride,
      ...(dilation > 1 && { dilation }),
      padding: [...vertical, ...paddingOf(padding, images.width, windowReach(width, dilation), stride)],
      outputs,
      groups,
    };
    const grid = windowGrid(convolution);
    checkFit(at, kind, grid.rows, grid.columns);
    return convolution;
  }
}

/** Puts rows [count·positions, columns] into channels first … first+columns−1 of images [count, channels, positions]. */
function rowsToPlanes(
  images: Floats,
  rows: Floats,
  count: number,
  positions: number,
  columns: number,
  channels: number,
  first: number,
): void {
  for (let n = 0; n < count; n++) {
    for (let j = 0; j < columns; j++) {
      const to = (n * channels + first + j) * positions;
      let from = n * positions * columns + j;
      for (let p = 0; p < positions; p++, from += columns) images[to + p] = rows[from]!;
    }
  }
}
