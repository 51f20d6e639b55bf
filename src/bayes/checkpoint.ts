import type { Snapshot } from './method.ts';

/** Where training keeps its place. */
export interface Checkpoint {
  /** The last saved place, or null. */
  load(): { readonly step: number; readonly snapshot: Snapshot } | null;
  save(step: number, snapshot: Snapshot): void;
  /** What to call it in messages, such as its file. */
  readonly name?: string;
  /** Least time between two saves, ms; `checkpointInterval` by default. */
  readonly interval?: number;
}

/** Least time between two saves where nothing else is said, ms. */
export const checkpointInterval = 10_000;
