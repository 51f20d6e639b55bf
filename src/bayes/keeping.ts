import type { Checkpoint } from '../base/index.ts';
import type { CurveRecorder } from './learning-curve.ts';
import type { Snapshot, Training } from './method.ts';
import { encodePlace, nameOf, saveInterval } from './snapshot-file.ts';

/** Least time between two snapshots to fall back to, ms, and as a multiple of what taking one costs. */
const snapshotInterval = 1000;
const snapshotShare = 50;

/**
 * Keeps the place of a training under way. A state counts as good, and is written now and then, once the step after it
 * has gone well: a step can leave weights that only the next loss shows to be broken.
 */
export class Keeping {
  readonly #checkpoint: Checkpoint;
  readonly #training: Training;
  readonly #curve: CurveRecorder;
  #next: { step: number; snapshot: Snapshot } | null = null;
  #good: { step: number; snapshot: Snapshot } | null = null;
  #takeAt = Number.NEGATIVE_INFINITY;
  #writtenAt = now();

  constructor(checkpoint: Checkpoint, training: Training, curve: CurveRecorder) {
    this.#checkpoint = checkpoint;
    this.#training = training;
    this.#curve = curve;
  }

  before(step: number): void {
    const start = now();
    if (start < this.#takeAt) return;
    this.#next = { step, snapshot: this.#training.save() };
    const end = now();
    this.#takeAt = end + Math.max(snapshotInterval, snapshotShare * (end - start));
  }

  /** After a step that went well; a promise where that is time to write. */
  after(): void | Promise<void> {
    if (!this.#next) return;
    this.#good = this.#next;
    this.#next = null;
    if (now() - this.#writtenAt > saveInterval) return this.#write(this.#good);
  }

  /** Keeps the state as it is, for a training that stops before a step. */
  stop(step: number): Promise<void> {
    return this.#write({ step, snapshot: this.#training.save() });
  }

  /** Writes the last good state and says where and what it is. */
  async last(): Promise<string> {
    if (!this.#good) return 'it was not at the first step, so there is no checkpoint';
    await this.#write(this.#good);
    return `the last good checkpoint is of step ${this.#good.step} of ${this.#training.steps}, in ${nameOf(this.#checkpoint)}`;
  }

  async #write({ step, snapshot }: { step: number; snapshot: Snapshot }): Promise<void> {
    await this.#checkpoint.save(encodePlace({ step, snapshot, curve: this.#curve.before(step) }));
    this.#writtenAt = now();
  }
}

function now(): number {
  return performance.now();
}
