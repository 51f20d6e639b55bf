/** A function to minimise: returns its value at x and writes its gradient. */
export type Differentiable = (x: Float64Array, gradient: Float64Array) => number;

const MEMORY = 6;

/**
 * Minimum of a smooth function between bounds from a start: limited-memory BFGS on the variables that are not held by a
 * bound, with backtracking along the projected step (Bertsekas, SIAM Journal on Control and Optimization 20(2), 1982).
 * Stops after `iterations` steps or when one gains less than `tolerance`.
 */
export function minimise(
  f: Differentiable,
  start: Float64Array,
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
  { iterations, tolerance = 1e-6 }: { readonly iterations: number; readonly tolerance?: number },
): { readonly x: Float64Array; readonly value: number } {
  const n = start.length;
  let x = start.map((v, i) => Math.min(upper[i]!, Math.max(lower[i]!, v)));
  let gradient = new Float64Array(n);
  let value = f(x, gradient);
  const steps: Float64Array[] = [];
  const changes: Float64Array[] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    const free = x.map((v, i) => Number(gradient[i]! > 0 ? v > lower[i]! : v < upper[i]!));
    const direction = descent(gradient, free, steps, changes);
    let slope = dot(direction, gradient);
    if (!(slope < 0)) {
      steps.length = 0;
      changes.length = 0;
      for (let i = 0; i < n; i++) direction[i] = -gradient[i]! * free[i]!;
      slope = dot(direction, gradient);
      if (!(slope < 0)) break;
    }
    let length = steps.length === 0 ? Math.min(1, 0.25 / Math.sqrt(-slope)) : 1;
    const nextGradient = new Float64Array(n);
    let next = x;
    let nextValue = Number.POSITIVE_INFINITY;
    for (let halving = 0; halving < 12; halving++, length *= 0.3) {
      next = x.map((v, i) => Math.min(upper[i]!, Math.max(lower[i]!, v + length * direction[i]!)));
      nextValue = f(next, nextGradient);
      if (nextValue <= value + 1e-4 * length * slope) break;
    }
    if (!(nextValue < value)) break;
    const step = next.map((v, i) => v - x[i]!);
    const change = nextGradient.map((v, i) => v - gradient[i]!);
    if (dot(step, change) > 1e-12 * dot(change, change)) {
      steps.push(step);
      changes.push(change);
      if (steps.length > MEMORY) {
        steps.shift();
        changes.shift();
      }
    }
    const gain = value - nextValue;
    [x, value, gradient] = [next, nextValue, nextGradient];
    if (gain < tolerance) break;
  }
  return { x, value };
}

/** −H·gradient on the free variables, H the limited-memory inverse Hessian by the two-loop recursion. */
function descent(
  gradient: Float64Array,
  free: Float64Array,
  steps: readonly Float64Array[],
  changes: readonly Float64Array[],
): Float64Array {
  const q = gradient.map((g, i) => g * free[i]!);
  const alphas: number[] = [];
  for (let k = steps.length - 1; k >= 0; k--) {
    const alpha = dot(steps[k]!, q) / dot(steps[k]!, changes[k]!);
    alphas[k] = alpha;
    for (let i = 0; i < q.length; i++) q[i]! -= alpha * changes[k]![i]!;
  }
  const last = steps.length - 1;
  if (last >= 0) {
    const scale = dot(steps[last]!, changes[last]!) / dot(changes[last]!, changes[last]!);
    for (let i = 0; i < q.length; i++) q[i]! *= scale;
  }
  for (let k = 0; k <= last; k++) {
    const beta = dot(changes[k]!, q) / dot(steps[k]!, changes[k]!);
    for (let i = 0; i < q.length; i++) q[i]! += (alphas[k]! - beta) * steps[k]![i]!;
  }
  return q.map((v, i) => -v * free[i]!);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
