import type { Key } from '../../random/index.ts';
import type { Interval } from '../../uncertainty/index.ts';
import type { BaselineName } from '../baselines/baseline.ts';
import { around } from '../designs/answer.ts';
import { type DesignEvidence, labelOf, meanOf } from '../designs/evidence.ts';
import { excessIn, joined, summed, type Told, valueIn } from '../designs/judge.ts';
import type { Goal, Goals } from '../study-file/goals.ts';
import { type Contest, type Contestant, contestOf, type Standing } from './contest.ts';
import { drawnValues } from './drawn-values.ts';

/** Evidence of one design by training: that of the study's own first, then that of fresh ones. */
export interface ConfirmedTrial {
  /** The baseline whose design it is; the study itself where absent. */
  readonly of?: BaselineName | undefined;
  readonly trial: number;
  readonly own: DesignEvidence;
  readonly fresh: readonly DesignEvidence[];
  /** Of the first chips of the first fresh training, with other constants of the device in each. */
  readonly devices: readonly DesignEvidence[];
}

/** An objective of a design, judged again. */
export interface ConfirmedObjective extends Interval {
  /** Of the study's own training on the same chips' numbers and rows: what a run of the design gives. */
  readonly own: number;
  /** What the confirmation says more than the search, with its 95 % interval. */
  readonly optimism: Interval;
}

/** A design, judged again by fresh trainings on fresh chips and rows. */
export interface ConfirmedDesign extends Standing {
  readonly of?: BaselineName | undefined;
  readonly trial: number;
  readonly objectives: Readonly<Record<string, ConfirmedObjective>>;
  /** Whether all constraints are kept. */
  readonly kept: boolean;
}

/** What confirmations say of designs and baselines together. */
export interface Confirmed {
  readonly designs: readonly ConfirmedDesign[];
  readonly contestants: readonly Contestant[];
  readonly contest: Contest;
  /** [draws][designs][objectives], minimised; undefined where a constraint is broken. */
  readonly drawn: readonly (readonly (readonly number[] | undefined)[])[];
}

/** What confirmations say of designs, `searched` by design and objective. */
export function confirmedDesigns(
  key: Key,
  goals: Goals,
  trials: readonly ConfirmedTrial[],
  searched: (design: Pick<ConfirmedTrial, 'of' | 'trial'>, objective: string) => Told,
): Confirmed {
  const drawn = drawnValues(key, goals, trials);
  const contestants = trials.map(({ of, fresh }): Contestant => {
    const whole = pooled(fresh);
    return {
      own: of === undefined,
      kept: excessIn(goals, whole) === 0,
      values: goals.objectives.map(goal => (goal.better === 'lower' ? 1 : -1) * valueIn(goal, whole)),
    };
  });
  const contest = contestOf(goals.objectives, contestants, drawn);
  const designs = trials.map(({ of, trial, own, fresh }, i) => ({
    of,
    trial,
    objectives: Object.fromEntries(
      goals.objectives.map(goal => [goal.name, again(goal, own, fresh, searched({ of, trial }, goal.name))]),
    ),
    kept: contestants[i]!.kept,
    ...contest.standings[i]!,
  }));
  return { designs, contestants, contest, drawn };
}

function again(goal: Goal, own: DesignEvidence, fresh: readonly DesignEvidence[], before: Told): ConfirmedObjective {
  const value = valueIn(goal, pooled(fresh));
  const { error, degrees } = errorOver(goal, fresh);
  const spread = Math.hypot(error, Number.isNaN(before.error) ? 0 : before.error);
  return {
    ...around(value, error, degrees),
    own: valueIn(goal, own),
    optimism: around(value - before.value, spread, degrees),
  };
}

/** Evidence of several trainings as one; prices are their mean. */
export function pooled(fresh: readonly DesignEvidence[]): DesignEvidence {
  const prices = fresh.map(each => each.prices ?? {});
  const mean = Object.keys(prices[0]!).map(name => [name, meanOf(prices.map(each => each[name]!))]);
  return { ...joined(fresh), prices: Object.fromEntries(mean) };
}

/**
 * Standard error over trainings, each with chips of its own, and over rows, which all share; with the degrees of freedom of
 * the sum (Satterthwaite).
 */
function errorOver(goal: Goal, fresh: readonly DesignEvidence[]): { readonly error: number; readonly degrees: number } {
  const { of } = goal;
  const values = fresh.map(evidence => valueIn(goal, evidence));
  const mean = meanOf(values);
  const k = values.length;
  const ofTrainings = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (k * (k - 1));
  if ('price' in of) return { error: Math.sqrt(ofTrainings), degrees: k - 1 };
  const label = labelOf(of.metric, of.at);
  const ofRows = meanOf(fresh.map(({ rowVariance }) => rowVariance[label] ?? 0));
  const blocks = fresh[0]!.rowBlocks?.[label]?.length ?? 2;
  return summed([ofTrainings, k - 1], [ofRows, blocks - 1]);
}
