import { dominates } from '../../search/index.ts';
import type { ObjectiveGoal } from '../study-file/goals.ts';
import { leastRange } from './margin.ts';

/** A design in a contest, as its evidence has it. */
export interface Contestant {
  /** Whether it is the study's own, and not one of a baseline. */
  readonly own: boolean;
  /** Whether it keeps all constraints. */
  readonly kept: boolean;
  /** [objectives], minimised. */
  readonly values: readonly number[];
}

/** What draws say of a design among all. */
export interface Standing {
  /** Share of the draws in which it keeps all constraints and no other design of the study that does is better. */
  readonly onFront: number;
  /** Share of the draws in which it comes nearer to the best than the best baseline, ties by half; null where no baseline keeps the constraints. */
  readonly beatsBaseline: number | null;
  /** Median and 90 % quantile of its regret; infinite where it breaks a constraint in so many draws. */
  readonly regret: { readonly median: number; readonly high: number };
}

export interface Contest {
  readonly standings: readonly Standing[];
  /** Places of the study's design and of the baseline's with the least 90 % quantile of regret, of those that keep the constraints. */
  readonly answer: number | undefined;
  readonly baseline: number | undefined;
}

/** Share of the draws whose regret the answer is chosen by. */
export const regretShare = 0.9;

/**
 * What draws say of designs and baselines together. A design's distance in a draw is that from the best of all objectives at
 * once, each measured by its range among those that keep the constraints, or what a range counts at least; its regret is what that is more than the least distance of any,
 * what one would give to have built another: infinite where it breaks a constraint.
 */
export function contestOf(
  objectives: readonly ObjectiveGoal[],
  contestants: readonly Contestant[],
  drawn: readonly (readonly (readonly number[] | undefined)[])[],
): Contest {
  const distances = drawn.map(distancesIn(objectives, contestants));
  const regrets = contestants.map((_, i) =>
    distances.map(all => {
      const least = Math.min(...all);
      return all[i] === Number.POSITIVE_INFINITY ? all[i]! : all[i]! - least;
    }),
  );
  const regret = regrets.map(values => ({ median: quantile(values, 0.5), high: quantile(values, regretShare) }));
  const least = (own: boolean) => {
    const candidates = contestants.flatMap((each, i) => (each.kept && each.own === own ? [i] : []));
    if (candidates.length === 0) return undefined;
    // Where the quantile tells nothing apart, in how few draws a constraint is broken does.
    const key = (i: number) => [
      regret[i]!.high,
      regrets[i]!.filter(value => value === Number.POSITIVE_INFINITY).length,
    ];
    return candidates.reduce((best, i) => (dominatesInOrder(key(i), key(best)) ? i : best));
  };
  const baseline = least(false);
  const share = (of: (draw: number) => boolean) => drawn.filter((_, draw) => of(draw)).length / drawn.length;
  return {
    answer: least(true),
    baseline,
    standings: contestants.map(({ own }, i) => ({
      onFront: share(draw => {
        const value = drawn[draw]![i];
        if (!value) return false;
        return !drawn[draw]!.some((other, k) => other && contestants[k]!.own === own && dominates(other, value));
      }),
      beatsBaseline:
        baseline === undefined
          ? null
          : (share(draw => distances[draw]![i]! < distances[draw]![baseline]!) +
              share(draw => distances[draw]![i]! <= distances[draw]![baseline]!)) /
            2,
      regret: regret[i]!,
    })),
  };
}

/** Values on the scale on which they are compared: prices as logarithms. */
export const levelsOf = (objectives: readonly ObjectiveGoal[], values: readonly number[]): number[] =>
  values.map((value, j) => {
    const { of, better } = objectives[j]!;
    if (!('price' in of)) return value;
    return better === 'lower' ? Math.log(value) : -Math.log(-value);
  });

/** Distance of each design from the best of all objectives at once; infinite where there are no values. */
export function distancesIn(objectives: readonly ObjectiveGoal[], contestants: readonly Contestant[]) {
  const kept = contestants.filter(each => each.kept).map(({ values }) => levelsOf(objectives, values));
  const ranges = objectives.map((goal, j) => {
    const all = kept.map(levels => levels[j]!);
    return Math.max(Math.max(...all) - Math.min(...all), leastRange(goal, all));
  });
  return (values: readonly (readonly number[] | undefined)[]): number[] => {
    const levels = values.map(each => each && levelsOf(objectives, each));
    const best = objectives.map((_, j) => Math.min(...levels.flatMap(level => (level ? [level[j]!] : []))));
    return levels.map(level => {
      if (!level) return Number.POSITIVE_INFINITY;
      const squares = level.map((value, j) => ((value - best[j]!) / ranges[j]!) ** 2);
      return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
    });
  };
}

/** The smallest value that this share of all does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

/** Whether the first number that differs is smaller. */
function dominatesInOrder(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at >= 0 && a[at]! < b[at]!;
}
