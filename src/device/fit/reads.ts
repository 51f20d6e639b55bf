import type { Pieces } from '../../base/index.ts';
import type { Course } from './courses.ts';
import type { Programming } from './group.ts';
import type { Moments, Samples } from './samples.ts';

/** What samples read of one level at one time. */
export interface TimeReads {
  /** s. */
  readonly time: number;
  /** Of the mean readings of its programmings, S. */
  readonly moments: (sample: number) => Moments;
  /** Sum of squared deviations of repeated reads, S², and its degrees of freedom. */
  readonly within: (sample: number) => number;
  readonly freedom: (sample: number) => number;
}

/** What samples read of each level at its times, ascending; [levels][times]. */
export type LevelReads = readonly (readonly TimeReads[])[];

/** The reads of the programmings that `counts` says count, over samples. */
export function* levelReads(
  programmings: readonly Programming[],
  samples: Samples,
  counts: (programming: number) => boolean,
): Pieces<LevelReads> {
  const found: (readonly TimeReads[])[] = [];
  for (let level = 0; level + 1 < samples.first.length; level++) {
    const [from, to] = [samples.first[level]!, samples.first[level + 1]!];
    const counted = Array.from({ length: to - from }, (_, i) => from + i).filter(counts);
    const times = Array.from(new Set(counted.flatMap(i => programmings[i]!.times))).sort((a, b) => a - b);
    const columns = times.map(() => columnsOf(to - from));
    for (const i of counted) {
      const p = programmings[i]!;
      let at = 0;
      for (let t = 0; t < p.times.length; t++) {
        while (times[at] !== p.times[t]) at++;
        const { mean, within, freedom } = columns[at]!;
        mean[i - from] = p.means[t]!;
        within[i - from] = p.within[t]!;
        freedom[i - from] = p.counts[t]! - 1;
      }
    }
    const sums = samples.level(level);
    found.push(
      columns.map(({ mean, within, freedom }, t) => ({
        time: times[t]!,
        moments: sums.moments(mean),
        within: sums.total(within),
        freedom: sums.total(freedom),
      })),
    );
    yield;
  }
  return found;
}

const columnsOf = (size: number) => ({
  mean: new Float64Array(size).fill(Number.NaN),
  within: new Float64Array(size),
  freedom: new Float64Array(size),
});

/** Mean readings of a level over a sample, at the times at which it was read; null where it was not. */
export function levelCourse(reads: readonly TimeReads[], sample: number): Course | null {
  const known = reads.filter(({ moments }) => moments(sample).count > 0);
  if (known.length === 0) return null;
  return { times: known.map(({ time }) => time), means: known.map(({ moments }) => moments(sample).mean) };
}
