import { InputError } from '../../base/index.ts';
import { doublesOf } from '../formats/index.ts';
import type { ArrayFile } from './tensors.ts';

/** A batch normalisation with running statistics, as x·factor + shift per channel. */
export interface BatchNorm {
  /** Name of the module, such as `bn1`. */
  readonly name: string;
  readonly channels: number;
  /** [members, channels]. */
  readonly factor: Float64Array;
  readonly shift: Float64Array;
}

/** Names of a batch normalisation's arrays after the name of its module; the last one only counts batches. */
const statistics = ['running_mean', 'running_var', 'weight', 'bias', 'num_batches_tracked'] as const;

/**
 * The batch normalisations of a state dictionary: modules that have running statistics. Factor and shift follow from
 * weight/√(running_var + ε) and bias − running_mean·factor. Also the names of all arrays that belong to them.
 */
export function batchNormsOf(
  { name: file, arrays }: ArrayFile,
  epsilon: number,
): { batchNorms: BatchNorm[]; used: ReadonlySet<string> } {
  const used = new Set<string>();
  const batchNorms: BatchNorm[] = [];
  for (const key of Object.keys(arrays).filter(key => /(^|\.)running_mean$/.test(key))) {
    const module = key.replace(/\.?running_mean$/, '');
    const full = (field: string) => (module === '' ? field : `${module}.${field}`);
    const read = (field: string) => {
      const array = arrays[full(field)];
      return array && doublesOf(array, `${file}, '${full(field)}'`);
    };
    const [mean, variance, weight, bias] = statistics.map(read);
    const shape = arrays[key]!.shape.join();
    const fail = (rule: string) =>
      new InputError(`${file}: ${rule}; save the whole state dictionary of the trained network.`);
    if (!variance) throw fail(`has '${key}' but no '${full('running_var')}'`);
    for (const field of statistics.slice(1, 4)) {
      const other = arrays[full(field)]?.shape.join() ?? shape;
      if (other !== shape) throw fail(`'${full(field)}' has shape [${other}] where '${key}' has [${shape}]`);
    }
    if (arrays[full('weight_mu')] || arrays[full('mu_weight')]) {
      throw new InputError(
        `${file}: '${module}' is a batch normalisation with random weights, whose product with the layer before is no Gaussian; save draws of the network as state dictionaries, or use nn.BatchNorm.`,
      );
    }
    if (!variance.every(v => v >= 0 && Number.isFinite(v))) {
      throw fail(`'${full('running_var')}' must hold variances that are finite and not negative`);
    }
    const factor = variance.map((v, i) => (weight?.[i] ?? 1) / Math.sqrt(v + epsilon));
    const shift = factor.map((f, i) => (bias?.[i] ?? 0) - mean![i]! * f);
    batchNorms.push({ name: module, channels: arrays[key]!.shape.at(-1) ?? 1, factor, shift });
    for (const field of statistics) used.add(full(field));
  }
  return { batchNorms, used };
}
