import { InputError, suggest } from '../../base/index.ts';
import { doublesOf } from '../formats/index.ts';
import { pairFormats, readPairs } from './pairs.ts';
import { readArrays } from './read-arrays.ts';
import { type ArrayFile, type ForeignPosterior, naturally, noiseOf } from './tensors.ts';

export const foreignFormats: readonly string[] = [...pairFormats, 'numpyro-samples', 'state-dict', 'ensemble'];

/** A file's name and bytes. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads a posterior that another tool wrote: one file (safetensors, NPZ), or the state dictionaries of an ensemble's
 * members, one file each. The scheme is told from the names unless `format` says it:
 *
 * - `bayesian-torch`: `mu_kernel`/`rho_kernel`, `mu_weight`/`rho_weight`, `mu_bias`/`rho_bias`, std = ln(1 + e^rho)
 * - `torchbnn`: `weight_mu`/`weight_log_sigma`, `bias_mu`/`bias_log_sigma`, std = e^log_sigma
 * - `numpyro-normal`: an AutoNormal guide's `_auto_loc` and `_auto_scale`
 * - `numpyro-samples`: a dictionary of samples, [draws, …] or [chains, draws, …]
 * - `state-dict`: `….weight` and `….bias` of one network, or of many stacked along a first axis
 * - `ensemble`: several such files
 * - `posterohm`: `mean/…` and `std/…`, or `samples/…`, as our own export writes them, with `noise.std`
 */
export function decodeForeign(files: readonly NamedBytes[], format?: string): ForeignPosterior {
  if (files.length === 0) throw new InputError('import: there are no files to read; name a file or a folder of files.');
  if (format !== undefined && !foreignFormats.includes(format)) {
    throw new InputError(`import: unknown format '${format}'; ${suggest(format, foreignFormats)}.`);
  }
  const read = files.map(({ name, bytes }) => readArrays(bytes, name));
  if (read.length > 1) return readEnsemble(read);
  const file = read[0]!;
  const pairs = format === undefined || pairFormats.includes(format) ? readPairs(file, format) : undefined;
  if (pairs) return pairs;
  if (format !== undefined && pairFormats.includes(format)) {
    throw new InputError(`${file.name}: has no names of ${format}; it holds ${listed(Object.keys(file.arrays))}.`);
  }
  const names = Object.keys(file.arrays);
  const states = names.some(name => /(^|\.)weight$/.test(name)) && !names.some(name => name.startsWith('samples/'));
  return format === 'state-dict' || (format === undefined && states) ? readState(file) : readSamples(file);
}

/** `….weight` and `….bias`; one more axis than usual where members are stacked. */
function readState(file: ArrayFile): ForeignPosterior {
  const names = Object.keys(file.arrays).sort(naturally);
  const used = names.filter(name => /(^|\.)(weight|bias)$/.test(name));
  if (used.length === 0) throw new InputError(`${file.name}: has no '….weight'; it holds ${listed(names)}.`);
  const stacked = used.some(name => name.endsWith('bias') && file.arrays[name]!.shape.length === 2);
  return {
    format: 'state-dict',
    kind: stacked ? 'samples' : 'point',
    layout: 'output-first',
    tensors: used.map(name => tensorOf(file, name, name)),
    ignored: names.filter(name => !used.includes(name)),
  };
}

function readSamples(file: ArrayFile): ForeignPosterior {
  const ours = Object.keys(file.arrays).filter(name => name.startsWith('samples/'));
  const names = ours.length > 0 ? ours : Object.keys(file.arrays);
  return {
    format: ours.length > 0 ? 'posterohm' : 'numpyro-samples',
    kind: 'samples',
    layout: 'input-first',
    tensors: names.sort(naturally).map(name => tensorOf(file, name, name.replace(/^samples\//, ''))),
    ...noiseOf(file),
    ignored: Object.keys(file.arrays).filter(name => !names.includes(name)),
  };
}

/** Members that all have the same tensors, stacked along a first axis in the order of their files' names. */
function readEnsemble(files: readonly ArrayFile[]): ForeignPosterior {
  const members = [...files].sort((a, b) => naturally(a.name, b.name)).map(file => ({ file, state: readState(file) }));
  const first = members[0]!;
  const differences: string[] = [];
  for (const { file, state } of members) {
    if (state.kind !== 'point') differences.push(`${file.name} holds several networks`);
    const shapes = new Map(state.tensors.map(tensor => [tensor.name, tensor.shape.join()]));
    for (const { name, shape } of first.state.tensors) {
      if (shapes.get(name) !== shape.join()) {
        differences.push(
          `${file.name} has '${name}' [${shapes.get(name) ?? 'missing'}] where ${first.file.name} has [${shape}]`,
        );
      }
    }
    if (shapes.size > first.state.tensors.length)
      differences.push(`${file.name} has more tensors than ${first.file.name}`);
  }
  if (differences.length > 0) {
    throw new InputError(`import: members of an ensemble must be alike, but ${differences.join('; ')}.`);
  }
  const tensors = first.state.tensors.map(({ name, shape }, i) => {
    const values = new Float64Array(members.length * shape.reduce((size, length) => size * length, 1));
    members.forEach(({ state }, s) => {
      values.set(state.tensors[i]!.values, s * state.tensors[i]!.values.length);
    });
    return { name, shape: [members.length, ...shape], values };
  });
  return { format: 'ensemble', kind: 'samples', layout: 'output-first', tensors, ignored: first.state.ignored };
}

function tensorOf(file: ArrayFile, key: string, name: string) {
  const array = file.arrays[key]!;
  return { name, shape: array.shape, values: doublesOf(array, `${file.name}, '${key}'`) };
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).map(name => `'${name}'`);
  return (
    shown.join(', ') + (names.length > shown.length ? ` and ${names.length - shown.length} more` : '') || 'nothing'
  );
}
