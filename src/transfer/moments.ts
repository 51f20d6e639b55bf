import type { Pieces } from '../base/index.ts';
import { drawInPieces, type Posterior } from '../bayes/index.ts';
import type { Key } from '../random/index.ts';

/** Draws that stand for a posterior where a method needs samples and the posterior has none. */
const draws = 512;

/** The first `weights` columns of rows of length `size`. */
export function leading(rows: Float32Array, size: number, weights: number): Float32Array {
  if (size === weights) return rows;
  const count = rows.length / size;
  const out = new Float32Array(count * weights);
  for (let s = 0; s < count; s++) out.set(rows.subarray(s * size, s * size + weights), s * weights);
  return out;
}

/** Samples [count, weights] of the array weights: the posterior's own where it has them. */
export function* weightSamples(key: Key, posterior: Posterior, weights: number): Pieces<Float32Array> {
  if (posterior.kind === 'samples') return leading(posterior.samples, posterior.size, weights);
  return leading(yield* drawInPieces(key, posterior, draws), posterior.size, weights);
}
