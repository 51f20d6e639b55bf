import { type Dimension, InputError, parseQuantity } from '../../base/index.ts';
import { interpolate, polynomial } from '../curves.ts';
import type { TimedCurve } from '../device.ts';
import { compileExpression } from './expression.ts';
import type { CurveSpec } from './schema.ts';

/**
 * The function of a curve in a file: over conductance in S and time in s. `dimension` is that of its value, null for a
 * plain number; `high` scales g.
 */
export function compileCurve(spec: CurveSpec, high: number, dimension: Dimension | null, where: string): TimedCurve {
  if (typeof spec === 'number' || typeof spec === 'string') {
    const value = dimension ? parseQuantity(spec, dimension, where) : Number(spec);
    if (!Number.isFinite(value)) throw new InputError(`${where}: must be a number or a curve, got '${spec}'.`);
    return () => value;
  }
  if ('times' in spec) return overTimes(spec.times, spec.curves, high, dimension, where);
  const scale = spec.unit === undefined ? 1 : unitScale(spec.unit, dimension, where);
  if ('polynomial' in spec) {
    const coefficients = spec.polynomial;
    return target => scale * polynomial(coefficients, target / high);
  }
  if ('expression' in spec) {
    const evaluate = compileExpression(spec.expression, ['g', 'G', 't', 'lnt'], where);
    return (target, time) =>
      scale * evaluate({ g: target / high, G: target, t: time, lnt: Math.log(Math.max(time, 1e-9)) });
  }
  const { g, values } = spec;
  ascending(g, `${where}.g`);
  sameLength(g, values, `${where}.values`);
  return target => scale * interpolate(g, values, target / high);
}

function overTimes(
  times: readonly number[],
  specs: readonly CurveSpec[],
  high: number,
  dimension: Dimension | null,
  where: string,
): TimedCurve {
  ascending(times, `${where}.times`);
  sameLength(times, specs, `${where}.curves`);
  if (!(times[0]! > 0)) throw new InputError(`${where}.times: must be positive, got ${times[0]}.`);
  const logTimes = times.map(Math.log);
  const curves = specs.map((spec, i) => compileCurve(spec, high, dimension, `${where}.curves[${i}]`));
  return (target, time) =>
    interpolate(
      logTimes,
      curves.map(curve => curve(target, time)),
      Math.log(time),
    );
}

function unitScale(unit: string, dimension: Dimension | null, where: string): number {
  if (dimension) return parseQuantity(`1 ${unit}`, dimension, `${where}.unit`);
  throw new InputError(`${where}.unit: this curve is a plain number, remove the unit '${unit}'.`);
}

function ascending(values: readonly number[], where: string): void {
  values.forEach((value, i) => {
    if (i > 0 && !(value > values[i - 1]!))
      throw new InputError(`${where}: must ascend, got ${values[i - 1]} then ${value}.`);
  });
}

function sameLength(a: readonly unknown[], b: readonly unknown[], where: string): void {
  if (a.length !== b.length) throw new InputError(`${where}: needs ${a.length} entries, got ${b.length}.`);
}
