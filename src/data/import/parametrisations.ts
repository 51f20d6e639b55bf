import { InputError } from '../../base/index.ts';
import { doublesOf, elements, type NdArray, ndArray } from '../formats/index.ts';
import type { ArrayFile } from './tensors.ts';

/** How PyTorch names the parts of a weight that it computes anew in every pass, old names and new. */
const forms = [
  { norm: 'weight', ending: 'weight_g', parts: ['weight_g', 'weight_v'] },
  {
    norm: 'weight',
    ending: 'parametrizations.weight.original0',
    parts: ['parametrizations.weight.original0', 'parametrizations.weight.original1'],
  },
  { norm: 'spectral', ending: 'weight_orig', parts: ['weight_orig', 'weight_u', 'weight_v'] },
  {
    norm: 'spectral',
    ending: 'parametrizations.weight.original',
    parts: ['parametrizations.weight.original', 'parametrizations.weight.0._u', 'parametrizations.weight.0._v'],
  },
] as const;

/**
 * A state dictionary with the weights that its layers use: of weight normalisation w = g v/‖v‖, each output by itself (Salimans
 * and Kingma 2016); of spectral normalisation w = W/(uᵀ W v), with u and v as they were saved (Miyato et al. 2018). Everything
 * else stays as it is.
 */
export function withoutParametrisations(file: ArrayFile): ArrayFile {
  const arrays: Record<string, NdArray> = { ...file.arrays };
  for (const { norm, ending, parts } of forms) {
    for (const name of Object.keys(file.arrays)) {
      if (name !== ending && !name.endsWith(`.${ending}`)) continue;
      const stem = name.slice(0, -ending.length);
      const lacking = parts.filter(part => !file.arrays[stem + part]);
      if (lacking.length > 0) {
        throw new InputError(
          `${file.name}: '${name}' is part of a ${norm} normalisation, of which '${stem + lacking[0]!}' is missing; save the whole state dictionary.`,
        );
      }
      const [first, ...others] = parts.map(part => ({
        shape: file.arrays[stem + part]!.shape,
        values: doublesOf(file.arrays[stem + part]!, `${file.name}, '${stem + part}'`),
      })) as [Part, ...Part[]];
      for (const part of parts) delete arrays[stem + part];
      arrays[`${stem}weight`] =
        norm === 'weight'
          ? weightNormalised(first, others[0]!, `${file.name}: '${name}'`)
          : spectrallyNormalised(first, others as [Part, Part], `${file.name}: '${name}'`);
    }
  }
  return { ...file, arrays };
}

interface Part {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** Rows of the first axis, each of length 1, times their magnitudes; one magnitude for all where there is one. */
function weightNormalised(magnitude: Part, { shape, values }: Part, where: string): NdArray {
  const rows = magnitude.values.length;
  const out = shape[0]!;
  if ((magnitude.shape[0] ?? 1) !== rows || (rows !== out && rows !== 1)) {
    throw new InputError(
      `${where} has the shape [${magnitude.shape.join(', ')}], where one magnitude per output, ${out}, is expected; normalise along dim=0, or fold it with torch.nn.utils.remove_weight_norm.`,
    );
  }
  const width = values.length / rows;
  const weights = new Float64Array(values.length);
  for (let row = 0; row < rows; row++) {
    const own = values.subarray(row * width, (row + 1) * width);
    const length = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
    own.forEach((value, j) => {
      weights[row * width + j] = (magnitude.values[row]! * value) / length;
    });
  }
  return ndArray(shape, weights);
}

function spectrallyNormalised({ shape, values }: Part, [u, v]: [Part, Part], where: string): NdArray {
  const rows = shape[0]!;
  const width = elements(shape) / rows;
  if (u.values.length !== rows || v.values.length !== width) {
    throw new InputError(
      `${where}: its vectors have ${u.values.length} and ${v.values.length} entries, where ${rows} and ${width} are expected; normalise along dim=0, or fold it with torch.nn.utils.remove_spectral_norm.`,
    );
  }
  let sigma = 0;
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < width; j++) sigma += u.values[row]! * values[row * width + j]! * v.values[j]!;
  }
  return ndArray(
    shape,
    values.map(value => value / sigma),
  );
}
