import { type Dimension, InputError, insist, parseQuantity, within } from '../../base/index.ts';
import { interpolate, polynomial } from '../curves.ts';
import type { TimedCurve } from '../device.ts';
import { compileExpression } from './expression.ts';
import type { CurveSpec } from './schema.ts';

/**
 * The function of a curve in a file: over conductance in S and time in s. `dimension` is that of its value, null for a
 * plain number; `high` scales g. Faults are placed from the curve on.
 */
export function compileCurve(spec: CurveSpec, high: number, dimension: Dimension | null): TimedCurve {
  if (typeof spec === 'number' || typeof spec === 'string') {
    const value = dimension ? parseQuantity(spec, dimension) : Number(spec);
    insist(Number.isFinite(value), { path: [], rule: 'must be a number or a curve', value: spec });
    return () => value;
  }
  if ('times' in spec) return overTimes(spec.times, spec.curves, high, dimension);
  const scale = spec.unit === undefined ? 1 : unitScale(spec.unit, dimension);
  if ('polynomial' in spec) {
    const coefficients = spec.polynomial;
    return target => scale * polynomial(coefficients, target / high);
  }
  if ('expression' in spec) {
    const evaluate = compileExpression(spec.expression, ['g', 'G', 't', 'lnt']);
    return (target, time) =>
      scale * evaluate({ g: target / high, G: target, t: time, lnt: Math.log(Math.max(time, 1e-9)) });
  }
  const { g, values } = spec;
  ascending(g, 'g');
  sameLength(g, values, 'values');
  return target => scale * interpolate(g, values, target / high);
}

function overTimes(
  times: readonly number[],
  specs: readonly CurveSpec[],
  high: number,
  dimension: Dimension | null,
): TimedCurve {
  ascending(times, 'times');
  sameLength(times, specs, 'curves');
  insist(times[0]! > 0, { path: ['times'], rule: 'must be positive', value: times[0] });
  const logTimes = times.map(Math.log);
  const curves = specs.map((spec, i) => within(['curves', i], () => compileCurve(spec, high, dimension)));
  return (target, time) =>
    interpolate(
      logTimes,
      curves.map(curve => curve(target, time)),
      Math.log(time),
    );
}

function unitScale(unit: string, dimension: Dimension | null): number {
  if (dimension) return parseQuantity(`1 ${unit}`, dimension, 'unit');
  throw new InputError({ path: ['unit'], rule: `this curve is a plain number, remove the unit '${unit}'` });
}

function ascending(values: readonly number[], field: string): void {
  values.forEach((value, i) => {
    const ascends = i === 0 || value > values[i - 1]!;
    insist(ascends, { path: [field], rule: `must ascend, got ${values[i - 1]} then ${value}` });
  });
}

function sameLength(a: readonly unknown[], b: readonly unknown[], field: string): void {
  insist(a.length === b.length, { path: [field], rule: `needs ${a.length} entries`, value: b.length });
}
