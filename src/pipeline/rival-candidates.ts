import type { Job } from '../base/index.ts';
import { bestPoint, drawWeights, posteriorMean, posteriorSchema, posteriorStd } from '../bayes/index.ts';
import type { DigitalPredictor } from '../cost/index.ts';
import type { Split } from '../data/index.ts';
import type { Design } from '../experiment/index.ts';
import { averagedLogits, type Outputs, predictSoftware, propagateMoments } from '../inference/index.ts';
import type { Network } from '../network/index.ts';
import { fold } from '../random/index.ts';
import { networkGiven, networkOf } from './network-of.ts';
import { Pipeline } from './pipeline.ts';
import type { Subject } from './subject.ts';

/** Samples that a predictor which draws may take, and bits of a weight, from the cheapest. */
const sampleChoices = [4, 16, 64];
const bitChoices = [4, 6, 8];

/** Members of the ensemble that is trained. */
const members = 5;

/** Outputs of a predictor on a split. */
export type Predictor = (split: Split) => Outputs;

/** Samples and bits that a predictor may be built with. */
export interface Candidate {
  readonly samples: number;
  readonly weightBits: number;
  readonly predict: Predictor;
}

/** What a predictor may be built with, cheapest first. */
export async function candidatesFor(
  predictor: DigitalPredictor,
  subject: Subject,
  job: Job,
): Promise<readonly Candidate[]> {
  const { own, root } = subject;
  const key = fold(fold(root, 'rivals'), predictor);
  const bits = (samples: number, of: (quantise: Quantiser) => Predictor): Candidate[] =>
    bitChoices.map(weightBits => ({ samples, weightBits, predict: of(quantiserOf(weightBits)) }));
  const software = (network: Network, weights: Float32Array): Predictor => {
    return ({ inputs, count }) => predictSoftware(network, weights, inputs, count);
  };
  if (predictor === 'ensemble' || predictor === 'dropout') {
    const trained = await trainedLike(subject, predictor, job);
    const choices = predictor === 'ensemble' ? [members] : sampleChoices;
    return choices.flatMap(samples =>
      bits(samples, quantise =>
        software(trained.network, quantise(drawWeights(key, trained.posterior, samples), trained.network)),
      ),
    );
  }
  const posterior = await own.get('posterior');
  const { network } = subject;
  if (predictor === 'deterministic') {
    const point = bestPoint(posterior);
    return bits(1, quantise => software(network, quantise(point, network)));
  }
  const mean = posteriorMean(posterior);
  const std = posteriorStd(posterior);
  if (predictor === 'moment propagation') {
    return bits(1, quantise => ({ inputs, count }) => ({
      values: averagedLogits(propagateMoments(network, quantise(mean, network), quantise(std, network), inputs, count)),
      samples: 1,
      count,
      outputs: network.outputs,
    }));
  }
  // Weights drawn independently give each row the same distribution as pre-activations drawn from their moments.
  return sampleChoices.flatMap(samples =>
    bits(samples, quantise => {
      const moments = { ...posterior, kind: 'moments', mean: quantise(mean, network), std: quantise(std, network) };
      return software(network, drawWeights(key, moments as Parameters<typeof drawWeights>[1], samples));
    }),
  );
}

type Quantiser = (weights: Float32Array, network: Network) => Float32Array;

/** Rounds every matrix and every vector of offsets to 2^bits − 1 steps between its largest magnitude and minus that. */
export const quantiserOf =
  (bits: number): Quantiser =>
  (weights, network) => {
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

/** The same network trained by another method with the same prior, kept in the same store. */
async function trainedLike({ own, design, data, root }: Subject, method: 'ensemble' | 'dropout', job: Job) {
  const { noise } = design.posterior;
  const prior = 'prior' in design.posterior ? { prior: design.posterior.prior } : {};
  const posterior = posteriorSchema.parse({ method, ...prior, noise, ...(method === 'ensemble' && { members }) });
  const other: Design = { ...design, posterior };
  const pipeline = new Pipeline(own.prepared, other, { key: root, job });
  return { posterior: await pipeline.get('posterior'), network: networkOf(networkGiven(other), data).network };
}
