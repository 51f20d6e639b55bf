import { type Activation, type Floats, kernels } from '../../kernels/index.ts';
import { activate, channelAffine, scaleChannels, sizeOf } from '../../tensor/index.ts';
import type { PlainLayer } from '../network.ts';

/** activation(x·factor + shift) with one factor and shift per channel, [channels] each, of the value that `source` names. */
export function scaleLayer(
  kind: string,
  factor: Float64Array,
  shift: Float64Array,
  activation: Activation,
  { inputShape, source }: { readonly inputShape: readonly number[]; readonly source: number },
): PlainLayer {
  const size = sizeOf(inputShape);
  const positions = size / inputShape[0]!;
  return {
    kind,
    operation: { kind: 'scale', factor, shift, activation },
    inputs: [source],
    inputShape,
    outputShape: inputShape,
    parameters: [],
    matrix: null,
    forward: (tape, [x]) => activate(tape, channelAffine(tape, x!, factor, shift, positions), activation),
    apply(out: Floats, [x]: readonly Floats[], count: number) {
      scaleChannels(out, x!.subarray(0, count * size), factor, shift, positions);
      if (activation !== 'linear') kernels().unary(activation, out, out);
    },
  };
}
