// Steps of Adam (Kingma and Ba 2015), on weights and on the moments of independent Gaussian weights.

import { exponential } from './math';

/** The change of weights with this gradient; the moments at `first` and `second` are renewed. */
// @ts-ignore: decorator
@inline
function change<T>(
  gradient: v128, first: usize, second: usize,
  rate: f64, beta1: f64, beta2: f64, epsilon: f64, correction1: f64, correction2: f64,
): v128 {
  const taken = v128.mul<T>(gradient, v128.splat<T>(<T>(1 - beta1)));
  const mean = v128.add<T>(v128.mul<T>(v128.load(first), v128.splat<T>(<T>beta1)), taken);
  const squareTaken = v128.mul<T>(v128.mul<T>(gradient, gradient), v128.splat<T>(<T>(1 - beta2)));
  const square = v128.add<T>(v128.mul<T>(v128.load(second), v128.splat<T>(<T>beta2)), squareTaken);
  v128.store(first, mean);
  v128.store(second, square);
  const root = v128.sqrt<T>(v128.mul<T>(square, v128.splat<T>(<T>(1 / correction2))));
  const scale = v128.add<T>(root, v128.splat<T>(<T>epsilon));
  return v128.div<T>(v128.mul<T>(v128.splat<T>(<T>(rate / correction1)), mean), scale);
}

/** One step on n weights. */
function adam<T>(
  w: usize, g: usize, first: usize, second: usize, n: usize,
  rate: f64, beta1: f64, beta2: f64, epsilon: f64, correction1: f64, correction2: f64,
): void {
  for (let i: usize = 0; i < n * sizeof<T>(); i += 16) {
    const step = change<T>(
      v128.load(g + i), first + i, second + i, rate, beta1, beta2, epsilon, correction1, correction2,
    );
    v128.store(w + i, v128.sub<T>(v128.load(w + i), step));
  }
}

export function adamSingle(
  w: usize, g: usize, first: usize, second: usize, n: usize,
  rate: f64, beta1: f64, beta2: f64, epsilon: f64, correction1: f64, correction2: f64,
): void {
  adam<f32>(w, g, first, second, n, rate, beta1, beta2, epsilon, correction1, correction2);
}

export function adamDouble(
  w: usize, g: usize, first: usize, second: usize, n: usize,
  rate: f64, beta1: f64, beta2: f64, epsilon: f64, correction1: f64, correction2: f64,
): void {
  adam<f64>(w, g, first, second, n, rate, beta1, beta2, epsilon, correction1, correction2);
}

/**
 * One step on n means and ln spreads; the variances become exp(2 ln spread). `moments`: four arrays `apart` bytes from each
 * other. The prior's mean may be null; its precision is one for all where `shared`.
 */
function gaussianAdam<T>(
  mean: usize, logStd: usize, variance: usize, byMean: usize, byVariance: usize, moments: usize, apart: usize,
  priorMean: usize, precision: usize, shared: bool, weight: f64, n: usize,
  rate: f64, beta1: f64, beta2: f64, epsilon: f64, correction1: f64, correction2: f64,
): void {
  const share = v128.splat<T>(<T>weight);
  const two = v128.splat<T>(<T>2);
  let pull = v128.mul<T>(v128.load_splat<T>(precision), share);
  for (let i: usize = 0; i < n * sizeof<T>(); i += 16) {
    if (!shared) pull = v128.mul<T>(v128.load(precision + i), share);
    const centre = v128.load(mean + i);
    const distance = priorMean == 0 ? centre : v128.sub<T>(centre, v128.load(priorMean + i));
    const slope = v128.add<T>(v128.load(byMean + i), v128.mul<T>(pull, distance));
    const doubled = v128.add<T>(v128.mul<T>(two, v128.load(byVariance + i)), pull);
    const bySpread = v128.sub<T>(v128.mul<T>(v128.load(variance + i), doubled), share);
    const at = moments + i;
    const step = change<T>(slope, at, at + apart, rate, beta1, beta2, epsilon, correction1, correction2);
    v128.store(mean + i, v128.sub<T>(centre, step));
    const logStep = change<T>(
      bySpread, at + 2 * apart, at + 3 * apart, rate, beta1, beta2, epsilon, correction1, correction2,
    );
    const log = v128.sub<T>(v128.load(logStd + i), logStep);
    v128.store(logStd + i, log);
    v128.store(variance + i, exponential<T>(v128.mul<T>(two, log)));
  }
}

export function gaussianAdamSingle(
  mean: usize, logStd: usize, variance: usize, byMean: usize, byVariance: usize, moments: usize, apart: usize,
  priorMean: usize, precision: usize, shared: bool, weight: f64, n: usize,
  rate: f64, beta1: f64, beta2: f64, epsilon: f64, correction1: f64, correction2: f64,
): void {
  gaussianAdam<f32>(
    mean, logStd, variance, byMean, byVariance, moments, apart, priorMean, precision, shared, weight, n,
    rate, beta1, beta2, epsilon, correction1, correction2,
  );
}

export function gaussianAdamDouble(
  mean: usize, logStd: usize, variance: usize, byMean: usize, byVariance: usize, moments: usize, apart: usize,
  priorMean: usize, precision: usize, shared: bool, weight: f64, n: usize,
  rate: f64, beta1: f64, beta2: f64, epsilon: f64, correction1: f64, correction2: f64,
): void {
  gaussianAdam<f64>(
    mean, logStd, variance, byMean, byVariance, moments, apart, priorMean, precision, shared, weight, n,
    rate, beta1, beta2, epsilon, correction1, correction2,
  );
}
