import type { Progress } from '../base/index.ts';

/** How a run may use the machine, and how it tells what it does. */
export interface Watch {
  /** Cores for work that is split by hand, such as chains. */
  readonly threads: number;
  /** Does work that saves its place and fails with the signal's reason once that is given; other work may be cut off anywhere. */
  readonly interruptible?: <T>(work: (signal?: AbortSignal) => Promise<T>) => Promise<T>;
  progress(label: string): Progress;
}

/** Does work that can save its place, under a watch that may want it to. */
export function interruptible<T>({ interruptible }: Watch, work: (signal?: AbortSignal) => Promise<T>): Promise<T> {
  return interruptible ? interruptible(work) : work();
}
