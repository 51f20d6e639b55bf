import { doublesOf, type NdArray } from '../formats/index.ts';
import type { BatchNorm } from './batch-norms.ts';
import type { Layout } from './layout.ts';

/** Named arrays of one file. */
export interface ArrayFile {
  readonly name: string;
  readonly arrays: Readonly<Record<string, NdArray>>;
  /** Where kernels have their channels last, as in Keras and Flax: what is added to running variances there. */
  readonly kernels?: { readonly epsilon: number };
}

/**
 * What is known of one tensor: one value, mean and spread, the probability of + and the magnitude of binary weights, or
 * samples with one or two leading axes ([chains,] draws).
 */
export interface PosteriorTensor {
  readonly name: string;
  /** Shape of one value in the file's own layout; with leading axes for samples. */
  readonly shape: readonly number[];
  /** Mean, single value, samples or probabilities. */
  readonly values: Float64Array;
  /** Present where the posterior is given by its moments. */
  readonly std?: Float64Array;
  /** Present where weights are binary. */
  readonly magnitude?: Float64Array;
}

/** A posterior as another tool wrote it. */
export interface ForeignPosterior {
  /** Name of the naming scheme, such as `bayesian-torch`. */
  readonly format: string;
  /** Set where nothing in the names speaks for the scheme. */
  readonly guessed?: boolean;
  readonly kind: 'moments' | 'samples' | 'point' | 'bernoulli';
  /** How weights may be arranged, likeliest first. */
  readonly layouts: readonly Layout[];
  /** How many axes of draws, or chains and draws, may stand before a tensor's own; none make samples a point. */
  readonly leads: readonly number[];
  /** Whether names end in `.weight` and `.bias`, so that the two of one layer are known to belong together. */
  readonly modules: boolean;
  readonly tensors: readonly PosteriorTensor[];
  /** Batch normalisations with running statistics. */
  readonly batchNorms: readonly BatchNorm[];
  /** Spread of the noise on regression targets in standardised units, [targets], where the file holds it. */
  readonly noiseStd?: Float64Array;
  /** Arrays that belong to no weight, such as buffers of priors. */
  readonly ignored: readonly string[];
}

/** Order of names in which numbers count as numbers: fc2 before fc10. */
export function naturally(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** The spread of the targets in a file of our own naming. */
export function noiseOf({ name, arrays }: ArrayFile): { noiseStd?: Float64Array } {
  const found = arrays['noise.std'];
  return found ? { noiseStd: doublesOf(found, `${name}, 'noise.std'`) } : {};
}

/** One array of a file as doubles, under a name of its own. */
export function tensorOf({ name: file, arrays }: ArrayFile, key: string, name = key): PosteriorTensor {
  const array = arrays[key]!;
  return { name, shape: array.shape, values: doublesOf(array, `${file}, '${key}'`) };
}

/** The first names of a list for an error. */
export function listed(names: readonly string[], most = 8): string {
  const shown = names.slice(0, most).map(name => `'${name}'`);
  return shown.join(', ') + (names.length > most ? ` and ${names.length - most} more` : '') || 'nothing';
}
