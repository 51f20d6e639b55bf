import type { Activation, Floats } from '../kernels/index.ts';
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
 * driven with 1; one column per output.
 */
export interface LayerMatrix {
  /** Name of the layer, such as `0`. */
  readonly name: string;
  /** Word lines, the bias line included. */
  readonly rows: number;
  readonly columns: number;
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly activation: Activation;
  /** Times the matrix is applied per input: 1 for dense layers, output pixels for convolutions. */
  readonly positions: number;
}

/** A layer bound to its place in a network. */
export interface Layer {
  readonly kind: string;
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  readonly parameters: readonly Parameter[];
  /** What goes on an array; null for layers without weights. */
  readonly matrix: LayerMatrix | null;
  /** y = activation(linear(x)). `parameters` are this layer's tensors in order. */
  forward(tape: Tape, x: Tensor, parameters: readonly Tensor[]): Tensor;
  /**
   * The linear part alone, before the activation: linear in the weights and, apart from the bias, in x. With squared
   * inputs and variances for weights it gives the variance of the output. Absent for layers without weights.
   */
  linear?(tape: Tape, x: Tensor, parameters: readonly Tensor[]): Tensor;
}

/** What stands for the linear part of a layer with weights, such as a draw from its output's distribution. */
export type LinearPart = (layer: Layer, x: Tensor) => Tensor;

/** A stack of layers with one flat parameter vector. */
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
