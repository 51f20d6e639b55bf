import type { Job } from '../base/index.ts';

/** Lets other work have its turn where it is due, between pieces that cannot be divided. */
export async function turnOf(job: Job): Promise<void> {
  const turn = job.turn();
  if (turn) await turn;
}
