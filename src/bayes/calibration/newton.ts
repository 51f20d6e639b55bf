import type { Pieces } from '../../base/index.ts';

/** A smooth function of several numbers at a point. */
export interface Smooth {
  readonly value: number;
  readonly gradient: Float64Array;
  /** [n, n], symmetric. */
  readonly hessian: Float64Array;
}

/** Steps at most; from a fair start a few suffice. */
const mostSteps = 200;

/**
 * A minimum of a smooth function of some tens of numbers, by Newton's method with Levenberg's damping: the Hessian's
 * diagonal is raised until it is positive definite and the step goes down. Ends where a step can lower the value by no
 * more than its rounding. Others may have their turn between steps.
 */
export function* minimise(start: Float64Array, at: (point: Float64Array) => Smooth): Pieces<Float64Array> {
  let point = start;
  let here = at(point);
  let damping = 0;
  for (let step = 0; step < mostSteps; step++) {
    yield;
    const { value, gradient, hessian } = here;
    const n = point.length;
    const largest = gradient.reduce((most, _, i) => Math.max(most, Math.abs(hessian[i * (n + 1)]!)), 0);
    const move = solve(here, damping * largest);
    if (move) {
      const next = point.map((x, i) => x - move[i]!);
      if (move.reduce((sum, m, i) => sum + m * gradient[i]!, 0) <= 1e-13 * (1 + Math.abs(value))) return next;
      const there = at(next);
      if (there.value < value) {
        [point, here] = [next, there];
        damping = damping < 1e-9 ? 0 : damping / 8;
        continue;
      }
    }
    damping = Math.max(1e-9, 8 * damping);
  }
  return point;
}

/** (H + raise·1)⁻¹ g by Cholesky's factor; undefined where that matrix is not positive definite. */
function solve({ gradient, hessian }: Smooth, raise: number): Float64Array | undefined {
  const n = gradient.length;
  const factor = hessian.slice();
  const x = gradient.slice();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = factor[i * n + j]! + (i === j ? raise : 0);
      for (let k = 0; k < j; k++) sum -= factor[i * n + k]! * factor[j * n + k]!;
      if (i === j && !(sum > 0)) return undefined;
      factor[i * n + j] = i === j ? Math.sqrt(sum) : sum / factor[j * n + j]!;
    }
    for (let k = 0; k < i; k++) x[i]! -= factor[i * n + k]! * x[k]!;
    x[i]! /= factor[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= factor[k * n + i]! * x[k]!;
    x[i]! /= factor[i * n + i]!;
  }
  return x;
}
