import {
  bestPoint,
  drawWeights,
  type MomentPosterior,
  type Posterior,
  type PosteriorOptions,
  posteriorMean,
  posteriorSchema,
  posteriorStd,
} from '../bayes/index.ts';
import type { DigitalPredictor } from '../cost/index.ts';
import type { Split } from '../data/index.ts';
import { averagedLogits, type Outputs, predictSoftware, propagateMoments } from '../inference/index.ts';
import type { Network } from '../network/index.ts';
import type { Key } from '../random/index.ts';

/** Members of an ensemble at most. */
export const mostMembers = 5;

type Fields = Readonly<Record<string, unknown>>;

/** What an experiment says of training that other methods go by too; how long, where it is not by stochastic gradient chains. */
const shared = ['prior', 'noise', 'classWeights'];
const sharedPasses = ['epochs', 'batch', 'precision'];

/** Steps of a training at least: methods that know the hardware begin from another training, digital ones from nothing. */
const fewestSteps = 2000;
const usualBatch = 64;

/**
 * How the posterior of a digital predictor is trained where an experiment trains another one: by the method that the predictor
 * stands on, with the experiment's prior and noise, for as many epochs and no fewer than make 2,000 steps.
 */
export function posteriorFor(
  predictor: DigitalPredictor,
  own: PosteriorOptions,
  rows: number,
  changes: Fields = {},
): PosteriorOptions {
  const of: Readonly<Record<DigitalPredictor, Fields & Pick<PosteriorOptions, 'method'>>> = {
    deterministic: { method: 'map' },
    'moment propagation': { method: 'mean-field' },
    'drawn pre-activations': { method: 'mean-field' },
    ensemble: { method: 'ensemble', members: mostMembers },
    dropout: { method: 'dropout', layers: 'last' },
    'last-layer laplace': { method: 'laplace', weights: 'last-layer' },
  };
  const names = own.method === 'sgld' || own.method === 'sghmc' ? shared : [...shared, ...sharedPasses];
  const given = Object.entries(own).filter(([name, value]) => names.includes(name) && value !== undefined);
  const shown: Fields = Object.fromEntries(given);
  const least = Math.ceil(fewestSteps / Math.floor(rows / Math.min(rows, Number(shown.batch ?? usualBatch))));
  const epochs = shown.epochs === undefined ? {} : { epochs: Math.max(Number(shown.epochs), least) };
  return posteriorSchema.parse({ ...shown, ...epochs, ...of[predictor], ...changes });
}

/** Outputs of a predictor on a split. */
export type Predictor = (split: Pick<Split, 'inputs' | 'count'>) => Outputs;

/** What a digital predictor predicts with: a posterior of the weights of a network, rounded to some bits. */
export interface DigitalParts {
  readonly network: Network;
  readonly posterior: Posterior;
  readonly samples: number;
  readonly weightBits: number;
}

/** A digital predictor; the key is that of what it draws. */
export function predictorOf(
  key: Key,
  predictor: DigitalPredictor,
  { network, posterior, samples, weightBits }: DigitalParts,
): Predictor {
  const quantise = quantiserOf(weightBits);
  const software = (weights: Float32Array): Predictor => {
    return ({ inputs, count }) => predictSoftware(network, weights, inputs, count);
  };
  const rounded = () => ({
    mean: quantise(posteriorMean(posterior), network),
    std: quantise(posteriorStd(posterior), network),
  });
  switch (predictor) {
    case 'deterministic':
      return software(quantise(bestPoint(posterior), network));
    case 'moment propagation': {
      const { mean, std } = rounded();
      return ({ inputs, count }) => ({
        values: averagedLogits(propagateMoments(network, mean, std, inputs, count)),
        samples: 1,
        count,
        outputs: network.outputs,
      });
    }
    case 'drawn pre-activations': {
      // Weights drawn independently give each row the same distribution as pre-activations drawn from their moments.
      const { parameters, size, method, info } = posterior;
      const moments: MomentPosterior = { kind: 'moments', parameters, size, method, info, ...rounded() };
      return software(drawWeights(key, moments, samples));
    }
    default:
      return software(quantise(drawWeights(key, posterior, samples), network));
  }
}

/** Rounds every matrix and every vector of offsets to 2^bits − 1 steps between its largest magnitude and minus that. */
export const quantiserOf =
  (bits: number) =>
  (weights: Float32Array, network: Network): Float32Array => {
    const out = weights.slice();
    const most = 2 ** (bits - 1) - 1;
    for (let from = 0; from < weights.length; from += network.size) {
      for (const { offset, size } of network.layers.flatMap(({ parameters }) => parameters)) {
        const part = out.subarray(from + offset, from + offset + size);
        const largest = part.reduce((max, w) => Math.max(max, Math.abs(w)), 0);
        if (largest === 0) continue;
        for (let i = 0; i < size; i++) part[i] = (Math.round((part[i]! / largest) * most) / most) * largest;
      }
    }
    return out;
  };
