import { formatNumber, InputError, insist } from '../../base/index.ts';
import type { Posterior } from '../../bayes/index.ts';
import { decodeNpz, doublesOf, type NdArray } from '../../data/index.ts';
import { predictSoftware } from '../../inference/index.ts';
import type { Network } from '../../network/index.ts';

/** Largest difference that counts as rounding, as a share of the largest output. */
const rounding = 1e-3;

/** How far predictions are from those of the other tool. */
export interface ImportCheck {
  readonly rows: number;
  /** Largest difference of any output, in its own unit. */
  readonly largest: number;
}

/**
 * Compares what a network says with an imported posterior with what the other tool said: an NPZ archive of `inputs`, [N, …], as
 * the network sees them, and `outputs`, [N, outputs] or by draw [draws, N, outputs], before any softmax: of posterior means
 * where the posterior is given by its moments, of all draws or of their mean where it is samples. Refused where they differ by
 * more than rounding.
 */
export function checkImport(posterior: Posterior, network: Network, bytes: Uint8Array, file: string): ImportCheck {
  const arrays = decodeNpz(bytes, file);
  const inputs = arrayOf(arrays, 'inputs', file);
  const outputs = arrayOf(arrays, 'outputs', file);
  const [rows = 0] = inputs.shape;
  const size = network.inputShape.reduce((product, n) => product * n, 1);
  insist(rows > 0 && inputs.data.length === rows * size, {
    file,
    path: ['inputs'],
    rule: `must be [N, ${network.inputShape.join(', ')}], got [${inputs.shape.join(', ')}]`,
    hint: 'give inputs as the network sees them, channels first',
  });
  const weights = posterior.kind === 'samples' ? posterior.samples : posterior.mean;
  const said = predictSoftware(network, weights, Float32Array.from(doublesOf(inputs, `${file}, 'inputs'`)), rows);
  const wanted = doublesOf(outputs, `${file}, 'outputs'`);
  const each = rows * network.outputs;
  const byDraw = wanted.length === said.values.length;
  insist(byDraw || wanted.length === each, {
    file,
    path: ['outputs'],
    rule: `must be [${rows}, ${network.outputs}]${said.samples > 1 ? ` or [${said.samples}, ${rows}, ${network.outputs}]` : ''}, got [${outputs.shape.join(', ')}]`,
    hint: 'give what the last layer says, before a softmax',
  });
  const found = byDraw ? said.values : meanOf(said.values, each);
  let [largest, at, scale] = [0, 0, 0];
  for (let i = 0; i < wanted.length; i++) {
    scale = Math.max(scale, Math.abs(wanted[i]!));
    const difference = Math.abs(found[i]! - wanted[i]!);
    if (!(difference <= largest)) [largest, at] = [difference, i];
  }
  if (largest <= rounding * scale) return { rows, largest };
  const row = Math.floor((at % each) / network.outputs);
  throw new InputError({
    file,
    path: ['outputs'],
    rule: `differ from what the imported network says by up to ${formatNumber(largest)}, in row ${row + 1}, output ${(at % network.outputs) + 1}: ${formatNumber(found[at]!)} instead of ${formatNumber(wanted[at]!)}`,
    hint: 'compare activations, strides, padding and dilation of the layers, where normalisations stand, which array went where, and that outputs are those before a softmax',
  });
}

function arrayOf(arrays: Readonly<Record<string, NdArray>>, name: string, file: string): NdArray {
  const found = Object.hasOwn(arrays, name) ? arrays[name] : undefined;
  insist(found !== undefined, {
    file,
    path: [],
    rule: `has no array '${name}'`,
    hint: 'write it with numpy.savez(path, inputs=x, outputs=net(x))',
  });
  return found;
}

/** Mean over draws of outputs [draws, each]. */
function meanOf(values: Float32Array, each: number): Float64Array {
  const mean = new Float64Array(each);
  for (let i = 0; i < values.length; i++) mean[i % each]! += (values[i]! * each) / values.length;
  return mean;
}
