import type { Address, Job } from '../base/index.ts';
import type { Posterior, Trained } from '../bayes/index.ts';
import type { Dataset } from '../data/index.ts';
import type { Design } from '../experiment/index.ts';
import type { Readout } from '../inference/index.ts';
import type { Key } from '../random/index.ts';
import type { Chip, Plan } from '../transfer/index.ts';
import type { Stopping } from '../uncertainty/index.ts';
import type { RangeChoice } from './stages/range.ts';

/** What stages make, by the name of the stage. */
export interface Results {
  readonly data: Dataset;
  readonly training: Trained;
  /** The posterior of the weights that go on arrays. */
  readonly posterior: Posterior;
  readonly range: RangeChoice;
  readonly plan: Plan;
  readonly converters: Readout;
  readonly chip: Chip;
  /** When predictions take no more samples; null where they take all. */
  readonly stopping: Stopping | null;
}

/** Which of the chips and times a result is of; absent where it is of all. Chips have numbers, times are in seconds. */
export interface At {
  readonly chip?: number;
  readonly time?: number;
}

/**
 * One step from a design to its evidence. `run` is a pure function of what the stage projects from the design, of the
 * results it needs and of a key; nothing else of the design reaches it, so that what is hashed is all that it depends on.
 */
export interface Stage<P, N extends keyof Results, T> {
  readonly name: string;
  /** Whether there is a result for every chip, for every time. */
  readonly per: readonly (keyof At)[];
  readonly needs: readonly N[];
  /** Whether a design does without the result, which is null then and never made; none does where absent. */
  without?(design: Design): boolean;
  /** All that `run` sees of the design: plain data. */
  project(design: Design, at: At): P;
  run(given: P, needs: Pick<Results, N>, key: Key, job: Job): T | Promise<T>;
  /** Memory that a result takes, bytes. */
  bytes(value: T): number;
  /** How the result is written to files; it is kept in memory only where absent. */
  readonly codec?: Codec<P, N, T>;
}

/** Files of a result, by name; the first one is what people may replace by hand. */
export type Files = Readonly<Record<string, Uint8Array>>;

export interface Codec<P, N extends keyof Results, T> {
  files(at: At): readonly string[];
  encode(value: T, at: At): Files | Promise<Files>;
  /** Reads files back; of several files only the first need be there. */
  decode(files: Files, given: P, needs: Pick<Results, N>, at: At): T | Promise<T>;
}

/** A result as a store keeps it. */
export interface Entry<T> {
  readonly stage: string;
  readonly at: At;
  /** Names the result by all that made it. */
  readonly address: Address;
  /** The same without the builds of the code: equal recipes of different addresses are one thing, made by other versions. */
  readonly recipe: Address;
  bytes(value: T): number;
  readonly codec?: {
    readonly files: readonly string[];
    encode(value: T): Files | Promise<Files>;
    decode(files: Files): Promise<T>;
  };
}

/** Where results are kept. Entries never change: an address says what they are. */
export interface Store {
  /**
   * The result of this address: found, or made by one maker among all who share the store. The store may give the maker a
   * place to keep what is not done yet.
   */
  once<T>(entry: Entry<T>, make: (job: Job) => Promise<T>, job: Job): Promise<T>;
  /** Address, by content, of what was put by hand in the place of a result whose recipe would be this one. */
  adopted?(stage: string, at: At, recipe: Address): Promise<Address | undefined>;
}
