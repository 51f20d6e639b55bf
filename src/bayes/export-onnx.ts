import { OnnxGraph } from '../data/index.ts';
import type { Layer, Network, Operation, Parameter } from '../network/index.ts';

type Activation = Extract<Operation, { kind: 'sum' }>['activation'];

/** Where one layer is written: its inputs and tensors by the names of their values, and names for its own constants. */
interface Place {
  readonly graph: OnnxGraph;
  readonly layer: Layer;
  readonly inputs: readonly string[];
  /** `weight` in a shape and order of its own, `bias` where there is one. */
  readonly values: (parameter: Parameter) => Float32Array;
  readonly named: (what: string) => string;
}

type Writer<Kind extends Operation['kind']> = (place: Place, operation: Extract<Operation, { kind: Kind }>) => string;

/** How each operation is written; returns the name of its value. */
const writers: { readonly [Kind in Operation['kind']]: Writer<Kind> } = {
  dense(place) {
    const { graph, inputs, layer } = place;
    const { weight } = layer.matrix!;
    const rows = layer.inputShape.length > 1 ? graph.node('Flatten', inputs) : inputs[0]!;
    const matrix = graph.constant(weight.name, weight.shape, place.values(weight));
    return activated(place, graph.node('Gemm', [rows, matrix, ...bias(place)]), layer.matrix!.activation);
  },
  flatten: ({ graph, inputs }) => graph.node('Flatten', inputs),
  convolution(place, { convolution }) {
    const { graph, inputs, layer } = place;
    const { channels, height, width, kernelHeight, kernelWidth, stride, padding, outputs, groups } = convolution;
    const { dilation = 1 } = convolution;
    const { weight, activation } = layer.matrix!;
    const images = layer.outputShape.length === 3;
    const sides = <T>(vertical: T, horizontal: T) => (images ? [vertical, horizontal] : [horizontal]);
    const shape = [outputs, channels / groups, ...sides(kernelHeight, kernelWidth)];
    const kernel = graph.constant(weight.name, shape, outputsFirst(place.values(weight), outputs));
    const [above, below, left, right] = padding;
    const x =
      layer.inputShape.length < layer.outputShape.length
        ? reshaped(place, inputs[0]!, [channels, ...sides(height, width)])
        : inputs[0]!;
    const y = graph.node('Conv', [x, kernel, ...bias(place)], {
      kernel_shape: sides(kernelHeight, kernelWidth),
      strides: sides(stride, stride),
      dilations: sides(dilation, dilation),
      pads: [...sides(above, left), ...sides(below, right)],
      group: { int: groups },
    });
    return activated(place, y, activation);
  },
  pooling({ graph, inputs, layer }, { pooling, windows: { kernelHeight, kernelWidth, stride } }) {
    const images = layer.inputShape.length === 3;
    return graph.node(pooling === 'max' ? 'MaxPool' : 'AveragePool', inputs, {
      kernel_shape: images ? [kernelHeight, kernelWidth] : [kernelWidth],
      strides: images ? [stride, stride] : [stride],
    });
  },
  normalise(place, { groups, epsilon, activation }) {
    const { graph, inputs, layer, named } = place;
    const ones = graph.constant(named('scale'), [groups], new Float32Array(groups).fill(1));
    const zeros = graph.constant(named('shift'), [groups], new Float32Array(groups));
    const runs = reshaped(place, inputs[0]!, [groups, -1]);
    const y = graph.node('InstanceNormalization', [runs, ones, zeros], { epsilon: { float: epsilon } });
    return activated(place, reshaped(place, y, layer.inputShape, 'back'), activation);
  },
  scale(place, { factor, shift, activation }) {
    const { graph, inputs, layer, named } = place;
    const shape = [factor.length, ...layer.inputShape.slice(1).map(() => 1)];
    const factors = graph.constant(named('scale'), shape, Float32Array.from(factor));
    const shifts = graph.constant(named('shift'), shape, Float32Array.from(shift));
    return activated(place, graph.node('Add', [graph.node('Mul', [inputs[0]!, factors]), shifts]), activation);
  },
  leak({ graph, inputs, layer, named }, { slope }) {
    const shape = [slope.length, ...layer.inputShape.slice(1).map(() => 1)];
    return graph.node('PRelu', [inputs[0]!, graph.constant(named('slope'), shape, Float32Array.from(slope))]);
  },
  sum: (place, { activation }) => activated(place, place.graph.node('Add', place.inputs), activation),
};

/** A network with one weight vector, such as a posterior's mean, as an ONNX file. */
export function networkOnnx(
  network: Network,
  weights: Float32Array,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const graph = new OnnxGraph();
  const results: string[] = [];
  network.layers.forEach((layer, i) => {
    const { operation } = layer;
    const write = writers[operation.kind] as Writer<Operation['kind']>;
    const place: Place = {
      graph,
      layer,
      inputs: layer.inputs.map(from => (from < 0 ? 'input' : results[from]!)),
      values: ({ offset, size }) => weights.slice(offset, offset + size),
      named: what => `layer${i}.${what}`,
    };
    results.push(write(place, operation));
  });
  const last = network.layers.at(-1)!;
  const result = results.at(-1)!;
  const { inputShape, outputs } = network;
  const flat = last.outputShape.length > 1 ? graph.node('Flatten', [result]) : result;
  return graph.encode(flat, { name: 'posterior-mean', inputShape, outputs, metadata });
}

function bias({ graph, layer, values }: Place): string[] {
  const offsets = layer.matrix?.bias;
  return offsets ? [graph.constant(offsets.name, offsets.shape, values(offsets))] : [];
}

function activated({ graph, named }: Place, value: string, activation: Activation): string {
  if (activation === 'relu') return graph.node('Relu', [value]);
  if (activation === 'tanh') return graph.node('Tanh', [value]);
  if (activation === 'linear') return value;
  const low = graph.constant(named('low'), [], new Float32Array([-1]));
  return graph.node('Clip', [value, low, graph.constant(named('high'), [], new Float32Array([1]))]);
}

/** The same numbers under another shape; the batch stays. */
function reshaped({ graph, named }: Place, value: string, shape: readonly number[], what = 'shape'): string {
  const sizes = BigInt64Array.from([0, ...shape], BigInt);
  return graph.node('Reshape', [value, graph.constant(named(what), [sizes.length], sizes)]);
}

/** [inputs, outputs] → [outputs, inputs]. */
function outputsFirst(weight: Float32Array, outputs: number): Float32Array {
  const out = new Float32Array(weight.length);
  const rows = weight.length / outputs;
  for (let i = 0; i < rows; i++) for (let j = 0; j < outputs; j++) out[j * rows + i] = weight[i * outputs + j]!;
  return out;
}
