import { InputError, suggest } from '../../base/index.ts';
import { batchNormsOf } from './batch-norms.ts';
import { stackMembers } from './ensemble.ts';
import { pairFormats, readPairs } from './pairs.ts';
import { readArrays } from './read-arrays.ts';
import { type ArrayFile, type ForeignPosterior, listed, noiseOf, tensorOf } from './tensors.ts';

export const foreignFormats: readonly string[] = [
  ...pairFormats,
  'numpyro-samples',
  'state-dict',
  'kernels',
  'ensemble',
];

/** A file's name and bytes. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface DecodeOptions {
  /** Naming scheme; told from the names by default. */
  readonly format?: string;
  /** Added to the running variances of batch normalisations; 1e-5 by default, as in PyTorch and Flax, 1e-3 for Keras. */
  readonly epsilon?: number;
  /** Modules whose numbers the layers of the network have taken already; their arrays are passed over. */
  readonly taken?: readonly string[];
}

/**
 * Reads a posterior that another tool wrote: one file (safetensors, NPZ), or the state dictionaries of an ensemble's
 * members, one file each. The scheme is told from the names unless `format` says it:
 *
 * - `bayesian-torch`: `mu_kernel`/`rho_kernel`, `mu_weight`/`rho_weight`, `mu_bias`/`rho_bias`, std = ln(1 + e^rho)
 * - `torchbnn`: `weight_mu`/`weight_log_sigma`, `bias_mu`/`bias_log_sigma`, std = e^log_sigma
 * - `blitz`: `weight_mu`/`weight_rho`, `bias_mu`/`bias_rho`, std = ln(1 + e^rho)
 * - `numpyro-normal`: an AutoNormal guide's `_auto_loc` and `_auto_scale`
 * - `numpyro-samples`: a dictionary of samples, [draws, …] or [chains, draws, …]
 * - `state-dict`: `….weight` and `….bias` of one network, or of many stacked along a first axis, with the running
 *   statistics of batch normalisations; weight and spectral normalisations are multiplied into their weights
 * - `kernels`: the same with `…/kernel` and `…/bias`, as Keras and Flax have them
 * - `ensemble`: several such files
 * - `posterohm`: `mean/…` and `std/…`, `probability/…` and `magnitude/…` of binary weights, or `samples/…`, as our own
 *   export writes them, with `noise.std`
 */
export function decodeForeign(
  files: readonly NamedBytes[],
  { format, epsilon: stated, taken = [] }: DecodeOptions = {},
): ForeignPosterior {
  if (files.length === 0) throw new InputError('import: there are no files to read; name a file or a folder of files.');
  if (format !== undefined && !foreignFormats.includes(format)) {
    throw new InputError(`import: unknown format '${format}'; ${suggest(format, foreignFormats)}.`);
  }
  const read = files.map(({ name, bytes }) => without(readArrays(bytes, name), taken));
  const file = read[0]!;
  const epsilon = stated ?? file.kernels?.epsilon ?? 1e-5;
  if (read.length > 1) {
    if (format !== undefined && format !== 'ensemble') {
      throw new InputError(
        `import: ${read.length} files are an 'ensemble', one member each, not '${format}'; name a single file.`,
      );
    }
    return readState(stackMembers(read, isState), 'ensemble', [1], epsilon);
  }
  const names = Object.keys(file.arrays);
  if (names.length === 0) throw new InputError(`${file.name}: holds no arrays; save the posterior again.`);
  const pairs = format === undefined || pairFormats.includes(format) ? readPairs(file, format, epsilon) : undefined;
  if (pairs) return pairs;
  const ours = names.some(name => name.startsWith('samples/'));
  if (format === 'posterohm' ? !ours : format !== undefined && pairFormats.includes(format)) {
    throw new InputError(`${file.name}: has no names of ${format}; it holds ${listed(names)}.`);
  }
  const states = !ours && names.some(name => /(^|\.)weight$/.test(name));
  if (['state-dict', 'kernels', 'ensemble'].includes(format ?? '') || (format === undefined && states)) {
    return readState(file, file.kernels ? 'kernels' : 'state-dict', [0, 1, 2], epsilon);
  }
  return { ...readSamples(file), guessed: format === undefined && !ours };
}

/** A file without the arrays of some modules. */
function without(file: ArrayFile, modules: readonly string[]): ArrayFile {
  const kept = Object.entries(file.arrays).filter(
    ([key]) => !modules.some(module => key.startsWith(`${module}.`) && !key.slice(module.length + 1).includes('.')),
  );
  return { ...file, arrays: Object.fromEntries(kept) };
}

const isState = (name: string): boolean => /(^|\.)(weight|bias|running_mean|running_var)$/.test(name);

/** `….weight` and `….bias`, with `leads` axes of members before them, and the running statistics of normalisations. */
function readState(file: ArrayFile, format: string, leads: readonly number[], epsilon: number): ForeignPosterior {
  const names = Object.keys(file.arrays);
  const { batchNorms, used } = batchNormsOf(file, epsilon);
  const tensors = names.filter(name => /(^|\.)(weight|bias)$/.test(name) && !used.has(name));
  if (tensors.length === 0) throw new InputError(`${file.name}: has no '….weight'; it holds ${listed(names)}.`);
  return {
    format,
    kind: 'samples',
    layouts: [file.kernels ? 'channels-last' : 'output-first'],
    leads,
    modules: true,
    tensors: tensors.map(name => tensorOf(file, name)),
    batchNorms,
    ignored: names.filter(name => !tensors.includes(name) && !used.has(name)),
  };
}

function readSamples(file: ArrayFile): ForeignPosterior {
  const ours = Object.keys(file.arrays).filter(name => name.startsWith('samples/'));
  const names = ours.length > 0 ? ours : Object.keys(file.arrays).filter(name => name !== 'noise.std');
  return {
    format: ours.length > 0 ? 'posterohm' : 'numpyro-samples',
    kind: 'samples',
    layouts: ours.length > 0 ? ['input-first'] : ['input-first', 'channels-last'],
    leads: [1, 2],
    modules: false,
    tensors: names.map(name => tensorOf(file, name, name.replace(/^samples\//, ''))),
    batchNorms: [],
    ...noiseOf(file),
    ignored: Object.keys(file.arrays).filter(name => !names.includes(name) && name !== 'noise.std'),
  };
}
