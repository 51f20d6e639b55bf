import type { FitInputs, LevelEstimate } from './estimate.ts';
import { lineOf } from './laws.ts';
import { slopesOf } from './lines.ts';
import { levelSeries } from './series.ts';
import { meanStd } from './statistics.ts';

/** Shift and extra spread against the first read of the same cell, or of the level where cells are not followed. */
export function relaxations(
  inputs: FitInputs,
  own: readonly number[],
  readVariance: (at: number) => number,
): Partial<LevelEstimate> {
  const { programmings, laterTimes, lines } = inputs;
  const reads = own.length > 0 ? programmings[own[0]!]!.counts[0]! : 1;
  const followed = own.some(i => programmings[i]!.times.length > 1);
  const first = meanStd(firstReads(inputs, own));
  const shift: number[] = [];
  const spread: number[] = [];
  for (const time of laterTimes) {
    const changes: number[] = [];
    for (const i of own) {
      const { times, means } = programmings[i]!;
      const at = times.indexOf(time);
      if (at > 0) changes.push(means[at]! - means[0]!);
      else if (at === 0 && !followed) changes.push(means[0]!);
      else if (at === 0) changes.push(0);
    }
    const { mean, std } = meanStd(changes);
    const noise = followed ? (readVariance(0) + readVariance(inputs.times.indexOf(time))) / reads : first.std ** 2;
    const still = followed && changes.every(change => change === 0);
    const unread = changes.length === 0;
    shift.push(unread ? Number.NaN : followed ? mean : mean - first.mean);
    spread.push(unread ? Number.NaN : still ? 0 : Math.sqrt(Math.max(0, std * std - noise)));
  }
  const slopes = own.flatMap(i => lines[i] ?? []);
  if (inputs.law !== 'logarithmic') return { relaxationMean: shift, relaxationStd: spread };
  const { mean, std } = slopes.length > 2 ? slopesOf(slopes) : levelSlope(inputs, own);
  return { relaxationMean: shift, relaxationStd: spread, slopeMean: mean, slopeStd: std };
}

/** Slope of the mean of a level whose cells are not followed; how their spread goes on growing is not known. */
function levelSlope({ programmings, startTime }: FitInputs, own: readonly number[]): { mean: number; std: number } {
  const [series] = levelSeries(programmings, own);
  const line = series && lineOf('logarithmic', series, startTime);
  return { mean: line?.slope ?? 0, std: 0 };
}

function firstReads({ programmings }: FitInputs, own: readonly number[]): number[] {
  const earliest = own.reduce((least, i) => Math.min(least, programmings[i]!.times[0]!), Number.POSITIVE_INFINITY);
  return own.filter(i => programmings[i]!.times[0] === earliest).map(i => programmings[i]!.means[0]!);
}
