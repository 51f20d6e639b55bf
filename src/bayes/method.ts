import type { z } from 'zod';
import type { Citation, Job, Pieces } from '../base/index.ts';
import type { RangeSharing } from '../network/index.ts';
import type { Key } from '../random/index.ts';
import type { Table } from '../tensor/index.ts';
import type { Model } from './model.ts';
import type { Posterior } from './posterior.ts';
import type { ChainOptions } from './samplers/chain.ts';

/** What became of one step; `loss` is what is minimised, where anything is. */
export interface StepInfo {
  readonly note?: string;
  readonly loss?: number;
  /** Name of a phase of the training that minimises something else than the method itself. */
  readonly phase?: string;
}

/** Everything that changes from step to step, so that training can be stopped and taken up again bit by bit. */
export interface Snapshot {
  readonly arrays: Readonly<Record<string, Float32Array | Float64Array>>;
  readonly numbers: Readonly<Record<string, number>>;
}

/** Training under way. `init` of the usual quartet is `Method.start`, its state is held here and can be saved. */
export interface Training {
  readonly steps: number;
  /**
   * Does before a step what it needs and what takes longer than others should wait, and may begin anew at the same step. Every step
   * is preceded by it where it is there.
   */
  prepare?(index: number): Pieces<void>;
  /** Advances by one step, in place; step numbers run from 0 and are all that the randomness depends on. */
  step(index: number): StepInfo;
  save(): Snapshot;
  load(snapshot: Snapshot): void;
  /** Does after the last step what `finish` needs, where that is more than a step's work, and gives others turns. */
  conclude?(job: Job): Promise<void>;
  /** The posterior after the last step. */
  finish(): Posterior;
}

/** Mean and spread that a device gives to a weight, over the weight asked for: uniform over [low, high]. */
export interface DeviceCurve {
  readonly low: number;
  readonly high: number;
  readonly mean: Float64Array;
  readonly std: Float64Array;
}

/** A distance over mean and spread on a uniform grid, row-major [stdSteps + 1, meanSteps + 1]; spreads from zero. */
export interface DistanceField {
  readonly meanLow: number;
  readonly meanHigh: number;
  readonly stdHigh: number;
  readonly meanSteps: number;
  readonly stdSteps: number;
  readonly values: Float64Array;
}

/** How much of each weight reaches the read-out: mean over the copies on a chip and variance between them, [size]. */
export interface WireShares {
  readonly share: ArrayLike<number>;
  readonly variance: ArrayLike<number>;
}

/** The hardware that a posterior is trained for. */
export interface TrainingHardware {
  /** Name of the device. */
  readonly device: string;
  /** When the statistics are those of, seconds after programming. */
  readonly time: number;
  /** Which weights share a range. */
  readonly sharing: RangeSharing;
  /** What becomes of weights, as shares of their limits, at `time` unless another is given. */
  readonly curve: (time?: number) => DeviceCurve;
  /** What the devices can hold, as shares of the limit: the distance of (mean, std) from it, and the nearest of it. */
  readonly domain?: () => {
    readonly table: DistanceField;
    nearest(mean: number, std: number): { readonly mean: number; readonly std: number };
  };
  /** Spread of one read of a weight, as a share of its limit, over that of the weight. */
  readonly readNoise?: () => Table;
  /** Shares of weights stuck at ± `reach` times their limit, 1 by default, and at zero. */
  readonly stuck?: { readonly high: number; readonly low: number; readonly reach?: number };
  /** What the arrays' wires leave of weights of such means and variances within ± their limits; absent for ideal wires. */
  readonly wires?: (mean: ArrayLike<number>, variance: ArrayLike<number>, limits: Float32Array) => Pieces<WireShares>;
  /** Bits of the converters before and after an array; null or absent for ideal ones. */
  readonly inputBits?: number | null;
  readonly outputBits?: number | null;
  /** Share of values that the converters' ranges cover, the others saturate; all by default. */
  readonly covered?: number;
  /** Whether every column's output has a converter of its own range; one range for a layer by default. */
  readonly columnConverters?: boolean;
  /** `global` where the read-out makes up for the mean drift of all weights together; `none` by default. */
  readonly compensation?: 'global' | 'none';
}

export interface MethodContext {
  readonly hardware?: TrainingHardware;
}

interface MethodBase<Schema extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /** Options with defaults; their `method` is the name. */
  readonly schema: Schema;
  /** Training depends on the device, its read time and the weight range: `MethodContext.hardware` must be given. */
  readonly usesHardware?: boolean;
  /** Its draws are independent of each other: there are no chains that could fail to meet. */
  readonly independentDraws?: boolean;
  /** Weight vectors that its posterior holds at most; a mean and a spread where absent. */
  draws?(options: z.output<Schema>): number;
  readonly cite: readonly Citation[];
}

/** A method that goes step by step to its posterior. */
export interface StepMethod<Schema extends z.ZodObject = z.ZodObject> extends MethodBase<Schema> {
  start(key: Key, model: Model, options: z.output<Schema>, context: MethodContext): Training;
}

/** Chains to run, each by itself. */
export interface ChainPlan extends ChainOptions {
  readonly chains: number;
}

/** A method that draws from the exact posterior by Markov chains that know nothing of each other. */
export interface ChainMethod<Schema extends z.ZodObject = z.ZodObject> extends MethodBase<Schema> {
  plan(options: z.output<Schema>): ChainPlan;
}

/** A way to a posterior: adding one is a file with such a record and a line in the registry. */
export type Method<Schema extends z.ZodObject = z.ZodObject> = StepMethod<Schema> | ChainMethod<Schema>;

/** Entries whose name starts with a prefix, without it: the part of a snapshot that belongs to something inside. */
export function withPrefix<T>(record: Readonly<Record<string, T>>, prefix: string): Record<string, T> {
  return Object.fromEntries(
    Object.entries(record)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

/** The opposite of `withPrefix`. */
export function addPrefix<T>(record: Readonly<Record<string, T>>, prefix: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [prefix + name, value]));
}
