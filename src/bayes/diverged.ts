/** Training that has left the finite numbers, in this epoch (from 0). `trainPosterior` makes a sentence of it. */
export class Diverged extends Error {
  readonly epoch: number;

  constructor(epoch: number) {
    super(`training left the finite numbers in epoch ${epoch + 1}`);
    this.epoch = epoch;
  }
}

/** Stops a training whose loss is no longer finite. */
export function checkFinite(loss: number, epoch: number): void {
  if (!Number.isFinite(loss)) throw new Diverged(epoch);
}
