import { InputError, insist, nearest } from '../base/index.ts';
import { fillUniform, type Key } from '../random/index.ts';

/** What a variable can be. */
export type Value = number | string | boolean;

/** One value for each active variable of a space, by name; nothing for the others. */
export type Point = Readonly<Record<string, Value>>;

/** The variable is active only where an earlier one is active too and has one of these values. */
export interface Condition {
  readonly variable: string;
  readonly among: readonly Value[];
}

interface Named {
  readonly name: string;
  readonly when?: Condition;
}

/** Values without an order, such as names of methods. */
export interface Categorical extends Named {
  readonly kind: 'categorical';
  readonly values: readonly Value[];
}

/** Values in an order, neighbours alike, such as array sizes. */
export interface Ordered extends Named {
  readonly kind: 'ordered';
  readonly values: readonly Value[];
}

/** `low` … `high`, both included; equal ratios count as equal distances where `log` is true. */
export interface Numeric extends Named {
  readonly kind: 'integer' | 'real';
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
}

export type Variable = Categorical | Ordered | Numeric;

/** What is searched. Plain data; make one with `spaceOf`. */
export interface Space {
  readonly variables: readonly Variable[];
}

/** A space of these variables, checked. A variable that another one depends on comes before it. */
export function spaceOf(variables: readonly Variable[]): Space {
  insist(variables.length > 0, 'space: must have a variable, got none; add one.');
  variables.forEach((variable, i) => {
    const { name, when } = variable;
    const earlier = variables.slice(0, i);
    insist(
      !earlier.some(other => other.name === name),
      `space.${name}: two variables have this name; rename one of them.`,
    );
    if ('values' in variable) {
      const { values } = variable;
      insist(values.length > 0, `space.${name}.values: must hold a value, got none; list what may be chosen.`);
      insist(
        new Set(values).size === values.length,
        `space.${name}.values: must differ, got ${values.join(', ')}; list each once.`,
      );
    } else checkRange(variable);
    if (!when) return;
    const parent = earlier.find(other => other.name === when.variable);
    if (!parent) {
      const close = nearest(
        when.variable,
        earlier.map(other => other.name),
      );
      throw new InputError(
        `space.${name}.when.variable: must name an earlier variable, got '${when.variable}'; ${close ? `did you mean '${close}'?` : 'put that one first.'}`,
      );
    }
    insist(when.among.length > 0, `space.${name}.when.among: must hold a value, got none; list when it is active.`);
    const never = when.among.find(value => !holds(parent, value));
    insist(
      never === undefined,
      `space.${name}.when.among: must be values of '${parent.name}', got ${JSON.stringify(never)}; list some that it can have.`,
    );
  });
  return { variables };
}

function checkRange({ name, kind, low, high, log }: Numeric): void {
  const range = `${low} to ${high}`;
  insist(
    Number.isFinite(low) && Number.isFinite(high) && low <= high,
    `space.${name}: low must not be above high, got ${range}; swap them.`,
  );
  insist(!log || low > 0, `space.${name}.low: must be positive on a logarithmic scale, got ${low}; raise it.`);
  insist(
    kind === 'real' || (Number.isSafeInteger(low) && Number.isSafeInteger(high)),
    `space.${name}: bounds of an integer must be integers, got ${range}; round them.`,
  );
}

/** How many values a variable has; infinity for a real one. */
export function cardinality(variable: Variable): number {
  if (variable.kind === 'real') return variable.low === variable.high ? 1 : Number.POSITIVE_INFINITY;
  return 'values' in variable ? variable.values.length : variable.high - variable.low + 1;
}

function holds(variable: Variable, value: Value | undefined): boolean {
  if ('values' in variable) {
    return value !== undefined && variable.values.includes(value);
  }
  const { kind, low, high } = variable;
  return typeof value === 'number' && value >= low && value <= high && (kind === 'real' || Number.isInteger(value));
}

/** Whether the variable has a value, given those of the variables before it. */
export function isActive({ when }: Variable, point: Point): boolean {
  return !when || (Object.hasOwn(point, when.variable) && when.among.includes(point[when.variable]!));
}

/** What is wrong with a point, as a sentence without its end; undefined for a point of the space. */
export function faultOf(space: Space, point: Point): string | undefined {
  const names = space.variables.map(({ name }) => name);
  const unknown = Object.keys(point).find(name => !names.includes(name));
  if (unknown !== undefined) return `${unknown}: is no variable of the space; known: ${names.join(', ')}`;
  for (const variable of space.variables) {
    const { name } = variable;
    const given = Object.hasOwn(point, name);
    if (!isActive(variable, point)) {
      if (given) return `${name}: is not active here, got ${JSON.stringify(point[name])}; leave it out`;
    } else if (!given) return `${name}: is active here and has no value; give it one`;
    else if (!holds(variable, point[name])) {
      return `${name}: must be ${rangeOf(variable)}, got ${JSON.stringify(point[name])}`;
    }
  }
  return undefined;
}

function rangeOf(variable: Variable): string {
  if ('values' in variable) return `one of ${variable.values.join(', ')}`;
  return `${variable.kind === 'integer' ? 'an integer' : 'a number'} from ${variable.low} to ${variable.high}`;
}

/** Ends of the scale on which the unit interval is laid; an integer owns half a step to either side of itself. */
function scaleOf({ kind, low, high, log }: Numeric): readonly [low: number, width: number] {
  const margin = kind === 'integer' ? 0.5 : 0;
  const [a, b] = [low - margin, high + margin];
  return log ? [Math.log(a), Math.log(b) - Math.log(a)] : [a, b - a];
}

/** The value at a place u in [0, 1] of a variable's unit interval, in which each discrete value owns a part. */
export function valueAt(variable: Variable, u: number): Value {
  if ('values' in variable) {
    const { values } = variable;
    return values[Math.min(values.length - 1, Math.floor(u * values.length))]!;
  }
  const { kind, low, high, log } = variable;
  const [start, width] = scaleOf(variable);
  const x = log ? Math.exp(start + u * width) : start + u * width;
  return Math.min(high, Math.max(low, kind === 'integer' ? Math.round(x) : x));
}

/** The middle of the part of the unit interval that gives this value. */
export function placeOf(variable: Variable, value: Value): number {
  if ('values' in variable) {
    return (variable.values.indexOf(value) + 0.5) / variable.values.length;
  }
  const [start, width] = scaleOf(variable);
  if (width === 0) return 0.5;
  return ((variable.log ? Math.log(value as number) : (value as number)) - start) / width;
}

/** Places of a point, [variables], each in [0, 1]; NaN for inactive variables. */
export function encode(space: Space, point: Point): Float64Array {
  return Float64Array.from(space.variables, variable =>
    Object.hasOwn(point, variable.name) ? placeOf(variable, point[variable.name]!) : Number.NaN,
  );
}

/** The point at places u [variables] in [0, 1]; those of inactive variables are not looked at. */
export function decode(space: Space, u: ArrayLike<number>): Point {
  const point: Record<string, Value> = {};
  space.variables.forEach((variable, i) => {
    if (isActive(variable, point)) point[variable.name] = valueAt(variable, u[i]!);
  });
  return point;
}

/** A point with every variable uniform on its scale. */
export function randomPoint(key: Key, space: Space): Point {
  return decode(space, fillUniform(key, new Float64Array(space.variables.length)));
}

/**
 * Points that differ in one variable by one step: every other category, the next value of what is ordered or an integer,
 * `step` of the unit interval for a real. Variables that become active take the middle of their scale.
 */
export function neighbours(space: Space, point: Point, step = 0.1): Point[] {
  const places = encode(space, point);
  return space.variables.flatMap((variable, i) => {
    if (Number.isNaN(places[i]!)) return [];
    return stepsFrom(variable, point[variable.name]!, step).map(value => {
      const moved = places.map(u => (Number.isNaN(u) ? 0.5 : u));
      moved[i] = placeOf(variable, value);
      return decode(space, moved);
    });
  });
}

/** Values one step from this one, those before it first. */
export function stepsFrom(variable: Variable, value: Value, step: number): Value[] {
  switch (variable.kind) {
    case 'categorical':
      return variable.values.filter(other => other !== value);
    case 'ordered': {
      const at = variable.values.indexOf(value);
      return [at - 1, at + 1].flatMap(i => variable.values.slice(Math.max(i, 0), i + 1));
    }
    case 'integer':
      return [(value as number) - 1, (value as number) + 1].filter(other => holds(variable, other));
    case 'real': {
      const u = placeOf(variable, value);
      return [Math.max(0, u - step), Math.min(1, u + step)].filter(v => v !== u).map(v => valueAt(variable, v));
    }
  }
}

/** Whether two points of a space are the same. */
export function samePoint(a: Point, b: Point): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every(name => a[name] === b[name]);
}

/** A text that is equal for equal points only. */
export function labelOf(space: Space, point: Point): string {
  return JSON.stringify(space.variables.map(({ name }) => (Object.hasOwn(point, name) ? point[name] : null)));
}
