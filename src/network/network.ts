import type { Activation, Convolution, Floats, Pooling, Windows } from '../kernels/index.ts';
import type { Tape, Tensor } from '../tensor/index.ts';

/** One named tensor of a network's flat parameter vector. */
export interface Parameter {
  /** Such as `0.weight` (stored [inputs, outputs]) or `0.bias`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** First entry in the flat vector. */
  readonly offset: number;
  readonly size: number;
}

/**
 * The matrix a layer puts on an array: one word line per input and, where there is a bias, one more that is always
 * driven alike; one column per output. A network's flat vector holds its matrices one after the other, row by row.
 */
export interface LayerMatrix {
  /** Name of the layer, such as `0`, or `2.1` for the second one inside layer 2. */
  readonly name: string;
  /** Word lines, the bias line included: inputs of a dense layer; channels/groups·kernel height·kernel width. */
  readonly rows: number;
  readonly columns: number;
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly activation: Activation;
  /** Times the matrix is applied per input: 1 for dense layers, output pixels for convolutions. */
  readonly positions: number;
  /**
   * Runs of columns/groups successive columns that are driven on their own, one after the other, on the same word
   * lines: the groups of a grouped convolution; 1 for all others.
   */
  readonly groups: number;
}

/** What a layer computes, for those who write or read it in another form; weights and activation of a matrix stand in `LayerMatrix`. */
export type Operation =
  | { readonly kind: 'dense' | 'flatten' }
  | { readonly kind: 'convolution'; readonly convolution: Convolution }
  | { readonly kind: 'pooling'; readonly pooling: Pooling; readonly windows: Windows }
  /** Runs of channels of one input to mean 0 and variance 1, `epsilon` added to the variance. */
  | { readonly kind: 'normalise'; readonly groups: number; readonly epsilon: number; readonly activation: Activation }
  /** x·factor + shift per channel. */
  | {
      readonly kind: 'scale';
      readonly factor: Float64Array;
      readonly shift: Float64Array;
      readonly activation: Activation;
    }
  /** x where it is above 0, else x·slope, per channel. */
  | { readonly kind: 'leak'; readonly slope: Float64Array }
  | { readonly kind: 'sum'; readonly activation: Activation };

interface LayerBase {
  readonly kind: string;
  readonly operation: Operation;
  /**
   * Which values the layer reads: i is the output of layer i of the network, −1 the network's input. One value, except
   * for `sum`, which closes a residual block and reads two.
   */
  readonly inputs: readonly number[];
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  readonly parameters: readonly Parameter[];
}

/**
 * A layer with weights: y = activation(linear(x)). On hardware, `gather` turns its input into the vectors that drive
 * the word lines, the array multiplies them by the matrix (the bias line is driven with 1), `scatter` brings the
 * columns' sums into the layer's output shape and the activation follows.
 */
export interface WeightLayer extends LayerBase {
  readonly matrix: LayerMatrix;
  /** `parameters` are this layer's tensors in order. */
  forward(tape: Tape, inputs: readonly Tensor[], parameters: readonly Tensor[]): Tensor;
  /**
   * The linear part alone, before the activation: linear in the weights and, apart from the bias, in x. With squared
   * inputs and variances for weights it gives the variance of the output, each weight being independent.
   */
  linear(tape: Tape, x: Tensor, parameters: readonly Tensor[]): Tensor;
  /** out [groups, count·positions, rows − bias line] from x [count, …inputShape]. */
  gather(out: Floats, x: Floats, count: number): void;
  /** out [count, …outputShape] from sums y [groups, count·positions, columns/groups]. */
  scatter(out: Floats, y: Floats, count: number): void;
}

/** A layer without weights: pooling, normalisation, the sum of a residual block. Digital on hardware. */
export interface PlainLayer extends LayerBase {
  readonly matrix: null;
  forward(tape: Tape, inputs: readonly Tensor[], parameters: readonly Tensor[]): Tensor;
  /** out [count, …outputShape] from the values it reads, each [count, …their shape]. `out` is none of them. */
  apply(out: Floats, inputs: readonly Floats[], count: number): void;
}

/** A layer bound to its place in a network. */
export type Layer = WeightLayer | PlainLayer;

/** What stands for the linear part of a layer with weights, such as a draw from its output's distribution. */
export type LinearPart = (layer: WeightLayer, x: Tensor) => Tensor;

/**
 * A network with one flat parameter vector. Its layers stand in an order in which each reads only values of earlier
 * ones (`Layer.inputs`); residual blocks are taken apart into their layers, the projection of the shortcut and a `sum`.
 * A loop over them that keeps every layer's output runs the whole network, with any rule for the linear parts:
 *
 *     for each layer i: x = layer.inputs.map(j => (j < 0 ? input : values[j]))
 *       without weights: layer.apply(values[i], x, count)
 *       with weights: layer.gather(driven, x[0], count); sums = driven · matrix per group and position;
 *         layer.scatter(values[i], sums, count); values[i] = activation(values[i])
 *
 * Copies of the network count as further inputs: after the first layer with weights, `count` is copies·inputs.
 */
export interface Network {
  readonly inputShape: readonly number[];
  readonly outputs: number;
  readonly layers: readonly Layer[];
  readonly parameters: readonly Parameter[];
  /** Entries of the flat parameter vector. */
  readonly size: number;
  /** The matrices that go on arrays, in order. */
  readonly matrices: readonly LayerMatrix[];
  /** logits or means: [N, …inputShape] → [N, outputs]; `parameters` in the order of `this.parameters`. */
  forward(tape: Tape, x: Tensor, parameters: readonly Tensor[]): Tensor;
  /** The same with another rule for the linear parts; activations and layers without weights stay as they are. */
  forwardWith(tape: Tape, x: Tensor, linear: LinearPart): Tensor;
  /**
   * `forward` without derivatives for many weight vectors at once: out[S, N, outputs] from weights[S, size] and
   * inputs[N, …inputShape].
   */
  predict(out: Floats, weights: Floats, samples: number, inputs: Floats, count: number): void;
}
