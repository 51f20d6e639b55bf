import {
  type ExportedValues,
  encodeNpz,
  encodeSafetensors,
  exportTensors,
  type Layout,
  type NdArray,
  ndArray,
} from '../data/index.ts';
import type { Network } from '../network/index.ts';
import { posteriorMean, posteriorStd } from './draw.ts';
import { networkOnnx } from './export-onnx.ts';
import type { Posterior } from './posterior.ts';
import { encodePosterior } from './posterior-file.ts';
import { wantedLayers } from './wanted-layers.ts';

export interface ExportOptions {
  /** How weights are arranged: matrices [inputs, outputs] as we have them, or as PyTorch or Flax has them. */
  readonly layout: Layout;
  /** Texts for a file's header, such as the scales of the inputs. */
  readonly metadata: Readonly<Record<string, string>>;
}

interface ExportFormat {
  readonly name: string;
  /** One line for help. */
  readonly about: string;
  encode(posterior: Posterior, network: Network, options: ExportOptions): Uint8Array;
}

/** Files that a posterior can be written to for other tools, by name, which is also the ending of the file. */
export const exportFormats: Readonly<Record<string, ExportFormat>> = {
  safetensors: {
    name: 'safetensors',
    about: 'everything there is to the posterior',
    encode: (posterior, network, { layout }) =>
      layout === 'input-first'
        ? encodePosterior(posterior)
        : encodeSafetensors(arraysOf(posterior, network, layout), {}),
  },
  npz: {
    name: 'npz',
    about: 'arrays of NumPy: mean/… and std/…, samples/… ([chains,] draws first), or probability/… and magnitude/…',
    encode: (posterior, network, { layout }) => encodeNpz(arraysOf(posterior, network, layout)),
  },
  onnx: {
    name: 'onnx',
    about: 'the network with the mean weights, single precision, operator set 13',
    encode: (posterior, network, { metadata }) =>
      networkOnnx(network, posteriorMean(posterior), { method: posterior.method, ...metadata }),
  },
};

/** The posterior's arrays by name, as `importPosterior` reads them. */
function arraysOf(posterior: Posterior, network: Network, layout: Layout): Record<string, NdArray> {
  const { parameters, size, kind } = posterior;
  const places = new Map(parameters.map(parameter => [parameter.name, parameter]));
  const rows = kind === 'samples' ? posterior.count : 1;
  const own = (flat: Float32Array): ExportedValues[string] => {
    return ({ name }) => {
      const { offset, size: length } = places.get(name)!;
      const out = new Float32Array(rows * length);
      for (let s = 0; s < rows; s++) {
        out.set(flat.subarray(s * size + offset, s * size + offset + length), s * length);
      }
      return out;
    };
  };
  const { noiseStd } = posterior;
  const chains = kind === 'samples' ? posterior.chains : 1;
  return {
    ...exportTensors(wantedLayers(network), valuesOf(posterior, own), layout, chains),
    ...(noiseStd && { 'noise.std': ndArray([noiseStd.length], noiseStd) }),
  };
}

function valuesOf(posterior: Posterior, own: (flat: Float32Array) => ExportedValues[string]): ExportedValues {
  if (posterior.kind === 'samples') return { samples: own(posterior.samples) };
  if (posterior.kind === 'bernoulli') {
    return { probability: own(posterior.probability), magnitude: own(posterior.magnitude) };
  }
  if (posterior.kind === 'point') return { mean: own(posterior.mean) };
  return { mean: own(posterior.mean), std: own(posteriorStd(posterior)) };
}
