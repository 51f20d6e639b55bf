import { fold, type Key } from '../random/index.ts';
import { chipSampler } from './chip-sampler.ts';
import type { ChipState } from './entropy.ts';
import type { NextWeights } from './position-reads.ts';
import { arrayWeights, sourceOf } from './run-layers.ts';
import type { Sampler } from './sampler.ts';

/** What one draw of the weights serves: all positions of a convolution for an input, or one position of it. */
export type Hold = 'input' | 'position';

/** A group of columns of a matrix whose weights are drawn. */
export interface DrawnGroup {
  /** Number of the matrix. */
  readonly layer: number;
  readonly group: number;
  /** Places of its weights in a copy of the network, [word lines · outputs]. */
  readonly weights: Uint32Array;
}

/** Readies the draws of one group of columns for one sample, whose randomness is that of the key. */
export type DrawWeights = (key: Key, of: DrawnGroup, sample: number) => NextWeights;

/** Weights that a sample draws, those of a convolution as often as it has positions where it draws them for each. */
export const weightsDrawn = ({ network: { matrices }, heldOnce }: ChipState, hold: Hold): number =>
  matrices
    .slice(heldOnce)
    .reduce((sum, { rows, columns, positions }) => sum + rows * columns * (hold === 'position' ? positions : 1), 0);

/**
 * Samples whose weights are drawn without noise of their reads. Sample m of all rows has the same weights; layers before those that are random have the ones
 * of the first sample. Dense layers have the same weights whatever a draw is held for.
 */
export function drawnSampler(
  key: Key,
  { variances: _variances, ...chip }: ChipState,
  draw: DrawWeights,
  { samples, hold }: { readonly samples: number; readonly hold: Hold },
): Sampler {
  const { network, heldOnce = 0 } = chip;
  const size = arrayWeights(network);
  const weights = new Float32Array(samples * size);
  const groups = network.matrices.map((matrix, layer) =>
    Array.from({ length: matrix.groups }, (_, group): DrawnGroup => {
      const { first, rowStride } = sourceOf(matrix, size, group);
      const outputs = matrix.columns / matrix.groups;
      const placeOf = (_: unknown, i: number) => first + Math.floor(i / outputs) * rowStride + (i % outputs);
      return { layer, group, weights: Uint32Array.from({ length: matrix.rows * outputs }, placeOf) };
    }),
  );
  const nextOf = (layer: number, group: number, sample: number) =>
    draw(fold(fold(fold(key, layer), group), sample), groups[layer]![group]!, sample);
  const anew = (layer: number) => hold === 'position' && layer >= heldOnce && network.matrices[layer]!.positions > 1;
  for (const { layer, group, weights: places } of groups.flat()) {
    if (anew(layer)) continue;
    const own = new Float32Array(places.length);
    for (let m = 0; m < (layer < heldOnce ? 1 : samples); m++) {
      nextOf(layer, group, m)(own);
      for (let i = 0; i < own.length; i++) weights[m * size + places[i]!] = own[i]!;
    }
  }
  const positions = hold === 'position' && { anew, nextOf };
  return chipSampler(key, { ...chip, weights }, { copies: samples, samples, ...(positions && { positions }) });
}
