import type { z } from 'zod';
import type { Citation } from '../base/index.ts';
import type { Network } from '../network/index.ts';
import type { Key } from '../random/index.ts';
import type { Readout } from './readout.ts';
import type { Outputs } from './software.ts';

/** A programmed chip as inference sees it, at one time after programming. */
export interface ChipState {
  readonly network: Network;
  /** Realised weights, [copies, size]. */
  readonly weights: Float32Array;
  /** Variance of every weight in one read, [copies, size]; absent where reads are noiseless. */
  readonly variances?: Float32Array;
  readonly readout: Readout;
  /** Key of what distinguishes this chip's converters from perfect ones. */
  readonly converterKey?: Key;
  /** Share of the read variance that two reads of a cell `lag` seconds apart have in common. */
  readonly readCorrelation?: (lag: number) => number;
}

/** Where Monte-Carlo samples get their randomness on the chip. Adding one is one file and one line in the registry. */
export interface EntropySource<S extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** One sentence for people. */
  readonly summary: string;
  readonly schema: S;
  readonly cite: readonly Citation[];
  /** Copies of the network that the chip must hold. */
  copies(options: z.output<S>): number;
  samples(options: z.output<S>): number;
  /** Monte-Carlo outputs on inputs [count, …]. */
  predict(chip: ChipState, inputs: Float32Array, count: number, options: z.output<S>, key: Key): Outputs;
}
