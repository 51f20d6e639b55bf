import type { Job } from '../base/index.ts';
import type { DigitalPredictor } from '../cost/index.ts';
import type { Design } from '../experiment/index.ts';
import { fold } from '../random/index.ts';
import { mostMembers, type Predictor, posteriorFor, predictorOf } from './digital-predictor.ts';
import { networkGiven, networkOf } from './network-of.ts';
import { Pipeline } from './pipeline.ts';
import type { Subject } from './subject.ts';

/** Samples that a predictor which draws may take, and bits of a weight, from the cheapest. */
const sampleChoices = [4, 16, 64];
const bitChoices = [4, 6, 8];

/** Samples and bits that a predictor may be built with. */
export interface Candidate {
  readonly samples: number;
  readonly weightBits: number;
  readonly predict: Predictor;
}

/** Predictors that stand on the experiment's own posterior; others have one trained for them. */
const onOwnPosterior: readonly DigitalPredictor[] = ['deterministic', 'moment propagation', 'drawn pre-activations'];

/** What a predictor may be built with, cheapest first. */
export async function candidatesFor(
  predictor: DigitalPredictor,
  subject: Subject,
  job: Job,
): Promise<readonly Candidate[]> {
  const key = fold(fold(subject.root, 'rivals'), predictor);
  const parts = onOwnPosterior.includes(predictor)
    ? { posterior: await subject.own.get('posterior'), network: subject.network }
    : await trainedLike(subject, predictor, job);
  return samplesOf(predictor).flatMap(samples =>
    bitChoices.map(weightBits => ({
      samples,
      weightBits,
      predict: predictorOf(key, predictor, { ...parts, samples, weightBits }),
    })),
  );
}

function samplesOf(predictor: DigitalPredictor): readonly number[] {
  if (predictor === 'deterministic' || predictor === 'moment propagation') return [1];
  return predictor === 'ensemble' ? [mostMembers] : sampleChoices;
}

/** The same network trained as a predictor needs it, kept in the same store. */
async function trainedLike({ own, design, data, root }: Subject, predictor: DigitalPredictor, job: Job) {
  const other: Design = { ...design, posterior: posteriorFor(predictor, design.posterior, data.train.count) };
  const pipeline = new Pipeline(own.prepared, other, { key: root, job });
  return { posterior: await pipeline.get('posterior'), network: networkOf(networkGiven(other), data).network };
}
