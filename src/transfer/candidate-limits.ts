import { bestPoint, drawWeights, type Posterior } from '../bayes/index.ts';
import { fold, type Key } from '../random/index.ts';

/** Quantiles of |w| that are tried as the largest |w|. */
const quantiles = [0.8, 0.9, 0.95, 0.99, 0.999, 1];

/** Weights whose sizes the quantiles are taken of, about. */
const mostSizes = 200_000;

/** Draws of a posterior without draws of its own, where its weights are few. */
const mostDraws = 512;

/**
 * Largest |w| that a search may try for the cells of a weight: quantiles of |w| over the posterior of the `weights` that
 * arrays hold, ascending; over the point of one vector where `method` programs one. Looks at about 200,000 sizes,
 * whatever the size of the network.
 */
export function candidateLimits(key: Key, posterior: Posterior, weights: number, method: string): number[] {
  const { size } = posterior;
  const rows = method === 'deterministic' ? bestPoint(posterior) : someRows(fold(key, 'limit'), posterior, weights);
  const total = (rows.length / size) * weights;
  let stride = Math.ceil(total / mostSizes);
  while (commonDivisor(stride, weights) > 1) stride++;
  const sizes = Float32Array.from({ length: Math.floor(total / stride) }, (_, i) => {
    const at = i * stride;
    return Math.abs(rows[Math.floor(at / weights) * size + (at % weights)]!);
  }).sort();
  const at = (p: number) => sizes[Math.min(sizes.length - 1, Math.floor(p * sizes.length))]!;
  const limits = quantiles.map(at).filter(limit => limit > 0);
  return limits.length > 0 ? [...new Set(limits)] : [1];
}

/** Weight vectors [draws, size]: the posterior's own, or enough of its moments or signs. */
function someRows(key: Key, posterior: Posterior, weights: number): Float32Array {
  if (posterior.kind === 'samples') return posterior.samples;
  return drawWeights(key, posterior, Math.max(1, Math.min(mostDraws, Math.ceil(mostSizes / weights))));
}

/** Euclid's greatest common divisor: a stride without one with the row length looks at every weight. */
function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
