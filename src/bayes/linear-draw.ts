import { type Floats, kernels } from '../kernels/index.ts';
import type { WeightLayer } from '../network/index.ts';
import { fillUniform, fold, type Key, keyOf } from '../random/index.ts';
import { gaussianSample, multiply, type Tape, type Tensor, unary } from '../tensor/index.ts';

/** A linear part drawn under Gaussian weights, and what renews its randomness. */
export interface LinearDraw {
  readonly value: Tensor;
  refill(key: Key): void;
}

/**
 * Draws the output itself: N(linear(x, mean), linear(x², variance)) for each row on its own (local
 * reparameterisation: Kingma, Salimans & Welling, NeurIPS 2015). Exact where every weight is used once per row.
 */
export function drawOutputs(
  tape: Tape,
  layer: WeightLayer,
  x: Tensor,
  mean: readonly Tensor[],
  variance: readonly Tensor[],
): LinearDraw {
  const centre = layer.linear(tape, x, mean);
  const spread = layer.linear(tape, unary(tape, 'square', x), variance);
  const source = { key: keyOf(0) };
  return {
    value: gaussianSample(tape, centre, spread, source),
    refill(key) {
      source.key = key;
    },
  };
}

/**
 * One draw of the weights' deviations for all rows, with random signs of each row's input and output channels, so that
 * rows are uncorrelated while a row uses one draw at all its positions (Flipout: Wen, Vicol, Ba, Tran & Grosse, ICLR
 * 2018). For convolutions, where drawing outputs would lose what the positions of a row have in common.
 */
export function drawFlipped(
  tape: Tape,
  layer: WeightLayer,
  x: Tensor,
  mean: readonly Tensor[],
  variance: readonly Tensor[],
): LinearDraw {
  const sources = variance.map(() => ({ key: keyOf(0) }));
  const deviations = variance.map((v, i) => {
    const zero = tape.constant(v.shape, tape.array(v.size).fill(0));
    return gaussianSample(tape, zero, v, sources[i]!);
  });
  const centre = layer.linear(tape, x, mean);
  const rows = x.shape[0]!;
  const inputSigns = tape.array(x.size);
  const outputSigns = tape.array(centre.size);
  const flipped = multiply(tape, x, tape.constant(x.shape, inputSigns));
  const deviation = layer.linear(tape, flipped, deviations);
  const value = addFlipped(tape, centre, deviation, outputSigns);
  const uniforms = tape.array(rows * Math.max(layer.inputShape[0]!, layer.outputShape[0]!));
  return {
    value,
    refill(key) {
      sources.forEach((source, i) => {
        source.key = fold(key, i);
      });
      fillSigns(fold(key, 'inputs'), inputSigns, uniforms.subarray(0, rows * layer.inputShape[0]!));
      fillSigns(fold(key, 'outputs'), outputSigns, uniforms.subarray(0, rows * layer.outputShape[0]!));
    },
  };
}

/** centre + signs·deviation. */
function addFlipped(tape: Tape, centre: Tensor, deviation: Tensor, signs: Floats): Tensor {
  const { binary, axpy } = kernels();
  const scratch = tape.array(signs.length);
  return tape.operation(
    centre.shape,
    [centre, deviation],
    y => {
      binary('multiply', y, deviation.value, signs);
      axpy(y, 1, centre.value);
    },
    dy => {
      if (centre.gradient) axpy(centre.gradient, 1, dy);
      if (!deviation.gradient) return;
      binary('multiply', scratch, dy, signs);
      axpy(deviation.gradient, 1, scratch);
    },
  );
}

/** ±1 with equal probability, one per row and channel: channels are the first axis behind the rows. */
function fillSigns(key: Key, signs: Floats, uniforms: Floats): void {
  fillUniform(key, uniforms);
  const positions = signs.length / uniforms.length;
  for (let i = 0; i < uniforms.length; i++) {
    signs.fill(uniforms[i]! < 0.5 ? -1 : 1, i * positions, (i + 1) * positions);
  }
}
