import { cholesky, inverseOf, solveLower, solveUpper } from './cholesky.ts';
import { minimise } from './minimise.ts';
import { cardinality, encode, type Point, type Space } from './space.ts';

/**
 * Coordinates of a point as a kernel sees them, [variables]: the middle of what rounds to its value, in [0, 1]; the
 * number of a category; ½ for what is inactive and −1 for an inactive category, so that it says no more than the variable
 * it depends on does.
 */
export function featuresOf(space: Space, point: Point): Float64Array {
  return encode(space, point).map((u, i) => {
    const variable = space.variables[i]!;
    if (variable.kind !== 'categorical') return Number.isNaN(u) ? 0.5 : u;
    return Number.isNaN(u) ? -1 : Math.floor(u * cardinality(variable));
  });
}

/** Which variables differ or not, rather than by how much: the categories. */
export const hammingOf = (space: Space): boolean[] => space.variables.map(({ kind }) => kind === 'categorical');

/** Logarithms of a length per variable, of the signal's variance and of the noise's where it is unknown: [variables + 2]. */
export type Hyperparameters = Float64Array;

/** What a Gaussian process is told. */
export interface Observations {
  /** [count][variables]. */
  readonly x: readonly Float64Array[];
  readonly hamming: readonly boolean[];
  /** [count], standardised. */
  readonly y: Float64Array;
  /** [count], variance of the noise on y; NaN where unknown. */
  readonly noise: Float64Array;
  /** [count], blocks behind each y, which divide unknown noise. */
  readonly blocks: Float64Array;
}

/** Added to variances, so that matrices of points close together can be factored. */
const JITTER = 1e-6;

/** Matérn 5/2 of squared distance, and its derivative by the squared distance. */
const matern = (square: number): number => {
  const root = Math.sqrt(5 * square);
  return (1 + root + root * root * (1 / 3)) * Math.exp(-root);
};
const maternSlope = (square: number): number => {
  const root = Math.sqrt(5 * square);
  return (-5 / 6) * (1 + root) * Math.exp(-root);
};

/** Σ (difference/length)², a category counting 1 where it differs. */
function squaredDistance(a: Float64Array, b: Float64Array, hamming: readonly boolean[], inverse: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) {
    const difference = a[d]! - b[d]!;
    sum += (hamming[d] ? Number(difference !== 0) : difference * difference) * inverse[d]!;
  }
  return sum;
}

/**
 * Beliefs about ln of a length, of the signal's variance and of the noise's. Lengths grow with the number of variables,
 * 1.5·√variables in the median (after Hvarfner, Hellsten & Nardi, ICML 2024, but narrower: ten points tell little of ten
 * lengths, and a variable believed not to matter is not tried again).
 */
function priorOf(variables: number): readonly { readonly mean: number; readonly std: number }[] {
  const length = { mean: Math.log(1.5 * Math.sqrt(variables)), std: 1 };
  return [...Array.from({ length: variables }, () => length), { mean: 0, std: 1 }, { mean: Math.log(1e-4), std: 3 }];
}

export const defaultHyperparameters = (variables: number): Hyperparameters =>
  Float64Array.from(priorOf(variables), ({ mean }) => mean);

const boundsOf = (variables: number) => ({
  lower: [...Array.from({ length: variables }, () => Math.log(0.05)), Math.log(0.05), Math.log(1e-6)],
  upper: [...Array.from({ length: variables }, () => Math.log(100)), Math.log(20), Math.log(2)],
});

const inverseSquares = (h: Hyperparameters): Float64Array => h.subarray(0, h.length - 2).map(l => Math.exp(-2 * l));

const noiseAt = ({ noise, blocks }: Observations, i: number, h: Hyperparameters): number =>
  Number.isNaN(noise[i]!) ? Math.exp(h[h.length - 1]!) / blocks[i]! : noise[i]!;

/**
 * −ln of the posterior density of hyperparameters up to a constant, and its gradient [variables + 2]: the marginal
 * likelihood (Rasmussen & Williams, Gaussian processes for machine learning, equations 5.8 and 5.9) and lognormal priors.
 * Infinite where the covariance cannot be factored.
 */
export function negativeLogPosterior(data: Observations, h: Hyperparameters, gradient: Float64Array): number {
  const { x, hamming, y } = data;
  const n = x.length;
  const variables = hamming.length;
  const inverse = inverseSquares(h);
  const signal = Math.exp(h[variables]!);
  const k = new Float64Array(n * n);
  const slopes = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const root = Math.sqrt(5 * squaredDistance(x[i]!, x[j]!, hamming, inverse));
      const decay = signal * Math.exp(-root);
      k[i * n + j] = (1 + root + root * root * (1 / 3)) * decay;
      slopes[i * n + j] = (-5 / 6) * (1 + root) * decay;
    }
    k[i * n + i] = signal * (1 + JITTER) + noiseAt(data, i, h);
  }
  const factor = k.slice();
  gradient.fill(0);
  if (!cholesky(factor, n)) return Number.POSITIVE_INFINITY;
  const alpha = solveUpper(factor, solveLower(factor, y.slice(), n), n);
  const inverseK = inverseOf(factor, n);
  let value = 0;
  for (let i = 0; i < n; i++) {
    value += 0.5 * y[i]! * alpha[i]! + Math.log(factor[i * n + i]!);
    const own = 0.5 * (inverseK[i * n + i]! - alpha[i]! * alpha[i]!);
    gradient[variables]! += own * signal * (1 + JITTER);
    if (Number.isNaN(data.noise[i]!)) gradient[variables + 1]! += own * noiseAt(data, i, h);
    for (let j = 0; j < i; j++) {
      const pull = inverseK[i * n + j]! - alpha[i]! * alpha[j]!;
      gradient[variables]! += pull * k[i * n + j]!;
      const along = -2 * pull * slopes[i * n + j]!;
      const [a, b] = [x[i]!, x[j]!];
      for (let d = 0; d < variables; d++) {
        const difference = a[d]! - b[d]!;
        gradient[d]! += along * (hamming[d] ? Number(difference !== 0) : difference * difference) * inverse[d]!;
      }
    }
  }
  priorOf(variables).forEach(({ mean, std }, p) => {
    const z = (h[p]! - mean) / std;
    value += 0.5 * z * z;
    gradient[p]! += z / std;
  });
  return value;
}

/** Hyperparameters of highest posterior density, from `start` or from the prior's means, whichever is better. */
export function fitHyperparameters(data: Observations, start: Hyperparameters, iterations: number): Hyperparameters {
  const { lower, upper } = boundsOf(data.hamming.length);
  const scratch = new Float64Array(start.length);
  const usual = defaultHyperparameters(data.hamming.length);
  const better = negativeLogPosterior(data, usual, scratch) < negativeLogPosterior(data, start, scratch);
  const from = better ? usual : start;
  return minimise((h, gradient) => negativeLogPosterior(data, h, gradient), from, lower, upper, {
    iterations,
    tolerance: 1e-3,
  }).x;
}

/** Gaussian process with known hyperparameters after its observations, and possibly draws of the function at them. */
export interface Posterior {
  readonly x: readonly Float64Array[];
  readonly hamming: readonly boolean[];
  readonly inverse: Float64Array;
  readonly signal: number;
  /** Inverse covariance of what is conditioned on, [count, count]. */
  readonly precision: Float64Array;
  /** [draws][count]: means at x are k(x)·weights. */
  readonly weights: readonly Float64Array[];
  /** [draws][count]: values of the function at `x` in each draw. */
  readonly values: readonly Float64Array[];
}

/** Mean and variance given the observations; one draw, the mean itself. */
export function posteriorOf(data: Observations, h: Hyperparameters): Posterior {
  const { x, hamming, y } = data;
  const n = x.length;
  const { k, inverse, signal } = covariance(x, hamming, h);
  const factor = k.slice();
  for (let i = 0; i < n; i++) factor[i * n + i]! += noiseAt(data, i, h);
  factorise(factor, n);
  const weights = solveUpper(factor, solveLower(factor, y.slice(), n), n);
  return {
    x,
    hamming,
    inverse,
    signal,
    precision: inverseOf(factor, n),
    weights: [weights],
    values: [product(k, weights, n)],
  };
}

/**
 * The function without noise, conditioned on draws of its values at the observed and at `pending` points: what noisy
 * expected improvement averages over. Draws after Matheron's rule: one of the prior moved by what the data say of it.
 * `normals`: [draws][2·(count + pending)].
 */
export function drawnPosterior(
  data: Observations,
  pending: readonly Float64Array[],
  h: Hyperparameters,
  normals: readonly Float64Array[],
): Posterior {
  const n = data.x.length;
  const x = [...data.x, ...pending];
  const total = x.length;
  const { k, inverse, signal } = covariance(x, data.hamming, h);
  const root = k.slice();
  factorise(root, total);
  const noisy = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    noisy.set(k.subarray(i * total, i * total + n), i * n);
    noisy[i * n + i]! += noiseAt(data, i, h);
  }
  factorise(noisy, n);
  const weights = normals.map(z => {
    const residual = data.y.slice();
    for (let i = 0; i < n; i++) {
      residual[i]! -= Math.sqrt(noiseAt(data, i, h)) * z[total + i]!;
      for (let j = 0; j <= i; j++) residual[i]! -= root[i * total + j]! * z[j]!;
    }
    const moved = solveUpper(noisy, solveLower(noisy, residual, n), n);
    const drawn = solveUpper(root, z.slice(0, total), total);
    for (let i = 0; i < n; i++) drawn[i]! += moved[i]!;
    return drawn;
  });
  return {
    x,
    hamming: data.hamming,
    inverse,
    signal,
    precision: inverseOf(root, total),
    weights,
    values: weights.map(w => product(k, w, total)),
  };
}

function factorise(a: Float64Array, n: number): void {
  if (!cholesky(a, n)) throw new Error('internal: the covariance of a Gaussian process is not positive definite.');
}

/** Prior covariance with jitter, [count, count]. */
function covariance(x: readonly Float64Array[], hamming: readonly boolean[], h: Hyperparameters) {
  const n = x.length;
  const inverse = inverseSquares(h);
  const signal = Math.exp(h[hamming.length]!);
  const k = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const value = signal * matern(squaredDistance(x[i]!, x[j]!, hamming, inverse));
      k[i * n + j] = value;
      k[j * n + i] = value;
    }
    k[i * n + i] = signal * (1 + JITTER);
  }
  return { k, inverse, signal };
}

function product(a: Float64Array, x: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += a[i * n + j]! * x[j]!;
    out[i] = sum;
  }
  return out;
}

/** A prediction at one place and, asked for afterwards, its gradient. */
export interface Predictor {
  /** [draws]. */
  readonly means: ArrayLike<number>;
  readonly std: number;
  at(x: Float64Array): void;
  /** gradient [variables] += Σ_s meanPulls[s]·∂mean_s/∂x + stdPull·∂std/∂x, categories excepted. */
  addGradient(gradient: Float64Array, meanPulls: Float64Array, stdPull: number): void;
}

export function predictorOf(posterior: Posterior): Predictor {
  const { x, hamming, inverse, signal, precision, weights } = posterior;
  const n = x.length;
  const k = new Float64Array(n);
  const v = new Float64Array(n);
  const means = new Float64Array(weights.length);
  let place = new Float64Array(0);
  let std = 0;
  return {
    means,
    get std() {
      return std;
    },
    at(next) {
      place = next as Float64Array<ArrayBuffer>;
      for (let i = 0; i < n; i++) k[i] = signal * matern(squaredDistance(place, x[i]!, hamming, inverse));
      let explained = 0;
      for (let i = 0; i < n; i++) {
        const row = i * n;
        let sum = 0;
        for (let j = 0; j < n; j++) sum += precision[row + j]! * k[j]!;
        v[i] = sum;
        explained += sum * k[i]!;
      }
      std = Math.sqrt(Math.max(signal * 1e-8, signal - explained));
      for (let s = 0; s < weights.length; s++) {
        const w = weights[s]!;
        let sum = 0;
        for (let i = 0; i < n; i++) sum += k[i]! * w[i]!;
        means[s] = sum;
      }
    },
    addGradient(gradient, meanPulls, stdPull) {
      for (let i = 0; i < n; i++) {
        let pull = (-stdPull / std) * v[i]!;
        for (let s = 0; s < weights.length; s++) pull += meanPulls[s]! * weights[s]![i]!;
        const other = x[i]!;
        const along = 2 * pull * signal * maternSlope(squaredDistance(place, other, hamming, inverse));
        for (let d = 0; d < place.length; d++) {
          if (!hamming[d]) gradient[d]! += along * (place[d]! - other[d]!) * inverse[d]!;
        }
      }
    },
  };
}
