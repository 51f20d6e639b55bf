/**
 * argmin ‖A x − b‖² over x ≥ 0 from the normal equations AᵀA [n, n] and Aᵀb [n], by the active-set method of Lawson
 * and Hanson (Solving Least Squares Problems, 1974, chapter 23).
 */
export function nonNegativeLeastSquares(gram: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  const x = new Float64Array(n);
  const active: number[] = [];
  let scale = 0;
  for (let i = 0; i < n; i++) scale = Math.max(scale, Math.abs(right[i]!));
  for (let round = 0; round < 4 * n; round++) {
    let enter = -1;
    let steepest = 1e-10 * scale;
    for (let i = 0; i < n; i++) {
      if (active.includes(i)) continue;
      let slope = right[i]!;
      for (const j of active) slope -= gram[i * n + j]! * x[j]!;
      if (slope > steepest) {
        steepest = slope;
        enter = i;
      }
    }
    if (enter < 0) break;
    active.push(enter);
    for (;;) {
      const trial = solveActive(gram, right, active, n);
      let step = 1;
      for (let k = 0; k < active.length; k++) {
        const at = x[active[k]!]!;
        if (trial[k]! <= 0) step = Math.min(step, at / (at - trial[k]!));
      }
      if (!Number.isFinite(step)) step = 0;
      for (let k = 0; k < active.length; k++) x[active[k]!]! += step * (trial[k]! - x[active[k]!]!);
      if (step >= 1) break;
      for (let k = active.length - 1; k >= 0; k--) {
        if (x[active[k]!]! > 1e-14 || trial[k]! > 0) continue;
        x[active[k]!] = 0;
        active.splice(k, 1);
      }
      if (active.length === 0) break;
    }
  }
  return x;
}

/** Solution of the normal equations restricted to `active`, slightly regularised. */
function solveActive(gram: Float64Array, right: Float64Array, active: readonly number[], n: number): Float64Array {
  const size = active.length;
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) matrix[i * size + j] = gram[active[i]! * n + active[j]!]!;
    matrix[i * size + i]! *= 1 + 1e-12;
  }
  const factor = cholesky(matrix, size);
  const y = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let value = right[active[i]!]!;
    for (let j = 0; j < i; j++) value -= factor[i * size + j]! * y[j]!;
    y[i] = factor[i * size + i]! > 0 ? value / factor[i * size + i]! : 0;
  }
  for (let i = size - 1; i >= 0; i--) {
    let value = y[i]!;
    for (let j = i + 1; j < size; j++) value -= factor[j * size + i]! * y[j]!;
    y[i] = factor[i * size + i]! > 0 ? value / factor[i * size + i]! : 0;
  }
  return y;
}

/** Lower triangle L of A = L Lᵀ, [n, n]; a direction without variance gets a column of zeros. */
export function cholesky(matrix: Float64Array, n: number): Float64Array {
  const factor = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    let pivot = matrix[j * n + j]!;
    for (let k = 0; k < j; k++) pivot -= factor[j * n + k]! ** 2;
    if (pivot <= 1e-13 * matrix[j * n + j]!) continue;
    const root = Math.sqrt(pivot);
    factor[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      let value = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) value -= factor[i * n + k]! * factor[j * n + k]!;
      factor[i * n + j] = value / root;
    }
  }
  return factor;
}
