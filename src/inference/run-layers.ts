import { atOnce, type Pieces } from '../base/index.ts';
import type { Scratch } from '../crossbar/index.ts';
import { type Convolution, kernels } from '../kernels/index.ts';
import type { LayerMatrix, Network, WeightLayer } from '../network/index.ts';

/** A layer's output: for all copies alike [count, …], or [copies, count, …]. */
interface Value {
  readonly data: Float32Array;
  readonly shared: boolean;
}

/** What drives one group of columns of a matrix. */
export interface Driving {
  /** Number of the matrix, and of its group of columns. */
  readonly layer: number;
  readonly group: number;
  readonly matrix: LayerMatrix;
  /** Copies that are read: one where a single reading serves all. */
  readonly copies: number;
  /** Vectors of one copy: count·positions. */
  readonly count: number;
  /** The vectors are those of all copies. */
  readonly shared: boolean;
  /** The vectors, [count, inputs] shared or [copies, count, inputs]; gathered when first asked for. */
  vectors(): Float32Array;
}

/** Fills the sums [copies, count·positions, outputs] of one group of columns, at once or in pieces. */
export type Multiply = (out: Float32Array, driving: Driving) => void | Pieces<void>;

/** What drives a convolution: the images themselves. */
export interface DrivenImages extends Pick<Driving, 'layer' | 'matrix' | 'copies' | 'count' | 'shared'> {
  readonly convolution: Convolution;
  /** [count, …] shared or [copies, count, …]. */
  readonly images: Float32Array;
}

/** What multiplies by the matrices of layers. */
export interface Multiplier {
  readonly multiply: Multiply;
  /** Fills a convolution's outputs [copies, count, …], activated; where it is absent, windows are gathered and multiplied. */
  readonly convolve?: (out: Float32Array, driven: DrivenImages) => void;
}

/** A pass of some copies of a network over some inputs. */
export interface LayerPass {
  readonly copies: number;
  /** How many matrices, the first ones, are read once for all copies; none by default. */
  readonly heldOnce?: number;
  readonly count: number;
  /** Inputs that all copies see, [count, …]. */
  readonly inputs: Float32Array;
  /** [copies, count, outputs]. */
  readonly out: Float32Array;
  readonly scratch: Scratch;
}

/** Inputs of a matrix without its bias line. */
export const inputsOf = ({ rows, bias }: LayerMatrix): number => (bias ? rows - 1 : rows);

/** Runs all layers for a number of copies at once, as `Network` says, with `by` for the matrices. */
export const runLayers = (network: Network, pass: LayerPass, by: Multiplier): void =>
  atOnce(runLayersInPieces(network, pass, by));

/** The same with a pause after every layer, and where `by.multiply` makes one. */
export function* runLayersInPieces({ layers }: Network, pass: LayerPass, by: Multiplier): Pieces<void> {
  const { copies, count, out, scratch } = pass;
  const input: Value = { data: pass.inputs, shared: true };
  const values: Value[] = [];
  let matrix = 0;
  for (const [l, layer] of layers.entries()) {
    const read = layer.inputs.map(i => (i < 0 ? input : values[i]!));
    const last = l === layers.length - 1;
    const room = (length: number) => (last && length === out.length ? out : scratch.take(`value ${l}`, length));
    if (layer.matrix) values.push(yield* multiplied(layer, read[0]!, matrix++, pass, room, by));
    else {
      const shared = read.every(value => value.shared);
      const rows = shared ? count : copies * count;
      const data = room(rows * sizeOf(layer.outputShape));
      const given = shared ? read.map(v => v.data) : read.map((v, i) => spread(v, copies, scratch, `spread ${i}`));
      layer.apply(data, given, rows);
      values.push({ data, shared });
    }
    yield;
  }
  const final = values.at(-1)!;
  if (final.data !== out) out.set(spread(final, copies, scratch, 'final'));
}

function* multiplied(
  layer: WeightLayer,
  x: Value,
  number: number,
  { copies: all, heldOnce = 0, count, scratch }: LayerPass,
  room: (length: number) => Float32Array,
  { multiply, convolve }: Multiplier,
): Pieces<Value> {
  const { matrix, operation } = layer;
  const { columns, activation, positions, groups } = matrix;
  const once = number < heldOnce;
  if (once && !x.shared) throw new Error('internal: a matrix of which there is one copy is driven by several');
  const copies = once ? 1 : all;
  const plain = positions === 1 && groups === 1;
  const images = x.shared ? count : copies * count;
  const size = images * positions * inputsOf(matrix);
  let driven: Float32Array | undefined;
  const gathered = () => {
    if (plain) return x.data;
    if (!driven) {
      driven = scratch.take(`gathered ${number}`, groups * size);
      layer.gather(driven, x.data, images);
    }
    return driven;
  };
  const data = room(copies * count * positions * columns);
  const driving = { layer: number, matrix, copies, count: count * positions, shared: x.shared };
  if (convolve && operation.kind === 'convolution') {
    convolve(data, { ...driving, convolution: operation.convolution, images: x.data });
    return { data, shared: once };
  }
  const sums = plain ? data : scratch.take('sums', data.length);
  const length = sums.length / groups;
  for (let group = 0; group < groups; group++) {
    const work = multiply(sums.subarray(group * length, (group + 1) * length), {
      ...driving,
      group,
      vectors: () => gathered().subarray(group * size, (group + 1) * size),
    });
    if (work) yield* work;
  }
  if (!plain) layer.scatter(data, sums, copies * count);
  if (activation !== 'linear') kernels().unary(activation, data, data);
  return { data, shared: once };
}

/** A value with one part for each copy. */
function spread({ data, shared }: Value, copies: number, scratch: Scratch, name: string): Float32Array {
  if (!shared || copies === 1) return data;
  const out = scratch.take(name, copies * data.length);
  for (let s = 0; s < copies; s++) out.set(data, s * data.length);
  return out;
}

/** Where one group of columns lies in weights [copies, size]. */
export function sourceOf({ weight, columns, groups }: LayerMatrix, size: number, group: number) {
  return { first: weight.offset + (group * columns) / groups, stride: size, rowStride: columns };
}

/** Weights of one copy: entries of all matrices. */
export function arrayWeights({ matrices }: Network): number {
  return matrices.reduce((total, { rows, columns }) => total + rows * columns, 0);
}

/** Weights of one copy that all copies share: entries of the first matrices. */
export const weightsHeldOnce = ({ matrices }: Network, heldOnce = 0): number =>
  matrices.slice(0, heldOnce).reduce((total, { rows, columns }) => total + rows * columns, 0);

/** Most numbers that a layer holds for one input of one copy. */
export function widest({ layers }: Network): number {
  return layers.reduce((most, { matrix, outputShape }) => {
    const driven = matrix ? matrix.positions * matrix.groups * matrix.rows : 0;
    return Math.max(most, driven, sizeOf(outputShape));
  }, 1);
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
