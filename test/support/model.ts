import { expect } from 'vitest';
import { buildModel, type Model, type Posterior } from '../../src/bayes/index.ts';
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

/** The posterior, which must be of this kind. */
export function ofKind<K extends Posterior['kind']>(posterior: Posterior, kind: K): Extract<Posterior, { kind: K }> {
  expect(posterior.kind).toBe(kind);
  return posterior as Extract<Posterior, { kind: K }>;
}

/** Regression of y = [0, 1, 3] on x = [0, 1, 2], for models of `linear 1`: its posterior is known in closed form. */
const threeRows = {
  count: 3,
  inputs: Float32Array.of(0, 1, 2),
  labels: new Int32Array(0),
  targets: Float32Array.of(0, 1, 3),
};
export const threePoints = {
  task: 'regression' as const,
  inputShape: [1],
  outputNames: ['y'],
  train: threeRows,
  validation: { ...threeRows, count: 0 },
};
