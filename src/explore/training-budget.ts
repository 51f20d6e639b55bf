import { isActive, type Point, type Space, type Value } from '../search/index.ts';
import type { Problem } from './problem.ts';
import type { StudyState } from './state.ts';
import type { Trial } from './trial.ts';

/** What points come from, by the problem and point that say so: both are immutable, and to say it takes a while. */
const named = new WeakMap<Problem, WeakMap<Point, string | undefined>>();

function trainingOf(problem: Problem, point: Point): string | undefined {
  const known = named.get(problem) ?? new WeakMap<Point, string | undefined>();
  named.set(problem, known);
  if (!known.has(point)) known.set(point, problem.training?.(point));
  return known.get(point);
}

/** Names of the trainings that trials asked for. */
const trainingsAsked = (problem: Problem, trials: readonly Trial[]): ReadonlySet<string> =>
  new Set(trials.flatMap(({ point }) => trainingOf(problem, point) ?? []));

/**
 * The point nearest to one that a sampler would like, of those that need no training beside the `asked` ones: that point
 * itself where it needs none, or else the trial that has most of its values, with those of its other values that leave the
 * training the same. Undefined where there is no trial to begin from.
 */
export function withoutTraining(
  problem: Problem,
  trials: readonly Trial[],
  asked: ReadonlySet<string>,
  wish: Point,
): Point | undefined {
  const wanted = trainingOf(problem, wish);
  if (wanted === undefined || asked.has(wanted)) return wish;
  const usable = trials.filter(({ point, failure }) => !failure && trainingOf(problem, point) !== undefined);
  if (usable.length === 0) return undefined;
  const shared = usable.map(({ point }) => Object.keys(wish).filter(name => wish[name] === point[name]).length);
  const { point: start } = usable[shared.indexOf(Math.max(...shared))]!;
  const training = trainingOf(problem, start);
  let point = start;
  for (const { name } of problem.space.variables) {
    const value = wish[name];
    if (value === undefined || value === point[name]) continue;
    const moved = withValue(problem.space, point, name, value, wish);
    if (problem.training!(moved) === training) point = moved;
  }
  return point;
}

/** A point with one other value; variables that begin to count with it take theirs from `wish`. */
function withValue(space: Space, point: Point, name: string, value: Value, wish: Point): Point {
  const moved: Record<string, Value> = {};
  for (const variable of space.variables) {
    if (!isActive(variable, moved)) continue;
    moved[variable.name] = variable.name === name ? value : (point[variable.name] ?? wish[variable.name])!;
  }
  return moved;
}

/** Where nothing narrows what a sampler may ask for. */
export const asWished = (wish: Point): Point => wish;

/**
 * What becomes of a sampler's wish where a number of trainings is the budget: the wish itself while there are fewer, then
 * the nearest point that needs no other training, or undefined where nothing but that number ends the study.
 */
export function affordableTo(
  problem: Problem,
  { budget: { trainings, ...others }, trials }: Pick<StudyState, 'budget' | 'trials'>,
): (wish: Point) => Point | undefined {
  if (trainings === undefined) return asWished;
  const asked = trainingsAsked(problem, trials);
  if (asked.size < trainings) return asWished;
  const alone = Object.values(others).every(limit => limit === undefined);
  return wish => (alone ? undefined : withoutTraining(problem, trials, asked, wish));
}
