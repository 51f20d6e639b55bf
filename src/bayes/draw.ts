import { atOnce, type Pieces } from '../base/index.ts';
import { kernels } from '../kernels/index.ts';
import { fillNormal, fillUniform, type Key } from '../random/index.ts';
import { evenOrder } from './even-order.ts';
import type { Posterior } from './posterior.ts';

/** Weights that are drawn at a time, in whole vectors. */
const together = 1 << 20;

/**
 * Weight vectors of a posterior, [count, size]: draws of the posterior in an order whose every beginning is spread evenly over
 * all chains, from the start again after the last; draws of moments or of signs; or copies of a point. They are those from
 * number `first` on of the key's; more vectors leave the others as they were. The key is not used for draws and points.
 */
export function* drawInPieces(key: Key, posterior: Posterior, count: number, first = 0): Pieces<Float32Array> {
  const { size } = posterior;
  const out = new Float32Array(count * size);
  const order = posterior.kind === 'samples' ? evenOrder(posterior.count) : undefined;
  const atATime = Math.max(1, Math.floor(together / size));
  for (let from = 0; from < count; from += atATime) {
    const to = Math.min(count, from + atATime);
    draw(key, posterior, out.subarray(from * size, to * size), first + from, order);
    yield;
  }
  return out;
}

/** `drawInPieces` without turns for others. */
export const drawWeights = (...given: Parameters<typeof drawInPieces>): Float32Array => atOnce(drawInPieces(...given));

/** Fills `out` with the vectors from number `first` on. */
function draw(key: Key, posterior: Posterior, out: Float32Array, first: number, order?: ArrayLike<number>): void {
  const { size } = posterior;
  if (posterior.kind === 'moments') {
    fillNormal(key, out, first * size);
    kernels().binary('multiply', out, out, posterior.std);
    kernels().binary('add', out, out, posterior.mean);
    return;
  }
  if (posterior.kind === 'bernoulli') {
    const { probability, magnitude } = posterior;
    fillUniform(key, out, first * size);
    for (let k = 0; k < out.length; k++)
      out[k] = out[k]! < probability[k % size]! ? magnitude[k % size]! : -magnitude[k % size]!;
    return;
  }
  for (let at = 0, s = first; at < out.length; at += size, s++) {
    if (posterior.kind === 'point') out.set(posterior.mean, at);
    else {
      const row = order![s % posterior.count]!;
      out.set(posterior.samples.subarray(row * size, (row + 1) * size), at);
    }
  }
}

/** The posterior of some weights alone, by number, without names. */
export function marginals(posterior: Posterior, weights: readonly number[]): Posterior {
  const { method, info } = posterior;
  const common = { method, info, parameters: [], size: weights.length };
  const of = (values: Float32Array) => Float32Array.from(weights, w => values[w]!);
  if (posterior.kind === 'moments') {
    return { ...common, kind: 'moments', mean: of(posterior.mean), std: of(posterior.std) };
  }
  if (posterior.kind === 'point') return { ...common, kind: 'point', mean: of(posterior.mean) };
  if (posterior.kind === 'bernoulli') {
    const { probability, magnitude, mean } = posterior;
    return { ...common, kind: 'bernoulli', probability: of(probability), magnitude: of(magnitude), mean: of(mean) };
  }
  const { samples, size, count, chains, best } = posterior;
  const some = new Float32Array(count * weights.length);
  for (let s = 0; s < count; s++) some.set(of(samples.subarray(s * size)), s * weights.length);
  return { ...common, kind: 'samples', count, chains, best, samples: some };
}

/** Mean weight vector, [size]. */
export function posteriorMean(posterior: Posterior): Float32Array {
  if (posterior.kind !== 'samples') return posterior.mean;
  const { size, count, samples } = posterior;
  const mean = new Float64Array(size);
  for (let s = 0; s < count; s++) for (let i = 0; i < size; i++) mean[i]! += samples[s * size + i]! / count;
  return Float32Array.from(mean);
}

/** Spread of each weight, [size]; zero for a point. */
export function posteriorStd(posterior: Posterior): Float32Array {
  if (posterior.kind === 'moments') return posterior.std;
  const { size } = posterior;
  if (posterior.kind === 'point') return new Float32Array(size);
  if (posterior.kind === 'bernoulli') {
    const { probability, magnitude } = posterior;
    return magnitude.map((m, i) => 2 * m * Math.sqrt(probability[i]! * (1 - probability[i]!)));
  }
  const { count, samples } = posterior;
  const mean = posteriorMean(posterior);
  const squares = new Float64Array(size);
  for (let s = 0; s < count; s++) {
    for (let i = 0; i < size; i++) squares[i]! += (samples[s * size + i]! - mean[i]!) ** 2 / Math.max(1, count - 1);
  }
  return Float32Array.from(squares, Math.sqrt);
}

/** One good weight vector, [size]: the draw of highest density, the mean of moments, the likelier signs, the point itself. */
export function bestPoint(posterior: Posterior): Float32Array {
  if (posterior.kind === 'bernoulli') return posterior.magnitude.map((m, i) => (posterior.mean[i]! < 0 ? -m : m));
  if (posterior.kind !== 'samples') return posterior.mean;
  const { size, samples, best } = posterior;
  return samples.slice(best * size, (best + 1) * size);
}
