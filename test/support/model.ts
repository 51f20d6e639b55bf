import { buildModel, type Model } from '../../src/bayes/index.ts';
import type { LayerSpec } from '../../src/network/index.ts';
import { sizeOf } from '../../src/tensor/index.ts';

/** A classifier of these layers with a standard normal prior, on two rows of zeros. */
export function modelOf(
  layers: readonly (string | LayerSpec)[],
  inputShape: readonly number[],
  classes: number,
): Model {
  const split = (count: number) => ({
    count,
    inputs: new Float32Array(count * sizeOf(inputShape)),
    labels: new Int32Array(count),
    targets: new Float32Array(0),
  });
  const outputNames = Array.from({ length: classes }, (_, i) => String(i));
  const dataset = { task: 'classification' as const, inputShape, outputNames, train: split(2), validation: split(0) };
  return buildModel(layers, { prior: { kind: 'gaussian', std: 1, scaling: 'none' }, noise: 'learned' }, dataset);
}
