import { InputError } from '../base/index.ts';
import { activate, reshape, sizeOf, slice, type Tape, type Tensor } from '../tensor/index.ts';
import type { LayerSpec } from './layer-spec.ts';
import type { Layer, Network } from './network.ts';
import { predictor } from './predict.ts';
import { stackLayers } from './stack.ts';

/** Weights that a network may have: beyond them training would need tens of gigabytes. */
const mostWeights = 100_000_000;

/** What the last layer must deliver. */
export interface Outputs {
  readonly count: number;
  /** Where the number comes from, for the error: `2 classes`, `mean and log variance of 1 target`. */
  readonly reason: string;
}

/**
 * A network of `specs` (texts or records) on inputs of `inputShape`: [features], [channels, length] or
 * [channels, height, width]. With `outputs`, the last layer's width is checked against the data.
 */
export function buildNetwork(
  specs: readonly (string | LayerSpec)[],
  inputShape: readonly number[],
  outputs?: Outputs,
): Network {
  if (specs.length === 0)
    throw new InputError({ path: ['network', 'layers'], rule: "needs at least one layer, such as 'dense 2'" });
  const layers = stackLayers(specs, { name: '', inputShape, offset: 0, source: -1, index: 0 });
  const width = sizeOf(layers[layers.length - 1]!.outputShape);
  if (outputs && width !== outputs.count) {
    throw new InputError({
      path: ['network', 'layers'],
      rule: `the last layer has ${width} outputs, but the data needs ${outputs.count} (${outputs.reason})`,
      hint: `end with 'dense ${outputs.count}'`,
    });
  }
  const parameters = layers.flatMap(layer => layer.parameters);
  const size = parameters.reduce((total, parameter) => total + parameter.size, 0);
  if (size === 0)
    throw new InputError({
      path: ['network', 'layers'],
      rule: 'no layer has weights',
      hint: "add one such as 'dense 2'",
    });
  if (size > mostWeights) {
    throw new InputError({
      path: ['network', 'layers'],
      rule: `have ${size.toLocaleString('en-US')} weights, but at most ${mostWeights.toLocaleString('en-US')} can be trained here`,
      hint: 'make the layers narrower',
    });
  }
  const firsts: number[] = [];
  for (let i = 0, first = 0; i < layers.length; first += layers[i++]!.parameters.length) firsts.push(first);
  const run = (x: Tensor, compute: (layer: Layer, inputs: readonly Tensor[], i: number) => Tensor) => {
    const values: Tensor[] = [];
    layers.forEach((layer, i) => {
      const read = layer.inputs.map(from => (from < 0 ? x : values[from]!));
      values.push(compute(layer, read, i));
    });
    const last = values[values.length - 1]!;
    return last.shape.length === 2 ? last : reshape(last, [last.size / width, width]);
  };
  const forward = (tape: Tape, x: Tensor, tensors: readonly Tensor[]) =>
    run(x, (layer, inputs, i) =>
      layer.forward(tape, inputs, tensors.slice(firsts[i], firsts[i]! + layer.parameters.length)),
    );
  const numbers = layers.reduce((total, layer) => total + sizeOf(layer.outputShape), sizeOf(inputShape));
  return {
    inputShape,
    outputs: width,
    layers,
    parameters,
    size,
    matrices: layers.flatMap(layer => layer.matrix ?? []),
    forward,
    forwardWith: (tape, x, linear) =>
      run(x, (layer, inputs) =>
        layer.matrix
          ? activate(tape, linear(layer, inputs[0]!), layer.matrix.activation)
          : layer.forward(tape, inputs, []),
      ),
    predict: predictor(inputShape, width, size, numbers, (tape, x, flat) =>
      forward(
        tape,
        x,
        parameters.map(p => slice(flat, p.offset, p.shape)),
      ),
    ),
  };
}
