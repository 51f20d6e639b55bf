import { canonical } from '../base/index.ts';
import { buildModel, type Model, methods, type Posterior } from '../bayes/index.ts';
import type { Dataset } from '../data/index.ts';
import type { Design } from '../experiment/index.ts';
import { type FoldedNetwork, foldBatchNorms, type LayerSpec, type Network } from '../network/index.ts';

/** What a stage must know to build the network: how the layers are told, and what of training decides its shape. */
export interface NetworkGiven {
  readonly layers: Design['network']['layers'];
  readonly method: Design['posterior']['method'];
  readonly noise: Design['posterior']['noise'];
}

/** The network that is trained, and what of it goes on arrays. */
export interface BuiltNetwork {
  /** Without the prior, which is of use to training alone. */
  readonly model: Model;
  /** What goes on arrays: `model.network`, with batch normalisations folded where that is possible. */
  readonly network: Network;
  /** Makes a posterior of `model.network` one of `network`, where the two differ. */
  readonly folded?: FoldedNetwork;
}

/** Networks that have been built, by data set and description. */
const built = new WeakMap<Dataset, Map<string, BuiltNetwork>>();
const kept = 32;

export const networkGiven = ({ network, posterior }: Design): NetworkGiven => ({
  layers: network.layers,
  method: posterior.method,
  noise: posterior.noise,
});

/** Builds the network of a design for its data. */
export function networkOf({ layers, method, noise }: NetworkGiven, data: Dataset): BuiltNetwork {
  const known = built.get(data) ?? new Map<string, BuiltNetwork>();
  built.set(data, known);
  const name = canonical({ layers, method, noise });
  const found = known.get(name) ?? build({ layers, method, noise }, data);
  known.set(name, found);
  if (known.size > kept) known.delete(known.keys().next().value!);
  return found;
}

function build({ layers, method, noise }: NetworkGiven, data: Dataset): BuiltNetwork {
  const model = buildModel(layers, { noise }, data);
  const folded = foldedNetwork(layers, method, data.inputShape);
  return { model, network: folded?.network ?? model.network, ...(folded && { folded }) };
}

/**
 * What goes on arrays where a network has batch normalisations: the network with each of them inside the layer before.
 * Undefined where nothing is to be folded: without batch normalisations; and where the weights are signs, which a factor
 * per column would end, or where training counted on the device to hold the weights as they stand. There they are
 * computed digitally.
 */
export function foldedNetwork(
  layers: Design['network']['layers'],
  method: Design['posterior']['method'],
  inputShape: readonly number[],
): FoldedNetwork | undefined {
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
