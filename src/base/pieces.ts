import type { Job } from './job.ts';

/** Long work that stops between pieces of a few milliseconds, where others may have their turn; it returns its result. */
export type Pieces<T> = Generator<void, T, void>;

/** Does all of the work without a turn for anyone else. */
export function atOnce<T>(work: Pieces<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Does the work with the turns of a job between its pieces. */
export async function inTurns<T>(work: Pieces<T>, job: Job): Promise<T> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    const turn = job.turn();
    if (turn) await turn;
  }
}
