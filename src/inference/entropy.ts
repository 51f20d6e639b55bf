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
  /** How many matrices, the first ones, have one copy, which is read once for all samples of an input; none by default. */
  readonly heldOnce?: number;
  /** Realised weights, [copies, size]. */
  readonly weights: Float32Array;
  /** Variance of every weight in one read, [copies, size]; absent where reads are noiseless. */
  readonly variances?: Float32Array;
  readonly readout: Readout;
  /** Key of what distinguishes this chip's converters from perfect ones. */
  readonly converterKey?: Key;
  /** Share of the read variance that two reads of a cell `lag` seconds apart have in common. */
  readonly readCorrelation?: (lag: number) => number;
  /** Traps in its cells, whose telegraph noise reads follow; absent where there are none. */
  readonly traps?: Traps;
  /** The posterior whose weights lie on the arrays: what digital memories and planes beside the weights hold of it. */
  readonly posterior?: Posterior;
  /** What else may be done with cells of this chip. */
  readonly cells?: ChipCells;
}

/** Random telegraph noise of the cells of a chip. */
export interface Traps {
  /** What an occupied trap of each cell of a weight adds to it, 0 where there is none, [cells of a weight][copies · size]. */
  readonly jumps: readonly Float32Array[];
  /** Probability that a trap is occupied. */
  readonly occupied: number;
  /** Time after which a share 1/e of what is known of a trap is left, s. */
  readonly time: number;
}

/** Cells of a chip beside those that hold its copies, and those of its plan programmed anew. */
export interface ChipCells {
  readonly device: Device;
  /** Names the chip to cells that a source makes itself. */
  readonly key: Key;
  /** Cells that hold one copy, without those that all copies share. */
  readonly cellsPerCopy: number;
  /** What a siemens in the first cell of each weight adds to it, [size]. */
  readonly weightPerSiemens: Float32Array;
  /**
   * What the cells of the plan's first copy, without those that all copies share, mean after each of `times` programmings, read `settle` seconds later, [times,
   * size]: what is frozen in cells stays, what programming draws is drawn anew by `key`.
   */
  reprogram(key: Key, times: number, settle: number): Pick<ChipState, 'weights' | 'variances'>;
  /** Further cells, programmed to targets, S, once in the chip's life: those of a name are the same at all times. */
  bank(name: string, targets: Float32Array): Bank;
}

/** Some cells at the time of a reading. */
export interface Bank {
  /** Conductances, and the spreads of one read, S, [cells]. */
  readonly conductance: Float32Array;
  readonly readStd: Float32Array;
  /** What drift leaves of a cell in the middle of the range, which references follow. */
  readonly share: number;
}

/** What a weight is over the samples of one chip, [size] each. */
export interface WeightLaw {
  readonly mean: Float32Array;
  readonly std: Float32Array;
}

/**
 * What predictions differ by: weight vectors of the posterior, cells of other chips, programmings of one chip, reads of what was
 * programmed.
 */
export const uncertaintyParts = ['posterior', 'deviceToDevice', 'cycleToCycle', 'read'] as const;

export type UncertaintyPart = (typeof uncertaintyParts)[number];

/** What is known of a posterior when a source is asked whether it can serve it. */
export type Known = Pick<Posterior, 'kind'> & Partial<Pick<Posterior, 'method'>>;

/** Where Monte-Carlo samples get their randomness on the chip. Adding one is one file and one line in the registry. */
export interface EntropySource<S extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** One sentence for people. */
  readonly summary: string;
  readonly schema: S;
  readonly cite: readonly Citation[];
  /**
   * Parts of uncertainty that its samples draw anew and average over; whatever else varies is an error that they share. Absent
   * where samples are not reads of weights that were programmed, so that the parts cannot be told apart by programming anew.
   */
  readonly wants?: readonly UncertaintyPart[];
  /**
   * What the device or the posterior lacks for this source, as a sentence with the way out; undefined where nothing.
   * Physics that the device declares and the source cannot follow is lacking too. `reads` says whether reads are noisy. Of a
   * posterior that is not trained yet only its kind is known, where its method says so.
   */
  lacks(
    device: Device,
    posterior: Known | undefined,
    options: z.output<S>,
    reads: { readonly readNoise: boolean },
  ): string | undefined;
  /** Copies of the network that the chip must hold; 1 where the weights lie in other cells or in digital memory. */
  copies(options: z.output<S>): number;
  /** Monte-Carlo samples that a prediction has. */
  samples(options: z.output<S>): number;
  /**
   * Readies a chip for predictions. `key` is that of the noise of one chip, split and time: samples of other chips,
   * splits and times must come from other keys.
   */
  open(key: Key, chip: ChipState, options: z.output<S>): Sampler;
  /** What every weight is over the samples that `open` would draw, the chip given; absent where it is not known. */
  law?(key: Key, chip: ChipState, options: z.output<S>): WeightLaw;
}
