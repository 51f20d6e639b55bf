import type { Encoding } from './mapping.ts';

/** Conductances of all weights, [weights, cellsPerWeight]. */
export function encodeWeights(
  cells: Float64Array,
  weights: ArrayLike<number>,
  { cellsPerWeight, encode }: Encoding,
): void {
  for (let i = 0; i < weights.length; i++) encode(cells, i * cellsPerWeight, weights[i]!);
}

/** Effective weights of conductances [weights, cellsPerWeight]. */
export function decodeWeights(
  weights: Float32Array | Float64Array,
  cells: ArrayLike<number>,
  { cellsPerWeight, coefficients, offset }: Encoding,
): void {
  if (cellsPerWeight === 2 && weights instanceof Float32Array && cells instanceof Float32Array) {
    const a = coefficients[0]!;
    const b = coefficients[1]!;
    for (let i = 0; i < weights.length; i++) weights[i] = offset + a * cells[2 * i]! + b * cells[2 * i + 1]!;
    return;
  }
  for (let i = 0; i < weights.length; i++) {
    let sum = offset;
    for (let k = 0; k < cellsPerWeight; k++) sum += coefficients[k]! * cells[i * cellsPerWeight + k]!;
    weights[i] = sum;
  }
}

/** Variances of effective weights from those of independent cells, [weights, cellsPerWeight] in S². */
export function decodeVariances(
  variances: Float32Array | Float64Array,
  cells: ArrayLike<number>,
  encoding: Encoding,
): void {
  const coefficients = encoding.coefficients.map(coefficient => coefficient ** 2);
  decodeWeights(variances, cells, { ...encoding, coefficients, offset: 0 });
}
