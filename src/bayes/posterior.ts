import type { Parameter, WeightRanges } from '../network/index.ts';

interface Common {
  /** Name of the method that made it, such as `nuts`. */
  readonly method: string;
  /** Named tensors of the flat weight vector; `size` entries in all. */
  readonly parameters: readonly Parameter[];
  readonly size: number;
  /** Spread of the noise on regression targets, in standardised units, [outputs]; absent for classification and for heteroscedastic networks. */
  readonly noiseStd?: Float64Array;
  /** What a diagnostic or a reader needs to know: acceptance, divergences, losses, seconds. JSON-safe. */
  readonly info: Readonly<Record<string, unknown>>;
}

/** Draws of the flat weight vector, row-major [count, size]; chains follow each other, `chains` of them of equal length. */
export interface SamplePosterior extends Common {
  readonly kind: 'samples';
  readonly count: number;
  readonly chains: number;
  readonly samples: Float32Array;
  /** Index of the draw with the highest posterior density. */
  readonly best: number;
}

/** Independent Gaussians: mean and spread of every entry of the flat weight vector. */
export interface MomentPosterior extends Common {
  readonly kind: 'moments';
  readonly mean: Float32Array;
  readonly std: Float32Array;
  /** The weight ranges that it was trained for, where training knew the device. */
  readonly ranges?: WeightRanges;
  /** Set where the spread is that of a device: its name and the read time it was trained for. */
  readonly tied?: { readonly device: string; readonly time: number };
  /**
   * Weights to ask the devices for, where these differ from the means that are realised at the read time (steps between
   * programmable states, drift); absent otherwise.
   */
  readonly asked?: Float32Array;
}

/** Binary weights: each is +magnitude or −magnitude, independently. */
export interface BernoulliPosterior extends Common {
  readonly kind: 'bernoulli';
  /** Probability of +magnitude, [size]. */
  readonly probability: Float32Array;
  /** Size of each weight, [size]. */
  readonly magnitude: Float32Array;
  /** (2·probability − 1)·magnitude, [size]. */
  readonly mean: Float32Array;
}

/** One weight vector: a maximum a posteriori estimate. */
export interface PointPosterior extends Common {
  readonly kind: 'point';
  readonly mean: Float32Array;
}

export type Posterior = SamplePosterior | MomentPosterior | BernoulliPosterior | PointPosterior;
