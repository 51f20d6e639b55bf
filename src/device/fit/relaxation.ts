import { coursesOf } from './courses.ts';
import type { FitInputs, LevelEstimate } from './estimate.ts';
import { linesOf } from './laws.ts';
import type { Slopes } from './lines.ts';
import { levelCourse, type TimeReads } from './reads.ts';
import type { LevelSums, Moments } from './samples.ts';

/**
 * Shift and extra spread against the first read of the same cell, or of the level where its cells are not followed, from
 * number k of the sums, the reads of sample `of` and the variance that reads have at each of `FitInputs.times`.
 */
export function relaxations(
  inputs: FitInputs,
  level: number,
  sums: LevelSums,
  reads: readonly TimeReads[],
  slopes: (k: number) => Slopes,
): (k: number, of: number, variance: (at: number) => number) => Partial<LevelEstimate> {
  const { programmings, failures, first, laterTimes, times, law, startTime } = inputs;
  const [from, to] = [first[level]!, first[level + 1]!];
  const own = programmings.slice(from, to).map((p, i) => (failures.fault[from + i] === 0 ? p : null));
  const followed = own.some(p => p !== null && p.times.length > 1);
  const none = { count: 0, mean: 0, std: 0 };
  const changes = laterTimes.map((time): ((k: number, of: number) => Moments) => {
    const read = reads.find(known => known.time === time);
    if (!followed) return (_, of) => read?.moments(of) ?? none;
    const change = sums.moments(
      Float64Array.from(own, p => {
        const at = p?.times.indexOf(time) ?? -1;
        return at < 0 ? Number.NaN : p!.means[at]! - p!.means[0]!;
      }),
    );
    return change;
  });
  return (k, of, variance) => {
    const start = reads.map(({ moments }) => moments(of)).find(({ count }) => count > 0) ?? none;
    const shift: number[] = [];
    const spread: number[] = [];
    laterTimes.forEach((time, t) => {
      const { count, mean, std } = changes[t]!(k, of);
      const noise = followed ? variance(0) + variance(times.indexOf(time)) : start.std ** 2;
      const still = followed && mean === 0 && std === 0;
      shift.push(count === 0 ? Number.NaN : followed ? mean : mean - start.mean);
      spread.push(count === 0 ? Number.NaN : still ? 0 : Math.sqrt(Math.max(0, std * std - noise)));
    });
    const relaxed = { relaxationMean: shift, relaxationStd: spread };
    if (law !== 'logarithmic') return relaxed;
    const { count, mean, std } = slopes(k);
    if (count > 2) return { ...relaxed, slopeMean: mean, slopeStd: std };
    // How the spread of cells that are not followed goes on growing is not known.
    const slope = linesOf('logarithmic', coursesOf([levelCourse(reads, of)]), startTime).slope[0]!;
    return { ...relaxed, slopeMean: Number.isNaN(slope) ? 0 : slope, slopeStd: 0 };
  };
}
