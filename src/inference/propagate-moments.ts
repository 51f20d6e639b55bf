import { InputError } from '../base/index.ts';
import type { Activation } from '../kernels/index.ts';
import type { Network } from '../network/index.ts';

/** Means and variances of a network's outputs, [count, outputs] each. */
export interface OutputMoments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** Stops where a network has layers that moments are not propagated through. */
export function checkPropagates(network: Network): void {
  const other = network.layers.find(({ operation }) => operation.kind !== 'dense' && operation.kind !== 'flatten');
  if (other) {
    throw new InputError({
      path: ['evaluate', 'baselines'],
      rule: `'moment propagation' follows dense layers, and the network has a layer '${other.kind}'`,
      hint: 'leave it out of the baselines',
    });
  }
}

/**
 * One pass of means and variances through a network of dense layers whose weights are independent, with means and spreads
 * [size]: E[y] = Σ m_x μ, Var[y] = Σ (m_x² σ² + v_x (μ² + σ²)), sums taken as Gaussian before each activation, inputs of a layer
 * as independent (Wang & Manning 2013; Wu et al. 2019). Refuses other layers.
 */
export function propagateMoments(
  network: Network,
  mean: Float32Array,
  std: Float32Array,
  inputs: Float32Array,
  count: number,
): OutputMoments {
  checkPropagates(network);
  let at: OutputMoments = { mean: Float64Array.from(inputs), variance: new Float64Array(inputs.length) };
  for (const layer of network.layers) {
    if (!layer.matrix) continue;
    const { weight, bias, columns, activation } = layer.matrix;
    const width = weight.size / columns;
    const out = { mean: new Float64Array(count * columns), variance: new Float64Array(count * columns) };
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < columns; j++) {
        let sum = bias ? mean[bias.offset + j]! : 0;
        let variance = bias ? std[bias.offset + j]! ** 2 : 0;
        for (let k = 0; k < width; k++) {
          const m = at.mean[i * width + k]!;
          const w = mean[weight.offset + k * columns + j]!;
          const s2 = std[weight.offset + k * columns + j]! ** 2;
          sum += m * w;
          variance += m * m * s2 + at.variance[i * width + k]! * (w * w + s2);
        }
        const [first, second] = activated(activation, sum, Math.sqrt(variance));
        out.mean[i * columns + j] = first;
        out.variance[i * columns + j] = Math.max(0, second - first * first);
      }
    }
    at = out;
  }
  return at;
}

/**
 * Logits whose softmax is close to the average of the softmax over Gaussian logits: m/√(1 + π v/8) (MacKay 1992), one sample.
 */
export function averagedLogits({ mean, variance }: OutputMoments): Float32Array {
  return Float32Array.from(mean, (m, i) => m / Math.sqrt(1 + (Math.PI * variance[i]!) / 8));
}

/** Where a standard normal is looked at, and what it weighs there: the trapezoidal rule from −6 to 6. */
const step = 0.25;
const places = Array.from({ length: 49 }, (_, i) => -6 + step * i);
const weights = places.map(z => (step * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI));

const functions: Readonly<Record<Activation, (x: number) => number>> = {
  linear: x => x,
  relu: x => Math.max(0, x),
  tanh: Math.tanh,
  hardtanh: x => Math.max(-1, Math.min(1, x)),
};

/** E[f(x)] and E[f(x)²] of x normal. */
function activated(activation: Activation, mean: number, std: number): readonly [first: number, second: number] {
  if (activation === 'linear') return [mean, mean * mean + std * std];
  const f = functions[activation];
  let first = 0;
  let second = 0;
  for (let i = 0; i < places.length; i++) {
    const y = f(mean + std * places[i]!);
    first += weights[i]! * y;
    second += weights[i]! * y * y;
  }
  return [first, second];
}
