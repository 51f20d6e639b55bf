/** Losses seen while training, at their steps, and the part of the training that each is of; null for the method itself. */
export interface LearningCurve {
  readonly step: readonly number[];
  readonly loss: readonly number[];
  readonly part: readonly (string | null)[];
}

/** Where nothing was minimised. */
export const noCurve: LearningCurve = { step: [], loss: [], part: [] };

/** Losses that a curve holds, about. */
const points = 200;

/** A curve under way, of so many steps; takes up one that was kept. */
export class CurveRecorder {
  readonly #every: number;
  readonly #last: number;
  readonly #step: number[];
  readonly #loss: number[];
  readonly #part: (string | null)[];

  constructor(steps: number, { step, loss, part }: LearningCurve = noCurve) {
    this.#every = Math.max(1, Math.floor(steps / points));
    this.#last = steps - 1;
    this.#step = [...step];
    this.#loss = [...loss];
    this.#part = [...part];
  }

  note(step: number, loss: number, part: string | undefined): void {
    if (step % this.#every !== 0 && step !== this.#last) return;
    this.#step.push(step);
    this.#loss.push(loss);
    this.#part.push(part ?? null);
  }

  /** What was seen before a step; all by default. */
  before(step = Number.POSITIVE_INFINITY): LearningCurve {
    const end = this.#step.findIndex(s => s >= step);
    const upTo = end < 0 ? undefined : end;
    return {
      step: this.#step.slice(0, upTo),
      loss: this.#loss.slice(0, upTo),
      part: this.#part.slice(0, upTo),
    };
  }
}
