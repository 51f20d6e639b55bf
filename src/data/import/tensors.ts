import { doublesOf, type NdArray } from '../formats/index.ts';

/** Named arrays of one file. */
export interface ArrayFile {
  readonly name: string;
  readonly arrays: Readonly<Record<string, NdArray>>;
}

/** What is known of one tensor: one value, mean and spread, or samples with one or two leading axes ([chains,] draws). */
export interface PosteriorTensor {
  readonly name: string;
  /** Shape of one value in the file's own layout; with leading axes for samples. */
  readonly shape: readonly number[];
  /** Mean, single value, or samples. */
  readonly values: Float64Array;
  /** Present where the posterior is given by its moments. */
  readonly std?: Float64Array;
}

/** A posterior as another tool wrote it. */
export interface ForeignPosterior {
  /** Name of the naming scheme, such as `bayesian-torch`. */
  readonly format: string;
  readonly kind: 'moments' | 'samples' | 'point';
  /** Whether matrices are stored [outputs, inputs, …] as PyTorch does or [inputs, outputs] as x·W reads. */
  readonly layout: 'output-first' | 'input-first';
  readonly tensors: readonly PosteriorTensor[];
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
