import type { TracePoint } from '../../base/index.ts';
import type { Snapshot } from '../method.ts';

/** What of a chain is followed: of the last step of a group, but of acceptance the mean over the group. */
export const chainTraces = ['log density', 'step size', 'acceptance'] as const;

/** Points of a trace, about. */
const points = 200;

/** How a chain of so many steps goes, warm-up included, in groups of steps. */
export class ChainTrace {
  readonly #every: number;
  /** Step and values of each group. */
  #rows: number[][] = [];
  #accepted = 0;
  #told = 0;

  constructor(steps: number) {
    this.#every = Math.max(1, Math.floor(steps / points));
  }

  note(step: number, logDensity: number, stepSize: number, acceptance: number): void {
    this.#accepted += acceptance;
    if ((step + 1) % this.#every !== 0) return;
    this.#rows.push([step, logDensity, stepSize, this.#accepted / this.#every]);
    this.#accepted = 0;
  }

  /** What was noted since this was last asked for; what an earlier process noted is new as well. */
  news(): readonly TracePoint[] {
    const rows = this.#rows.slice(this.#told);
    this.#told = this.#rows.length;
    return rows.flatMap(([step, ...values]) =>
      chainTraces.map((trace, i) => ({ trace, step: step!, value: values[i]! })),
    );
  }

  save(): Snapshot {
    return { arrays: { rows: Float64Array.from(this.#rows.flat()) }, numbers: { accepted: this.#accepted } };
  }

  load({ arrays, numbers }: Snapshot): void {
    const width = 1 + chainTraces.length;
    const rows = Array.from(arrays.rows!);
    this.#rows = Array.from({ length: rows.length / width }, (_, i) => rows.slice(i * width, (i + 1) * width));
    this.#accepted = numbers.accepted!;
    this.#told = 0;
  }
}
