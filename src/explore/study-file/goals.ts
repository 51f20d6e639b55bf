import { formatDuration, insist, parseQuantity, suggest, together, within } from '../../base/index.ts';
import { prices } from '../../cost/index.ts';
import type { Task } from '../../data/index.ts';
import { classMetrics, keptMetrics, type Metric, metrics } from '../../uncertainty/index.ts';
import { checkLimits } from './check-limits.ts';
import type { ConstraintGiven, ObjectiveGiven } from './goal-schema.ts';

/** How values of single chips become one. */
export type Over =
  | { readonly kind: 'mean' | 'worst' }
  /** A value that this share of the chips keeps. */
  | { readonly kind: 'quantile'; readonly share: number }
  /** Share of the chips that reach a value. */
  | { readonly kind: 'yield'; readonly passes: number };

/** A number that says what a design is worth. Plain data. */
export interface Goal {
  /** As people read it, such as `nll after 1 d, worst chip`. */
  readonly name: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /** A metric of chips, at the design's own time where none is given, or a price. */
  readonly of:
    | {
        readonly metric: string;
        readonly at?: number;
        readonly over: Over;
        /** Which side of the metric is good for a chip. */
        readonly chip: 'lower' | 'higher';
      }
    | { readonly price: string };
}

/** A goal that is to become as good as possible. */
export interface ObjectiveGoal extends Goal {
  readonly reference?: number;
}

/** A goal with the largest and least value that is allowed, and where the study file says so. */
export interface Limit {
  readonly goal: Goal;
  readonly most?: number;
  readonly least?: number;
  readonly path: readonly (string | number)[];
}

/** What a study wants. */
export interface Goals {
  readonly objectives: readonly ObjectiveGoal[];
  /** Constraints, and thresholds of objectives. */
  readonly limits: readonly Limit[];
}

/** What metrics are of. */
interface About {
  readonly task: Task;
  readonly classes: readonly string[];
}

type Given = ConstraintGiven | Exclude<ObjectiveGiven, string>;

/** What a study file asks for. */
interface Asked {
  readonly objectives: readonly ObjectiveGiven[];
  readonly constraints: readonly ConstraintGiven[];
}

/** Objectives and constraints of a study of this task, with these classes; every fault at once, by path in the study file. */
export function goalsOf(given: Asked, task: Task, classes: readonly string[] = []): Goals {
  const objectives: ObjectiveGoal[] = [];
  const limits: Limit[] = [];
  together([
    ...given.objectives.map((one, i) => () => {
      const fields = typeof one === 'string' ? named(one) : one;
      const path = ['objectives', i];
      within(path, () => {
        const goal = goalOf(fields, { task, classes }, 'objective');
        const other = objectives.find(({ name }) => name === goal.name);
        insist(!other, { path: [], rule: `'${goal.name}' is an objective already`, hint: 'leave one of them out' });
        const reference = 'reference' in fields ? valueIn(fields.reference, goal, 'reference') : undefined;
        objectives.push({ ...goal, ...(reference !== undefined && { reference }) });
        limits.push(...limitOf(fields, goal, path));
      });
    }),
    ...given.constraints.map((fields, i) => () => {
      const path = ['constraints', i];
      within(path, () => {
        const found = limitOf(fields, goalOf(fields, { task, classes }, 'constraint'), path);
        insist(found.length > 0, { path: [], rule: 'must say how much is allowed', hint: 'add atMost or atLeast' });
        limits.push(...found);
      });
    }),
    () => checkLimits(limits, task),
  ]);
  return { objectives, limits };
}

/** Whether prices are among what a study asks for, whatever else is wrong with it. */
export const asksPrices = ({ objectives, constraints }: Asked): boolean =>
  [...objectives.map(one => (typeof one === 'string' ? named(one) : one)), ...constraints].some(one => 'price' in one);

/** What a name alone stands for. */
const named = (name: string): Given =>
  prices.some(price => price.name === name)
    ? { price: name as (typeof prices)[number]['name'] }
    : { metric: name, over: 'mean' };

function limitOf(fields: Given, goal: Goal, path: Limit['path']): Limit[] {
  const most = valueIn(fields.atMost, goal, 'atMost');
  const least = valueIn(fields.atLeast, goal, 'atLeast');
  if (most === undefined && least === undefined) return [];
  return [{ goal, ...(most !== undefined && { most }), ...(least !== undefined && { least }), path }];
}

/** A threshold in the unit of its goal. */
export function valueIn(value: number | string | undefined, { of }: Goal, field: string): number | undefined {
  if (value === undefined || typeof value === 'number') return value;
  const dimension = 'price' in of ? prices.find(({ name }) => name === of.price)!.dimension : undefined;
  insist(dimension !== undefined, { path: [field], rule: 'must be a plain number', value, hint: 'leave out the unit' });
  return within([field], () => parseQuantity(value, dimension));
}

function goalOf(fields: Given, about: About, use: 'objective' | 'constraint'): Goal {
  if ('price' in fields) {
    const { name, unit, better } = prices.find(price => price.name === fields.price)!;
    return { name, unit, better, of: { price: name } };
  }
  const { metric: name, at, over } = fields;
  const metric = metricOf(name, about);
  insist(metric.better !== 'neither' || (use === 'constraint' && over === 'mean'), {
    path: ['metric'],
    rule: `'${name}' is neither better when low nor when high`,
    hint: 'constrain its mean with atMost or atLeast, or take another metric',
  });
  const chip = metric.better === 'higher' ? 'higher' : 'lower';
  const how = overOf(fields, metric.unit, chip);
  return {
    name: `${name}${at === undefined ? '' : ` after ${formatDuration(at)}`}${how.text}`,
    unit: how.over.kind === 'yield' ? '1' : metric.unit,
    better: how.over.kind === 'yield' ? 'higher' : chip,
    of: { metric: name, ...(at !== undefined && { at }), over: how.over, chip },
  };
}

/** A metric that search rows and chips settle. */
function metricOf(name: string, { task, classes }: About): Pick<Metric, 'unit' | 'better'> {
  const all: readonly Pick<Metric, 'name' | 'unit' | 'better' | 'task' | 'unseen'>[] = [
    ...metrics,
    ...classMetrics(classes),
    ...keptMetrics,
  ];
  const known = all.filter(metric => metric.task === task);
  const found = known.find(metric => metric.name === name);
  const names = [...known.filter(({ unseen }) => !unseen), ...prices].map(one => one.name);
  insist(found, { path: [], rule: `'${name}' is made by no stage`, value: name, hint: suggest(name, names) });
  insist(!found.unseen, {
    path: [],
    rule: `'${name}' is about classes that are in no split to search on`,
    hint: 'leave it out; the confirmation and run measure it on the test split',
  });
  return found;
}

function overOf(
  { over, share, passes }: Exclude<Given, { price: string }>,
  unit: string,
  chip: 'lower' | 'higher',
): { readonly over: Over; readonly text: string } {
  together([
    () =>
      insist(share === undefined || over === 'quantile', {
        path: ['share'],
        rule: 'belongs to a quantile',
        hint: 'say over: quantile or leave it out',
      }),
    () =>
      insist((passes === undefined) === (over !== 'yield'), {
        path: ['passes'],
        rule: over === 'yield' ? 'is missing: the value that a chip must reach' : 'belongs to a yield',
        hint: over === 'yield' ? 'add it' : 'say over: yield or leave it out',
      }),
  ]);
  switch (over) {
    case 'mean':
      return { over: { kind: over }, text: '' };
    case 'worst':
      return { over: { kind: over }, text: ', worst chip' };
    case 'quantile': {
      const kept = share ?? 0.9;
      return { over: { kind: over, share: kept }, text: `, kept by ${100 * kept} % of chips` };
    }
    case 'yield': {
      const sign = chip === 'lower' ? 'at most' : 'at least';
      return {
        over: { kind: over, passes: passes! },
        text: `, yield of ${sign} ${passes}${unit === '1' ? '' : ` ${unit}`}`,
      };
    }
  }
}
