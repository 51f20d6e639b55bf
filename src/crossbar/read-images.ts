import { type Activation, type Convolution, kernels } from '../kernels/index.ts';
import { converterEnds } from './converters.ts';
import type { TiledLayer, TilePass } from './tiled-layer.ts';

/** A group of channels of a convolution. */
export interface ImageGroup {
  readonly convolution: Convolution;
  readonly group: number;
  readonly activation: Activation;
}

/**
 * Whether the kernels in use read tiles for whole images at once: windows are then gathered nowhere and inputs quantised
 * once. Noise that reads remember, and products of rounded operands, are not among what they do.
 */
export function readsImages({ precision, memory, slot }: TiledLayer, mixing: TilePass['mixing']): boolean {
  return kernels().convolveTiles !== undefined && precision === 'single' && !memory && !mixing && slot === undefined;
}

/**
 * Reads the tiles of one group of channels for images x ([N, …] shared or [S, N, …]): out [S, N, outputs, rows, columns]
 * gets the channels of the group, activated, with the bits that gathered windows, `driveLines`, `readTiles` and the
 * activation give. Returns how many inputs of windows and partial sums left the ranges of their converters.
 */
export function readImages(
  out: Float32Array,
  x: Float32Array,
  layer: TiledLayer,
  { convolution, group, activation }: ImageGroup,
  pass: TilePass,
): { readonly inputs: number; readonly outputs: number } {
  const { outputs: width, boundaries, weights, variances, columns, readKeys, conversionKeys } = layer;
  const { copies, matrix, sample, count, shared, rows, positions } = pass;
  const keys = new Uint32Array(4 * (boundaries.length - 1));
  readKeys.forEach(({ word0, word1 }, tile) => void keys.set([word0, word1], 4 * tile));
  conversionKeys.forEach(({ word0, word1 }, tile) => void keys.set([word0, word1], 4 * tile + 2));
  const each =
    columns &&
    new Float32Array(3 * width)
      .fill(1, 0, width)
      .fill(0, width, 2 * width)
      .fill(1, 2 * width);
  [columns?.factor, columns?.shift, columns?.range].forEach(
    (numbers, i) => void (numbers && each!.set(numbers, i * width)),
  );
  const tiles = {
    convolution,
    group,
    boundaries,
    held: layer.copies,
    weights: weights as Float32Array,
    variances: (variances as Float32Array | undefined) ?? null,
    input: converterEnds(layer.input),
    output: converterEnds(layer.output),
    columns: each ?? null,
    conversionVariance: (columns?.noiseStd ?? 0) ** 2,
    keys,
  };
  const reads = { copies, matrix, count: count / positions, shared, rows, sample, activation };
  const saturated = new Float64Array(2);
  kernels().convolveTiles!(saturated, out, x, tiles, reads);
  return { inputs: saturated[0]!, outputs: saturated[1]! };
}
