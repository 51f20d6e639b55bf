import { meanPower } from '../moments.ts';
import type { Programming } from './group.ts';
import { LawLines } from './law-lines.ts';
import { axisOf, isPower, type Law, lineOf } from './laws.ts';
import { type Line, slopesOf } from './lines.ts';
import { areFollowed, levelSeries } from './series.ts';

/** How laws go on beyond the last reads of measured cells. */
export class Continuation {
  readonly #programmings: readonly Programming[];
  readonly #times: readonly number[];
  readonly #lines: LawLines;
  readonly #followed: boolean;
  /** Last time of each level, s, and the read of each programming then, S; NaN where it was not read. */
  readonly #last: readonly number[];
  readonly #value: Float64Array;

  /** `times` are those to go on to, s. */
  constructor(programmings: readonly Programming[], all: ArrayLike<number>, levels: number, times: readonly number[]) {
    this.#programmings = programmings;
    this.#times = times;
    this.#lines = new LawLines(programmings);
    this.#followed = areFollowed(programmings);
    const last = new Array<number>(levels).fill(Number.NaN);
    for (const series of levelSeries(programmings, all)) last[series.level] = series.times.at(-1)!;
    this.#last = last;
    this.#value = Float64Array.from(programmings, p =>
      p.times.at(-1) === last[p.level] ? p.means.at(-1)! : Number.NaN,
    );
  }

  /**
   * Mean conductance of each level, S, [times][levels], as a law continues a sample of programmings; NaN for levels
   * without any. `start` is t₁ or t₀ of a power law, s.
   */
  of(law: Law, sample: ArrayLike<number>, start: number): number[][] {
    const levels = this.#last.length;
    const out = this.#times.map(() => new Array<number>(levels).fill(Number.NaN));
    const still = law === 'none' || law === 'standstill';
    const lines = still ? null : this.#lines.of(law, start);
    const sum = new Float64Array(levels);
    const count = new Float64Array(levels);
    const own: Line[][] = Array.from({ length: levels }, () => []);
    for (let k = 0; k < sample.length; k++) {
      const i = sample[k]!;
      const { level } = this.#programmings[i]!;
      const line = this.#followed && lines?.[i];
      if (line) own[level]!.push(line);
      if (Number.isNaN(this.#value[i]!)) continue;
      sum[level]! += this.#value[i]!;
      count[level]!++;
    }
    if (!this.#followed && !still) {
      for (const series of levelSeries(this.#programmings, sample)) {
        const line = lineOf(law, series, start);
        if (line) own[series.level]!.push(line);
      }
    }
    for (let level = 0; level < levels; level++) {
      if (count[level] === 0) continue;
      const value = sum[level]! / count[level]!;
      const changes = !still && own[level]!.length > 0 && slopesOf(own[level]!);
      this.#times.forEach((time, t) => {
        if (!changes) out[t]![level] = value;
        else {
          const [from, to] = [axisOf(law, this.#last[level]!, start)!, axisOf(law, time, start)!];
          const { mean, std } = changes;
          out[t]![level] = isPower(law)
            ? (value * meanPower(to, -mean, std)) / meanPower(from, -mean, std)
            : Math.max(0, value + mean * (to - from));
        }
      });
    }
    return out;
  }
}
