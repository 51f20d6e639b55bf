import type { Progress } from '../base/index.ts';

/** How a run may use the machine, and how it tells what it does. */
export interface Watch {
  /** Cores for work that is split by hand, such as chains. */
  readonly threads: number;
  /** Stops long work at a place from which it can be taken up again. */
  readonly signal?: AbortSignal;
  progress(label: string): Progress;
}
