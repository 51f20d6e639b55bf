import { InputError, insist, suggest, together } from '../../base/index.ts';
import type { Found, TrialFound } from '../found.ts';
import { levelOf, minimised } from '../scale.ts';
import { type Goals, valueIn } from '../study-file/goals.ts';
import { objectivesOf } from './design-problem.ts';

/** Values of some objectives that a design should have, by name. */
export type Wish = Readonly<Record<string, number>>;

/** The design of a front that comes nearest to a wish. */
export interface Wished {
  readonly trial: number;
  /** What is wished for, by name. */
  readonly wish: Wish;
  /** What it has of these objectives, by name. */
  readonly values: Wish;
  /** Whether it has all of it. */
  readonly met: boolean;
}

/** A wish as a person writes it, numbers in SI or with a unit; every fault at once. */
export function wishOf(given: unknown, { objectives }: Goals): Wish {
  const names = objectives.map(({ name }) => name);
  const known = typeof given === 'object' && given !== null && !Array.isArray(given) ? Object.entries(given) : [];
  const hint = `name some of ${names.join(', ')}, such as { ${names[0]}: 1 }`;
  insist(known.length > 0, { path: [], rule: 'must say values of objectives by name', value: given, hint });
  const wish: Record<string, number> = {};
  together(
    known.map(([name, value]) => () => {
      const goal = objectives.find(each => each.name === name);
      if (!goal) throw new InputError({ path: [name], rule: 'is no objective', hint: suggest(name, names) });
      const number = typeof value === 'string' ? valueIn(value, goal, name) : value;
      insist(typeof number === 'number' && Number.isFinite(number), {
        path: [name],
        rule: 'must be a number, or a text of a number and its unit',
        value,
      });
      wish[name] = number;
    }),
  );
  return wish;
}

/**
 * The trial of a front that lacks least of a wish: what it lacks of each objective, as a share of that objective's range on the
 * front, prices in logarithms, together as a Euclidean distance. Having more than was wished for counts nothing; of those that
 * lack nothing it is the nearest to the best of all objectives at once. Undefined where there is no front.
 */
export function nearestTo(
  wish: Wish,
  { front }: Pick<Found, 'front'>,
  goals: Pick<Goals, 'objectives'>,
): TrialFound | undefined {
  const scales = objectivesOf(goals).map(objective => {
    const level = (value: number) => levelOf(objective, minimised(objective, value));
    const levels = front.map(({ values }) => level(values[objective.name]!));
    const best = Math.min(...levels);
    const range = Math.max(...levels) - best || 1;
    const wished = wish[objective.name];
    return { levels, best, range, wished: wished === undefined ? Number.POSITIVE_INFINITY : level(wished) };
  });
  const lacks = (i: number) => Math.hypot(...scales.map(of => Math.max(0, of.levels[i]! - of.wished) / of.range));
  const behind = (i: number) => Math.hypot(...scales.map(of => (of.levels[i]! - of.best) / of.range));
  const order = front.map((_, i) => i).sort((a, b) => lacks(a) - lacks(b) || behind(a) - behind(b));
  return front[order[0]!];
}

/** The design of a study's front that comes nearest to a wish. */
export function wishedOf(
  wish: Wish,
  found: Pick<Found, 'front'>,
  goals: Pick<Goals, 'objectives'>,
): Wished | undefined {
  const trial = nearestTo(wish, found, goals);
  if (!trial) return undefined;
  const asked = goals.objectives.filter(({ name }) => wish[name] !== undefined);
  return {
    trial: trial.number,
    wish,
    values: Object.fromEntries(asked.map(({ name }) => [name, trial.values[name]!])),
    met: asked.every(each => minimised(each, trial.values[each.name]!) <= minimised(each, wish[each.name]!)),
  };
}
