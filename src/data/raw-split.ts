import type { Split } from './dataset.ts';

/** Real numbers in the precision of their source. */
export type Reals = Float32Array | Float64Array;

/** Rows as a source reads them, before scales bring them to single precision. */
export interface RawSplit extends Omit<Split, 'inputs' | 'targets'> {
  readonly inputs: Reals;
  readonly targets: Reals;
}
