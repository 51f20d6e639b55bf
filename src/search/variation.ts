import type { Stream } from '../random/index.ts';
import {
  cardinality,
  decode,
  encode,
  isActive,
  type Point,
  type Space,
  samePoint,
  stepsFrom,
  type Value,
  type Variable,
  valueAt,
} from './space.ts';

/** How parents become a child. */
export interface VariationOptions {
  /** Share of children that mix two parents. */
  readonly crossover: number;
  /** Distribution index of simulated binary crossover; children of large ones are like a parent. */
  readonly crossoverIndex: number;
  /** Distribution index of polynomial mutation; steps of large ones are small. */
  readonly mutationIndex: number;
}

/**
 * A child of two points: simulated binary crossover (Deb & Agrawal, Complex Systems 9:115–148, 1995) and polynomial
 * mutation (Deb & Goyal, Computer Science and Informatics 26(4):30–45, 1996) between the bounds, on each variable's own
 * scale; categories come from either parent and mutate to any other. A variable that is active in one parent comes from
 * it, in none is drawn. On average one variable mutates.
 */
export function childOf(space: Space, a: Point, b: Point, options: VariationOptions, stream: Stream): Point {
  const places = [encode(space, a), encode(space, b)] as const;
  const mixed = stream.uniform() < options.crossover;
  const rate = 1 / Math.max(1, Object.keys(a).length);
  const child: Record<string, Value> = {};
  space.variables.forEach((variable, i) => {
    if (!isActive(variable, child)) return;
    const u = inherited(variable, places[0][i]!, places[1][i]!, mixed, options, stream);
    child[variable.name] =
      stream.uniform() < rate ? mutated(variable, u, options.mutationIndex, stream) : valueAt(variable, u);
  });
  return child;
}

function inherited(
  variable: Variable,
  a: number,
  b: number,
  mixed: boolean,
  { crossoverIndex }: VariationOptions,
  stream: Stream,
): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? stream.uniform() : b;
  if (Number.isNaN(b) || !mixed || a === b) return a;
  const [chosen, other] = stream.uniform() < 0.5 ? [a, b] : [b, a];
  if (variable.kind === 'categorical' || stream.uniform() < 0.5) return chosen;
  const [low, high] = [Math.min(a, b), Math.max(a, b)];
  const toBound = chosen < other ? low : 1 - high;
  const alpha = 2 - (1 + (2 * toBound) / (high - low)) ** -(crossoverIndex + 1);
  const r = stream.uniform();
  const spread = (r <= 1 / alpha ? r * alpha : 1 / (2 - r * alpha)) ** (1 / (crossoverIndex + 1));
  const u = (low + high) / 2 + ((chosen < other ? -1 : 1) * (spread * (high - low))) / 2;
  return Math.min(1, Math.max(0, u));
}

/** Another value of the variable, where it has one. */
function mutated(variable: Variable, u: number, index: number, stream: Stream): Value {
  const before = valueAt(variable, u);
  const count = cardinality(variable);
  if (count === 1) return before;
  if (variable.kind === 'categorical') {
    const others = variable.values.filter(value => value !== before);
    return others[Math.floor(stream.uniform() * others.length)]!;
  }
  const r = stream.uniform();
  const up = r >= 0.5;
  const room = up ? u : 1 - u;
  const power = room ** (index + 1);
  const step = 1 - (up ? 2 - 2 * r + (2 * r - 1) * power : 2 * r + (1 - 2 * r) * power) ** (1 / (index + 1));
  const after = valueAt(variable, Math.min(1, Math.max(0, up ? u + step : u - step)));
  if (after !== before || count === Number.POSITIVE_INFINITY) return after;
  const steps = stepsFrom(variable, before, 0);
  return up ? steps.at(-1)! : steps[0]!;
}

/** What `propose` gives, again while it is among `taken`; a random point after twenty attempts. */
export function unlike(space: Space, taken: readonly Point[], stream: Stream, propose: () => Point): Point {
  for (let attempt = 0; attempt < 20; attempt++) {
    const point = propose();
    if (!taken.some(other => samePoint(other, point))) return point;
  }
  return decode(
    space,
    space.variables.map(() => stream.uniform()),
  );
}
