import { InputError } from '../base/index.ts';
import { type Floats, kernels } from '../kernels/index.ts';

/** Sizes of a convolution over images; a one-dimensional one has a height of 1. */
export interface ConvolutionShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly outputChannels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  /** 1 by default. */
  readonly stride?: number;
  /** Rows and columns of zeros on every side; 0 by default. */
  readonly padding?: number;
  /** Channels are divided into so many groups, each with its own matrix; 1 by default. */
  readonly groups?: number;
}

/** Height and width of a convolution's output. */
export function convolutionOutput(shape: ConvolutionShape): { height: number; width: number } {
  const { height, width, kernelHeight, kernelWidth, stride = 1, padding = 0, groups = 1 } = shape;
  const out = {
    height: Math.floor((height + 2 * padding - kernelHeight) / stride) + 1,
    width: Math.floor((width + 2 * padding - kernelWidth) / stride) + 1,
  };
  if (!(out.height >= 1 && out.width >= 1)) {
    throw new InputError(
      `convolution: a kernel of ${kernelHeight}×${kernelWidth} does not fit an image of ${height}×${width} with padding ${padding}; use a smaller kernel or more padding.`,
    );
  }
  if (shape.channels % groups !== 0 || shape.outputChannels % groups !== 0) {
    throw new InputError(
      `convolution: ${shape.channels} channels and ${shape.outputChannels} output channels must both be multiples of the ${groups} groups.`,
    );
  }
  return out;
}

/** Inputs of one position and group: word lines of its matrix, without the bias line. */
export function patchSize({ channels, kernelHeight, kernelWidth, groups = 1 }: ConvolutionShape): number {
  return (channels / groups) * kernelHeight * kernelWidth;
}

/**
 * The matrix of one group that goes on tiles, [patch (+ bias line), outputChannels/groups], from weights
 * [outputChannels, channels/groups, kernelHeight, kernelWidth].
 */
export function convolutionMatrix(
  out: Floats,
  weights: ArrayLike<number>,
  bias: ArrayLike<number> | null,
  shape: ConvolutionShape,
  group: number,
): void {
  const patch = patchSize(shape);
  const columns = shape.outputChannels / (shape.groups ?? 1);
  for (let j = 0; j < columns; j++) {
    const channel = group * columns + j;
    for (let r = 0; r < patch; r++) out[r * columns + j] = weights[channel * patch + r]!;
    if (bias) out[patch * columns + j] = bias[channel]!;
  }
}

/**
 * The inputs of every position as rows, [count·positions, patch (+ 1)], for one group: images [count, channels, height,
 * width]. The convolution is then a product with `convolutionMatrix`. With `bias` every row ends with the 1 that drives
 * the bias line.
 */
export function gatherPatches(
  out: Floats,
  images: Floats,
  count: number,
  shape: ConvolutionShape,
  group: number,
  bias: boolean,
): void {
  const { stride = 1, padding = 0, groups = 1 } = shape;
  const patchChannels = shape.channels / groups;
  const part = { stride, patchChannels, firstChannel: group * patchChannels, bias };
  kernels().patches(out, images, count, { ...shape, ...part, padding: [padding, padding, padding, padding] });
}

/** Windows of `size`×`size` outputs without overlap, each to its largest value or its mean; what is left over is dropped. */
export interface Pooling {
  readonly size: number;
  readonly kind: 'average' | 'max';
}

/**
 * Puts sums [count·positions, outputChannels/groups] of one group into images [count, outputChannels, height, width],
 * pooled where asked for.
 */
export function scatterOutputs(
  images: Floats,
  sums: Floats,
  count: number,
  shape: ConvolutionShape,
  group: number,
  pooling: Pooling = { size: 1, kind: 'max' },
): void {
  const { height, width } = convolutionOutput(shape);
  const columns = shape.outputChannels / (shape.groups ?? 1);
  const steps = { plane: 1, row: width * columns, column: columns };
  for (let n = 0; n < count; n++) {
    const from = n * height * width * columns;
    const to = (n * shape.outputChannels + group * columns) * pooledSize(height, width, pooling);
    poolPlanes(images, to, sums, from, columns, height, width, steps, pooling);
  }
}

/** Pools images [planes, height, width] into [planes, ⌊height/size⌋, ⌊width/size⌋]. */
export function pool(
  out: Floats,
  images: Floats,
  planes: number,
  height: number,
  width: number,
  pooling: Pooling,
): void {
  poolPlanes(out, 0, images, 0, planes, height, width, { plane: height * width, row: width, column: 1 }, pooling);
}

const pooledSize = (height: number, width: number, { size }: Pooling) =>
  Math.floor(height / size) * Math.floor(width / size);

/** Entry (plane, y, x) of the input is at from + plane·steps.plane + y·steps.row + x·steps.column. */
function poolPlanes(
  out: Floats,
  to: number,
  images: Floats,
  from: number,
  planes: number,
  height: number,
  width: number,
  steps: { plane: number; row: number; column: number },
  { size, kind }: Pooling,
): void {
  const rows = Math.floor(height / size);
  const columns = Math.floor(width / size);
  const max = kind === 'max';
  const share = 1 / (size * size);
  for (let p = 0; p < planes; p++) {
    for (let row = 0; row < rows; row++) {
      let corner = from + p * steps.plane + row * size * steps.row;
      for (let column = 0; column < columns; column++) {
        let value = max ? Number.NEGATIVE_INFINITY : 0;
        for (let i = 0; i < size; i++) {
          let at = corner + i * steps.row;
          for (let j = 0; j < size; j++) {
            const x = images[at]!;
            if (!max) value += x * share;
            else if (x > value) value = x;
            at += steps.column;
          }
        }
        out[to++] = value;
        corner += size * steps.column;
      }
    }
  }
}

/** Statistics and affine part of a batch normalisation, one number per output. */
export interface BatchNormalisation {
  readonly mean: ArrayLike<number>;
  readonly variance: ArrayLike<number>;
  readonly scale: ArrayLike<number>;
  readonly shift: ArrayLike<number>;
  /** Added to the variance; 1e-5 by default. */
  readonly epsilon?: number;
}

/** Folds a batch normalisation into the kernels [outputs, inputs] and biases [outputs] of the layer before it, in place. */
export function foldBatchNormalisation(weights: Floats, bias: Floats, norm: BatchNormalisation): void {
  const inputs = weights.length / bias.length;
  for (let j = 0; j < bias.length; j++) {
    const factor = norm.scale[j]! / Math.sqrt(norm.variance[j]! + (norm.epsilon ?? 1e-5));
    for (let i = 0; i < inputs; i++) weights[j * inputs + i]! *= factor;
    bias[j] = (bias[j]! - norm.mean[j]!) * factor + norm.shift[j]!;
  }
}
