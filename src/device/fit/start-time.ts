import { kernels } from '../../kernels/index.ts';
import type { Programming } from './group.ts';
import { lineOf } from './laws.ts';

const points = 65;

/**
 * Start times t₀ of the shifted power law, s, between a thirtieth of the first read after programming (a ten-thousandth
 * where cells were read at once, too, which shows how far they fell by then) and the last: residuals of every programming
 * on a grid of ln t₀, so that the best t₀ of any sample is a sum and a parabola away.
 */
export class StartTimes {
  readonly #low: number;
  readonly #step: number;
  /** [points, programmings]. */
  readonly #residual: Float64Array[];
  /** How often a sample has each programming. */
  readonly #times: Float64Array;

  /** Reads up to `until` count, s. */
  constructor(programmings: readonly Programming[], until = Number.POSITIVE_INFINITY) {
    let earliest = Number.POSITIVE_INFINITY;
    let latest = 0;
    let atOnce = false;
    for (const { times } of programmings) {
      for (const time of times) {
        if (time > until) break;
        if (time > 0) earliest = Math.min(earliest, time);
        else atOnce = true;
        latest = Math.max(latest, time);
      }
    }
    const known = latest > 0;
    this.#low = known ? Math.log(earliest / (atOnce ? 1e4 : 30)) : 0;
    this.#step = known ? (Math.log(latest) - this.#low) / (points - 1) : 0;
    this.#times = new Float64Array(programmings.length);
    this.#residual = Array.from({ length: points }, (_, k) => {
      const start = Math.exp(this.#low + k * this.#step);
      return Float64Array.from(programmings, p => {
        const line = lineOf('shifted-power', p, start, until);
        return line && line.freedom > 0 ? line.residual : 0;
      });
    });
  }

  /** The t₀ that leaves the smallest residual over a sample of programmings, s, to three digits. */
  best(sample: ArrayLike<number>): number {
    const times = this.#times.fill(0);
    for (let i = 0; i < sample.length; i++) times[sample[i]!]!++;
    const { dot } = kernels();
    const total = this.#residual.map(row => dot(row, times));
    const at = total.indexOf(Math.min(...total));
    let shift = 0;
    if (at > 0 && at < points - 1) {
      const [a, b, c] = [total[at - 1]!, total[at]!, total[at + 1]!];
      if (a - 2 * b + c > 0) shift = (0.5 * (a - c)) / (a - 2 * b + c);
    }
    return Number(Math.exp(this.#low + (at + shift) * this.#step).toPrecision(3));
  }
}
