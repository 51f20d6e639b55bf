import type { Job } from '../base/index.ts';
import { type Posterior, posteriorStd } from '../bayes/index.ts';
import { leading } from '../transfer/index.ts';
import { type Laws, wassersteinPerColumn } from '../uncertainty/index.ts';
import type { Evaluation } from './evaluation-record.ts';
import { weightsOfChip } from './reading.ts';
import type { Subject } from './subject.ts';

/** How far the weights of the first chip are from their posteriors. */
export async function weightDistance(
  { own, chips, headlineTime, design }: Subject,
  job: Job,
): Promise<Evaluation['weightDistance']> {
  const first = await own.get('chip', { chip: chips[0]! });
  const { weights } = first.plan;
  const realised = await weightsOfChip(design, chips[0]!, first, headlineTime, job);
  const laws = lawsOf(await own.get('posterior'), weights);
  const perWeight = await wassersteinPerColumn(laws, realised, weights, job);
  return {
    mean: perWeight.reduce((total, d) => total + d, 0) / weights,
    largest: perWeight.reduce((most, d) => Math.max(most, d), 0),
  };
}

/** What the posterior says of each of the first `weights` weights. */
function lawsOf(posterior: Posterior, weights: number): Float32Array | Laws {
  if (posterior.kind === 'samples') return leading(posterior.samples, posterior.size, weights);
  return posterior.kind === 'bernoulli' ? posterior : { mean: posterior.mean, std: posteriorStd(posterior) };
}
