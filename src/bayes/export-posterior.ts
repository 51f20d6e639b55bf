import { InputError } from '../base/index.ts';
import {
  encodeNpz,
  encodeOnnx,
  encodeSafetensors,
  exportTensors,
  type NdArray,
  ndArray,
  type OnnxActivation,
  type OnnxLayer,
} from '../data/index.ts';
import type { Layer, Network, Parameter } from '../network/index.ts';
import { posteriorMean, posteriorStd } from './draw.ts';
import type { Posterior } from './posterior.ts';
import { encodePosterior } from './posterior-file.ts';

export type MatrixLayout = 'input-first' | 'output-first';

export interface ExportOptions {
  /** Whether matrices are stored [inputs, outputs], or [outputs, inputs] as nn.Linear of PyTorch has them. */
  readonly layout: MatrixLayout;
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
    encode: (posterior, _network, { layout }) =>
      layout === 'input-first' ? encodePosterior(posterior) : encodeSafetensors(arraysOf(posterior, layout), {}),
  },
  npz: {
    name: 'npz',
    about: 'arrays of NumPy: mean/… and std/…, or samples/… ([chains,] draws first)',
    encode: (posterior, _network, { layout }) => encodeNpz(arraysOf(posterior, layout)),
  },
  onnx: {
    name: 'onnx',
    about: 'the network with the mean weights, single precision, operator set 13',
    encode: (posterior, network, { metadata }) =>
      encodeOnnx('posterior-mean', network.inputShape, network.outputs, onnxLayers(network, posteriorMean(posterior)), {
        method: posterior.method,
        ...metadata,
      }),
  },
};

/** The posterior's arrays by name, as `importPosterior` reads them. */
function arraysOf(posterior: Posterior, layout: MatrixLayout): Record<string, NdArray> {
  const { parameters, size, kind } = posterior;
  const form = kind === 'bernoulli' ? 'moments' : kind;
  const rows = kind === 'samples' ? posterior.count : 1;
  const own = (flat: Float32Array, { offset, size: length }: Parameter) => {
    const out = new Float32Array(rows * length);
    for (let s = 0; s < rows; s++) {
      out.set(flat.subarray(s * size + offset, s * size + offset + length), s * length);
    }
    return out;
  };
  const tensors = parameters.map(parameter => ({
    name: parameter.name,
    shape: parameter.shape,
    values: own(kind === 'samples' ? posterior.samples : posterior.mean, parameter),
    ...(form === 'moments' && { std: own(posteriorStd(posterior), parameter) }),
  }));
  const { noiseStd } = posterior;
  return {
    ...exportTensors(form, tensors, layout, kind === 'samples' ? posterior.chains : 1),
    ...(noiseStd && { 'noise.std': ndArray([noiseStd.length], noiseStd) }),
  };
}

/** How a kind of layer is written, given its weights and offsets. */
type ToOnnx = (layer: Layer, weight: Float32Array, bias: Float32Array | null) => OnnxLayer[];

const onnxKinds: Readonly<Record<string, ToOnnx>> = {
  dense: ({ inputShape, matrix }, weight, bias) => [
    ...(inputShape.length > 1 ? [{ kind: 'flatten' } as const] : []),
    {
      kind: 'dense',
      weight,
      bias,
      outputs: matrix!.columns,
      activation: matrix!.activation as OnnxActivation,
    },
  ],
};

function onnxLayers(network: Network, flat: Float32Array): OnnxLayer[] {
  const values = (p: Parameter | null | undefined) => (p ? flat.slice(p.offset, p.offset + p.size) : null);
  return network.layers.flatMap((layer, i) => {
    const write = onnxKinds[layer.kind];
    if (!write) {
      throw new InputError(
        `network.layers.${i}: a '${layer.kind}' layer cannot be written as ONNX, which takes ${Object.keys(onnxKinds).join(', ')}; export safetensors or npz.`,
      );
    }
    return write(layer, values(layer.matrix?.weight) ?? new Float32Array(0), values(layer.matrix?.bias));
  });
}
