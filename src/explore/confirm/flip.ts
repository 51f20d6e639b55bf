import { constantsOf, type Factors, type PriceConstant, totalsOfBill } from '../../cost/index.ts';
import { type DesignEvidence, meanOf } from '../designs/evidence.ts';
import { excessIn, valueIn } from '../designs/judge.ts';
import type { Goals } from '../study-file/goals.ts';
import { type ConfirmedTrial, pooled } from './confirmed.ts';
import { type Contestant, distancesIn } from './contest.ts';

/** A constant that, changed alone, turns round which side has the design nearest to the best. */
export interface Flip extends PriceConstant {
  /** What its median is multiplied with where both sides come equally near. */
  readonly factor: number;
  /** How many of its standard deviations that is away. */
  readonly deviations: number;
}

/** Factors beyond this, or below its reciprocal, are not looked at. */
const farthest = 100;
const stride = Math.log(1.5);

/**
 * The constant of prices that turns the verdict round with the fewest standard deviations, all others at their medians; undefined
 * where none does within a factor of 100, or where one side has no design.
 */
export function flipOf(
  goals: Goals,
  trials: readonly ConfirmedTrial[],
  contestants: readonly Contestant[],
): Flip | undefined {
  const evidence = trials.map(({ fresh }) => pooled(fresh));
  const distances = distancesIn(goals.objectives, contestants);
  /** Least distance of the study's designs less that of baselines: negative where the study's are better. */
  const gapAt = (factors: Factors): number => {
    const all = distances(trials.map(({ fresh }, i) => valuesUnder(goals, fresh, evidence[i]!, factors)));
    const least = (own: boolean) => Math.min(...all.filter((_, i) => contestants[i]!.own === own));
    return least(true) - least(false);
  };
  const now = gapAt(() => ({ energy: 1, area: 1 }));
  if (!Number.isFinite(now) || now === 0) return undefined;
  const turned = (constant: PriceConstant, log: number) => {
    const factor = Math.exp(log);
    const { name, of } = constant;
    return Math.sign(gapAt(one => ({ energy: 1, area: 1, ...(one === name && { [of]: factor }) }))) === -Math.sign(now);
  };
  const bills = trials.flatMap(({ fresh }) => fresh.flatMap(({ bill }) => (bill ? [bill] : [])));
  const flips = constantsOf(bills).flatMap(constant =>
    [stride, -stride].flatMap((step): Flip[] => {
      for (let log = step; Math.abs(log) <= Math.log(farthest); log += step) {
        if (!turned(constant, log)) continue;
        let [inside, outside] = [log - step, log];
        for (let halving = 0; halving < 30; halving++) {
          const middle = (inside + outside) / 2;
          if (turned(constant, middle)) outside = middle;
          else inside = middle;
        }
        const deviations = Math.abs(outside) / Math.log(constant.spread);
        return [{ ...constant, factor: Math.exp(outside), deviations }];
      }
      return [];
    }),
  );
  return flips.sort((a, b) => a.deviations - b.deviations)[0];
}

/** Objectives of a design, minimised, were constants of prices multiplied by factors; undefined where it breaks a constraint. */
function valuesUnder(
  goals: Goals,
  fresh: readonly DesignEvidence[],
  { values }: DesignEvidence,
  factors: Factors,
): number[] | undefined {
  const totals = fresh.flatMap(({ bill }) => (bill ? [totalsOfBill(bill, factors)] : []));
  const prices: Record<string, number> = {};
  for (const name of Object.keys(totals[0] ?? {}) as (keyof (typeof totals)[number])[]) {
    prices[name] = meanOf(totals.map(each => each[name]));
  }
  const changed = { values, prices };
  if (excessIn(goals, changed) > 0) return undefined;
  return goals.objectives.map(goal => (goal.better === 'lower' ? 1 : -1) * valueIn(goal, changed));
}
