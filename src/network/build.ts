import { InputError } from '../base/index.ts';
import { activate, sizeOf, slice, type Tape, type Tensor } from '../tensor/index.ts';
import { type LayerSpec, layers, parseLayer } from './layer-spec.ts';
import type { LayerDefinition } from './layers/index.ts';
import type { Layer, LinearPart, Network } from './network.ts';
import { predictor } from './predict.ts';

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
  if (specs.length === 0) throw new InputError("network.layers: needs at least one layer, such as 'dense 2'.");
  const stack: Layer[] = [];
  let shape = inputShape;
  let offset = 0;
  specs.forEach((given, i) => {
    const spec = typeof given === 'string' ? parseLayer(given) : given;
    const definition: LayerDefinition = layers[spec.kind];
    const layer = definition.build(spec, { name: String(i), inputShape: shape, offset });
    for (const parameter of layer.parameters) offset += parameter.size;
    shape = layer.outputShape;
    stack.push(layer);
  });
  const width = sizeOf(shape);
  if (outputs && width !== outputs.count) {
    throw new InputError(
      `network.layers: the last layer has ${width} outputs, but the data needs ${outputs.count} (${outputs.reason}); end with 'dense ${outputs.count}'.`,
    );
  }
  const parameters = stack.flatMap(layer => layer.parameters);
  const firsts = new Map<Layer, number>();
  let first = 0;
  for (const layer of stack) {
    firsts.set(layer, first);
    first += layer.parameters.length;
  }
  const own = (layer: Layer, tensors: readonly Tensor[]) =>
    tensors.slice(firsts.get(layer)!, firsts.get(layer)! + layer.parameters.length);
  const forward = (tape: Tape, x: Tensor, tensors: readonly Tensor[]) =>
    stack.reduce((y, layer) => layer.forward(tape, y, own(layer, tensors)), x);
  return {
    inputShape,
    outputs: width,
    layers: stack,
    parameters,
    size: offset,
    matrices: stack.flatMap(layer => layer.matrix ?? []),
    forward,
    forwardWith: (tape, x, linear) => stack.reduce((y, layer) => through(tape, layer, y, linear), x),
    predict: predictor(inputShape, width, offset, (tape, x, flat) =>
      forward(
        tape,
        x,
        parameters.map(p => slice(flat, p.offset, p.shape)),
      ),
    ),
  };
}

function through(tape: Tape, layer: Layer, x: Tensor, linear: LinearPart): Tensor {
  return layer.matrix ? activate(tape, linear(layer, x), layer.matrix.activation) : layer.forward(tape, x, []);
}
