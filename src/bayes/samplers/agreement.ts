import type { TracePoint } from '../../base/index.ts';
import { rhat } from '../diagnostics/convergence.ts';
import { chainTraces } from './chain-trace.ts';

/** Points of every chain below which R-hat says nothing. */
const fewest = 8;

/**
 * How well chains agree while they run: R-hat (Vehtari et al. 2021) of the log density of their draws so far, as their traces have them, up
 * to the shortest chain.
 */
export class Agreement {
  readonly #warmup: number;
  /** By chain. */
  readonly #draws: number[][];
  #told = fewest - 1;

  constructor(chains: number, warmup: number) {
    this.#warmup = warmup;
    this.#draws = Array.from({ length: chains }, () => []);
  }

  /** What the points of a chain make of it. */
  with(chain: number, points: readonly TracePoint[]): readonly TracePoint[] {
    const draws = points.filter(({ trace, step }) => trace === chainTraces[0] && step >= this.#warmup);
    const own = this.#draws[chain]!;
    const from = own.length;
    own.push(...draws.map(({ value }) => value));
    const all = Math.min(...this.#draws.map(({ length }) => length));
    if (this.#draws.length < 2 || all <= this.#told) return [];
    const news = draws.slice(Math.max(0, this.#told - from), all - from);
    const found = news.map(({ step }, i) => {
      const length = this.#told + 1 + i;
      const values = Float64Array.from(this.#draws.flatMap(chain => chain.slice(0, length)));
      return { trace: 'R-hat of the log density so far', step, value: rhat(values, this.#draws.length) };
    });
    this.#told = all;
    return found;
  }
}
