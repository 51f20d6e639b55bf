import type { TracePoint } from '../base/index.ts';

/** Losses seen while training, at their steps, and the phase of the training that each is of; null for the method itself. */
export interface LearningCurve {
  readonly step: readonly number[];
  readonly loss: readonly number[];
  readonly phase: readonly (string | null)[];
}

/** Where nothing was minimised. */
export const noCurve: LearningCurve = { step: [], loss: [], phase: [] };

/** Losses that a curve holds, about. */
const points = 200;

/** A curve under way, of so many steps; takes up one that was kept. */
export class CurveRecorder {
  readonly #every: number;
  readonly #last: number;
  readonly #step: number[];
  readonly #loss: number[];
  readonly #phase: (string | null)[];
  #told = 0;

  constructor(steps: number, { step, loss, phase }: LearningCurve = noCurve) {
    this.#every = Math.max(1, Math.floor(steps / points));
    this.#last = steps - 1;
    this.#step = [...step];
    this.#loss = [...loss];
    this.#phase = [...phase];
  }

  note(step: number, loss: number, phase: string | undefined): void {
    if (step % this.#every !== 0 && step !== this.#last) return;
    this.#step.push(step);
    this.#loss.push(loss);
    this.#phase.push(phase ?? null);
  }

  /** What was noted since this was last asked for, a trace for each thing minimised; what an earlier process noted is new as well. */
  news(): readonly TracePoint[] {
    const from = this.#told;
    this.#told = this.#step.length;
    return this.#step.slice(from).map((step, i) => {
      const phase = this.#phase[from + i];
      return { trace: phase === null ? 'loss' : `loss of the ${phase}`, step, value: this.#loss[from + i]! };
    });
  }

  /** What was seen before a step; all by default. */
  before(step = Number.POSITIVE_INFINITY): LearningCurve {
    const end = this.#step.findIndex(s => s >= step);
    const upTo = end < 0 ? undefined : end;
    return {
      step: this.#step.slice(0, upTo),
      loss: this.#loss.slice(0, upTo),
      phase: this.#phase.slice(0, upTo),
    };
  }
}
