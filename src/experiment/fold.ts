import { methods, type Posterior } from '../bayes/index.ts';
import { type FoldedNetwork, foldBatchNorms, type LayerSpec } from '../network/index.ts';
import type { Experiment } from './schema.ts';

/**
 * What goes on arrays where a network has batch normalisations: the network with each of them inside the layer before.
 * Undefined where nothing is to be folded: without batch normalisations; and where the weights are signs, which a factor
 * per column would end, or where training counted on the device to hold the weights as they stand. There they are
 * computed digitally.
 */
export function foldedNetwork(experiment: Experiment, inputShape: readonly number[]): FoldedNetwork | undefined {
  const { layers } = experiment.network;
  const { method } = experiment.posterior;
  if (method === 'bernoulli' || methods[method].usesHardware || !layers.some(normalises)) return undefined;
  return foldBatchNorms(layers, inputShape);
}

function normalises(spec: LayerSpec): boolean {
  return spec.kind === 'batchnorm' || (spec.kind === 'residual' && (spec.layers as LayerSpec[]).some(normalises));
}

/** A posterior of the declared network as one of the folded network: the same predictions. */
export function foldPosterior(posterior: Posterior, { network, weights, stds }: FoldedNetwork): Posterior {
  const { method, noiseStd, info } = posterior;
  const { parameters, size } = network;
  const common = { method, info, parameters, size, ...(noiseStd && { noiseStd }) };
  switch (posterior.kind) {
    case 'point':
      return { ...common, kind: 'point', mean: Float32Array.from(weights(posterior.mean)) };
    case 'moments':
      return {
        ...common,
        kind: 'moments',
        mean: Float32Array.from(weights(posterior.mean)),
        std: Float32Array.from(stds(posterior.std)),
      };
    case 'samples': {
      const { count, chains, best, samples } = posterior;
      const folded = new Float32Array(count * size);
      for (let s = 0; s < count; s++) {
        folded.set(weights(samples.subarray(s * posterior.size, (s + 1) * posterior.size)), s * size);
      }
      return { ...common, kind: 'samples', count, chains, best, samples: folded };
    }
    case 'bernoulli':
      throw new Error('internal: a network of signs was folded');
  }
}
