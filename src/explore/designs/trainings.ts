import { InputError } from '../../base/index.ts';
import { fillUniform, fold, type Key } from '../../random/index.ts';
import {
  cardinality,
  decode,
  encode,
  isActive,
  type Point,
  type Space,
  type Value,
  type Variable,
} from '../../search/index.ts';
import { pointWith } from './check-values.ts';
import { type Designs, trainingOf } from './open-designs.ts';

/** How many posteriors the designs of a space come from. */
export interface Trainings {
  /** Variables that training depends on, in their order. */
  readonly by: readonly string[];
  /** Distinct trainings; those of as many designs as were looked at where `exact` is false, null where there is no end to them. */
  readonly count: number | null;
  readonly exact: boolean;
}

/** Designs in which it is tried whether training depends on a variable, and designs that are told apart at most. */
const contexts = 6;
const most = 2000;

/** How many distinct trainings a study's space implies, by what the training stage sees of its designs. Trains nothing. */
export async function trainingsOf(key: Key, designs: Designs): Promise<Trainings> {
  const { space } = designs;
  const by: string[] = [];
  for (const variable of space.variables) {
    if (await matters(fold(key, variable.name), variable, designs)) by.push(variable.name);
  }
  const touching = space.variables.filter(({ name }) => by.includes(name));
  if (touching.some(variable => cardinality(variable) === Number.POSITIVE_INFINITY)) {
    return { by, count: null, exact: true };
  }
  const named = new Set<string>();
  let looked = 0;
  for (const values of combinations(space, withParents(space, by))) {
    if (looked++ === most) return { by, count: named.size, exact: false };
    for (let context = 0; context < contexts; context++) {
      const training = await nameOf(completed(fold(key, context), space, values), designs);
      if (training === undefined) continue;
      named.add(training);
      break;
    }
  }
  return { by, count: named.size, exact: true };
}

/** Whether designs that differ in a variable alone come from different trainings. */
async function matters(key: Key, variable: Variable, designs: Designs): Promise<boolean> {
  for (let context = 0; context < contexts; context++) {
    const names = new Set<string>();
    for (const value of someValues(variable, context)) {
      const training = await nameOf(pointWith(fold(key, context), designs.space, variable, value), designs);
      if (training !== undefined) names.add(training);
    }
    if (names.size > 1) return true;
  }
  return false;
}

/** Values to compare: the first with others in turn, or the ends of a range. */
function someValues(variable: Variable, context: number): readonly Value[] {
  if (!('values' in variable)) return [variable.low, variable.high];
  const { values } = variable;
  return [values[0]!, values[1 + (context % Math.max(1, values.length - 1))] ?? values[0]!];
}

async function nameOf(point: Point, designs: Designs): Promise<string | undefined> {
  try {
    return trainingOf((await designs.at(point)).design);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** Names with those of all variables that theirs depend on. */
function withParents(space: Space, names: readonly string[]): Set<string> {
  const all = new Set(names);
  for (const { name, when } of space.variables.toReversed()) if (when && all.has(name)) all.add(when.variable);
  return all;
}

/** Every combination of the values of some variables with all that they depend on. */
function* combinations(space: Space, varied: ReadonlySet<string>, at = 0, point: Point = {}): Generator<Point> {
  const variable = space.variables[at];
  if (!variable) yield point;
  else if (!varied.has(variable.name) || !isActive(variable, point)) yield* combinations(space, varied, at + 1, point);
  else {
    for (const value of allValues(variable)) {
      yield* combinations(space, varied, at + 1, { ...point, [variable.name]: value });
    }
  }
}

function allValues(variable: Variable): readonly Value[] {
  if ('values' in variable) return variable.values;
  const { low, high } = variable;
  return Array.from({ length: Math.round(high - low) + 1 }, (_, i) => low + i);
}

/** A point with these values and any of the other variables. */
function completed(key: Key, space: Space, values: Point): Point {
  const places = fillUniform(key, new Float64Array(space.variables.length));
  encode(space, values).forEach((place, i) => {
    if (!Number.isNaN(place)) places[i] = place;
  });
  return decode(space, places);
}
