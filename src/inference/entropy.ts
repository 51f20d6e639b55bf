import type { z } from 'zod';
import type { Citation } from '../base/index.ts';
import type { Posterior } from '../bayes/index.ts';
import type { Device } from '../device/index.ts';
import type { Network } from '../network/index.ts';
import type { Key } from '../random/index.ts';
import type { Readout } from './readout.ts';
import type { Sampler } from './sampler.ts';

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
  /**
   * What the device or the posterior lacks for this source, as a sentence with the way out; undefined where nothing.
   * Physics that the device declares and the source cannot follow is lacking too. `reads` says whether reads are noisy.
   */
  lacks(
    device: Device,
    posterior: Posterior | undefined,
    options: z.output<S>,
    reads: { readonly readNoise: boolean },
  ): string | undefined;
  /** Copies of the network that the chip must hold. */
  copies(options: z.output<S>): number;
  /** Monte-Carlo samples that a prediction has. */
  samples(options: z.output<S>): number;
  /**
   * Readies a chip for predictions. `key` is that of the noise of one chip, split and time: samples of other chips,
   * splits and times must come from other keys.
   */
  open(key: Key, chip: ChipState, options: z.output<S>): Sampler;
}
