import { expect, test } from 'vitest';
import { drawFlipped, drawOutputs } from '../../src/bayes/linear-draw.ts';
import { buildNetwork, type WeightLayer } from '../../src/network/index.ts';
import { fillNormal, fold, keyOf } from '../../src/random/index.ts';
import { Tape } from '../../src/tensor/index.ts';

const layers = {
  dense: buildNetwork(['dense 2'], [3]).layers[0] as WeightLayer,
  convolution: buildNetwork(['conv1d 2 3', 'dense 2'], [2, 6]).layers[0] as WeightLayer,
};

test.each([
  ['drawn outputs of a dense layer', 'dense', drawOutputs],
  ['flipped draws of a dense layer', 'dense', drawFlipped],
  ['flipped draws of a convolution', 'convolution', drawFlipped],
] as const)('%s have the moments of the weights, also between positions', (_, kind, draw) => {
  const layer = layers[kind];
  const tape = new Tape('f64');
  const rows = 3;
  const width = layer.inputShape.reduce((a, b) => a * b, 1);
  const input = fillNormal(keyOf(1), new Float64Array(rows * width));
  const x = tape.constant([rows, ...layer.inputShape], input);
  const means = layer.parameters.map((p, i) =>
    tape.constant(p.shape, fillNormal(keyOf(2 + i), new Float64Array(p.size))),
  );
  const stds = layer.parameters.map((p, i) =>
    fillNormal(keyOf(8 + i), new Float64Array(p.size)).map(z => 0.3 * Math.abs(z)),
  );
  const variances = stds.map((s, i) =>
    tape.constant(
      layer.parameters[i]!.shape,
      s.map(v => v * v),
    ),
  );
  const { value, refill } = draw(tape, layer, x, means, variances);
  const centre = layer.linear(tape, x, means).value.slice();
  // Jacobian of the outputs by each weight, from the layer's own linearity.
  const jacobian = layer.parameters.flatMap((p, i) =>
    Array.from({ length: p.size }, (__, k) => {
      const unit = layer.parameters.map(q => tape.constant(q.shape, new Float64Array(q.size)));
      unit[i]!.value[k] = stds[i]![k]!;
      return layer.linear(tape, x, unit).value.slice();
    }),
  );
  const outputs = centre.length / rows;
  const n = 8000;
  const mean = new Float64Array(centre.length);
  const products = new Float64Array(outputs * outputs);
  for (let s = 0; s < n; s++) {
    refill(fold(keyOf(5), s));
    tape.forward();
    for (let k = 0; k < centre.length; k++) mean[k]! += value.value[k]! / n;
    for (let a = 0; a < outputs; a++) {
      for (let b = 0; b < outputs; b++) {
        products[a * outputs + b]! += ((value.value[a]! - centre[a]!) * (value.value[b]! - centre[b]!)) / n;
      }
    }
  }
  // A linear part is affine in its bias weights; jacobians above are relative to zero weights, where it is zero.
  const covariance = (a: number, b: number) => jacobian.reduce((total, j) => total + j[a]! * j[b]!, 0);
  const perChannel = outputs / layer.outputShape[0]!;
  for (let a = 0; a < outputs; a++) {
    const std = Math.sqrt(covariance(a, a));
    expect(Math.abs(mean[a]! - centre[a]!)).toBeLessThan((5 * std) / Math.sqrt(n));
    for (let b = 0; b < outputs; b++) {
      // Within an output channel the positions share weights; between channels, none.
      const sameChannel = Math.floor(a / perChannel) === Math.floor(b / perChannel);
      const expected = sameChannel ? covariance(a, b) : 0;
      const scale = std * Math.sqrt(covariance(b, b));
      expect(Math.abs(products[a * outputs + b]! - expected)).toBeLessThan((8 * scale) / Math.sqrt(n));
    }
  }
});
