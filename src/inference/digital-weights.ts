import type { ChipState, WeightLaw } from './entropy.ts';
import type { Readout } from './readout.ts';
import { trainedLaw } from './weight-law.ts';

/** Means and spreads of weights as whole numbers of a memory, by matrix. */
export interface StoredMoments extends WeightLaw {
  /** Size of a step of the weights, [size]. */
  readonly step: Float32Array;
  /** Largest number of steps of a weight. */
  readonly top: number;
}

/** Spreads beyond the largest mean that the range of a weight holds. */
const reach = 4;

/** Rounds the moments of a posterior to `bits` bits: means with sign and one range for each matrix, spreads with their own. */
export function storedMoments(chip: ChipState, bits: number): StoredMoments {
  const { mean, std } = trainedLaw(chip);
  const top = 2 ** (bits - 1) - 1;
  const stored = { mean: mean.slice(), std: std.slice(), step: new Float32Array(mean.length), top };
  for (const { weight, rows, columns } of chip.network.matrices) {
    const end = weight.offset + rows * columns;
    let widest = 0;
    let spread = 0;
    for (let i = weight.offset; i < end; i++) {
      widest = Math.max(widest, Math.abs(mean[i]!) + reach * std[i]!);
      spread = Math.max(spread, std[i]!);
    }
    const step = widest > 0 ? widest / top : 1;
    const fine = spread > 0 ? spread / (2 ** bits - 1) : 1;
    for (let i = weight.offset; i < end; i++) {
      stored.step[i] = step;
      stored.mean[i] = step * Math.round(mean[i]! / step);
      stored.std[i] = fine * Math.round(std[i]! / fine);
    }
  }
  return stored;
}

/** Sums that are computed in whole numbers: inputs keep their converters, outputs have none. */
export const digitalReadout = ({ errors: _errors, ...readout }: Readout): Readout => ({
  ...readout,
  layers: readout.layers.map(({ columns: _columns, output, ...layer }) => ({
    ...layer,
    output: { ...output, bits: null },
  })),
});
