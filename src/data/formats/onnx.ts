import { Message } from './protobuf.ts';

/** One step of a network with fixed weights. Weights are ours: [inputs, outputs], inputs of a convolution in the order channel, row, column. */
export type OnnxLayer =
  | { readonly kind: 'flatten' }
  | {
      readonly kind: 'dense';
      readonly weight: Float32Array;
      readonly bias: Float32Array | null;
      readonly outputs: number;
      readonly activation: OnnxActivation;
    }
  | {
      readonly kind: 'convolution';
      readonly weight: Float32Array;
      readonly bias: Float32Array | null;
      readonly channels: number;
      readonly outputs: number;
      /** Window along each spatial axis. */
      readonly window: readonly number[];
      readonly stride: readonly number[];
      /** Zeros added on either side of each spatial axis. */
      readonly padding: readonly number[];
      readonly activation: OnnxActivation;
    }
  | { readonly kind: 'max-pool'; readonly window: readonly number[]; readonly stride: readonly number[] }
  | { readonly kind: 'average-pool'; readonly window: readonly number[]; readonly stride: readonly number[] };

export type OnnxActivation = 'linear' | 'relu' | 'tanh' | 'hardtanh';

/** Versions of the file format and of the operators: ONNX 1.8 and later read them. */
const IR_VERSION = 7;
const OPERATORS = 13;
const FLOAT = 1;

/**
 * A network with one weight vector (such as a posterior's mean) as ONNX: input `input` [N, …inputShape], output
 * `logits` [N, outputs], single precision (onnx.proto, operator set 13).
 */
export function encodeOnnx(
  name: string,
  inputShape: readonly number[],
  outputs: number,
  layers: readonly OnnxLayer[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const graph = new Message();
  const initializers: Message[] = [];
  const constant = (name: string, dims: readonly number[], data: Float32Array) => {
    initializers.push(tensor(name, dims, data));
    return name;
  };
  let current = 'input';
  let nodes = 0;
  const node = (
    type: string,
    inputs: readonly string[],
    attributes: readonly Message[] = [],
    output = `value${nodes}`,
  ) => {
    const message = new Message();
    nodes++;
    for (const input of inputs) message.bytes(1, input);
    message.bytes(2, output).bytes(3, `${type}${nodes}`).bytes(4, type);
    for (const attribute of attributes) message.bytes(5, attribute);
    graph.bytes(1, message);
    current = output;
  };
  layers.forEach((layer, i) => {
    if (layer.kind === 'flatten') node('Flatten', [current]);
    else if (layer.kind === 'max-pool' || layer.kind === 'average-pool') {
      node(
        layer.kind === 'max-pool' ? 'MaxPool' : 'AveragePool',
        [current],
        [integers('kernel_shape', layer.window), integers('strides', layer.stride)],
      );
    } else {
      const { outputs, weight, bias, activation } = layer;
      const rows = weight.length / outputs;
      const offsets = bias ? [constant(`${i}.bias`, [outputs], bias)] : [];
      if (layer.kind === 'dense') {
        node('Gemm', [current, constant(`${i}.weight`, [rows, outputs], weight), ...offsets]);
      } else {
        const dims = [outputs, layer.channels, ...layer.window];
        node(
          'Conv',
          [current, constant(`${i}.weight`, dims, outputFirst(weight, rows, outputs)), ...offsets],
          [
            integers('kernel_shape', layer.window),
            integers('strides', layer.stride),
            integers('pads', [...layer.padding, ...layer.padding]),
          ],
        );
      }
      if (activation === 'relu') node('Relu', [current]);
      if (activation === 'tanh') node('Tanh', [current]);
      if (activation === 'hardtanh') {
        const low = constant(`${i}.low`, [], new Float32Array([-1]));
        node('Clip', [current, low, constant(`${i}.high`, [], new Float32Array([1]))]);
      }
    }
  });
  node('Identity', [current], [], 'logits');
  graph.bytes(2, name);
  for (const initializer of initializers) graph.bytes(5, initializer);
  graph.bytes(11, valueInfo('input', inputShape)).bytes(12, valueInfo('logits', [outputs]));
  const model = new Message().int(1, IR_VERSION).bytes(2, 'posterohm').bytes(7, graph);
  model.bytes(8, new Message().bytes(1, '').int(2, OPERATORS));
  for (const [key, value] of Object.entries(metadata)) model.bytes(14, new Message().bytes(1, key).bytes(2, value));
  return model.encode();
}

function tensor(name: string, dims: readonly number[], data: Float32Array): Message {
  const message = new Message();
  for (const length of dims) message.int(1, length);
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return message.int(2, FLOAT).bytes(8, name).bytes(9, raw);
}

function integers(name: string, values: readonly number[]): Message {
  const message = new Message().bytes(1, name);
  for (const value of values) message.int(8, value);
  return message.int(20, 7);
}

/** A single-precision array whose first axis is the batch. */
function valueInfo(name: string, shape: readonly number[]): Message {
  const dimensions = new Message().bytes(1, new Message().bytes(2, 'N'));
  for (const length of shape) dimensions.bytes(1, new Message().int(1, length));
  const type = new Message().bytes(1, new Message().int(1, FLOAT).bytes(2, dimensions));
  return new Message().bytes(1, name).bytes(2, type);
}

function outputFirst(weight: Float32Array, rows: number, outputs: number): Float32Array {
  const out = new Float32Array(weight.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < outputs; j++) out[j * rows + i] = weight[i * outputs + j]!;
  return out;
}
