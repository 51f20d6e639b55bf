import { formatNumber } from '../base/index.ts';
import {
  type Method,
  methods,
  type Posterior,
  type PosteriorDiagnostics,
  posteriorDiagnostics,
} from '../bayes/index.ts';
import { absentClasses, sampleRows, type Trained } from '../data/index.ts';
import { predictSoftware, probabilities } from '../inference/index.ts';

import type { Subject } from './subject.ts';

/** Draws of a chain below which its halves have no spread. */
const fewest = 4;

/** Validation inputs whose predictions are followed. */
const followed = 32;

/**
 * Convergence of a sampled posterior, of its weights and of what it predicts for validation inputs; null where the
 * posterior is not made of chains, or of too few draws to tell. A network's symmetries make weights mix slowly where predictions are long settled.
 */
export function diagnose(subject: Pick<Subject, 'model' | 'data'>, posterior: Posterior): PosteriorDiagnostics | null {
  const found = followedPredictions(subject, posterior);
  return found && posteriorDiagnostics(posterior, found);
}

/** What each draw predicts for some validation inputs, [draws, quantities]: class probabilities or means; null as for `diagnose`. */
export function followedPredictions({ model, data }: Pick<Subject, 'model' | 'data'>, posterior: Posterior) {
  if (posterior.kind !== 'samples' || posterior.count < fewest * posterior.chains) return null;
  if (methodOf(posterior)?.independentDraws) return null;
  const { inputs, count } = sampleRows(data.validation, followed);
  const outputs = predictSoftware(model.network, posterior.samples, inputs, count);
  const values = data.task === 'classification' ? probabilities(outputs) : outputs.values;
  return { values, quantities: count * outputs.outputs };
}

/** The method that made a posterior; undefined for one brought from elsewhere. */
const methodOf = ({ method }: Posterior): Method | undefined => methods[method as keyof typeof methods];

/** What speaks against trusting a posterior, in sentences: classes without rows, convergence of its chains, fit of its Gaussians, tempering. */
export function concernsOf(posterior: Posterior, found: PosteriorDiagnostics | null, data: Trained): string[] {
  const { info } = posterior;
  const concerns: string[] = [];
  const absent = absentClasses(data);
  if (absent.length > 0) {
    const few = absent.length > 8 ? [...absent.slice(0, 8), `… (${absent.length})`] : absent;
    concerns.push(
      `No training row has the ${absent.length === 1 ? 'class' : 'classes'} ${few.join(', ')}, so the network cannot learn ${absent.length === 1 ? 'it' : 'them'}; give more rows or join classes.`,
    );
  }
  const method = methodOf(posterior);
  const settled = found?.predictions;
  if (posterior.kind === 'samples' && method && !method.independentDraws && !found) {
    concerns.push(`Chains of fewer than ${fewest} draws are too short to judge; take more draws.`);
  }
  if (settled && !Number.isFinite(settled.rhatMax)) {
    concerns.push(
      'Some prediction is the same for all draws of a chain, so the chains have not moved; take a longer warm-up.',
    );
  } else if (settled && !(settled.rhatMax <= 1.01)) {
    concerns.push(
      `R-hat of the predictions reaches ${formatNumber(settled.rhatMax)} (good: at most 1.01): the chains have not met; take a longer warm-up or more draws.`,
    );
  }
  const sizes = settled ? [settled.bulkEssMin, settled.tailEssMin] : [];
  const least = Math.min(...sizes.filter(Number.isFinite));
  if (least < 400) {
    concerns.push(
      `The draws are worth as few as ${formatNumber(least)} independent ones for some prediction (good: at least 400); take more draws.`,
    );
  }
  if (found && found.divergences > 0) {
    concerns.push(
      `${found.divergences} ${found.divergences === 1 ? 'trajectory' : 'trajectories'} diverged, so parts of the posterior may be missing; raise targetAcceptance.`,
    );
  }
  if (found && found.energyFractionMin < 0.3) {
    concerns.push(
      `The energy is explored slowly (E-BFMI ${formatNumber(found.energyFractionMin)}, good: at least 0.3): tails of the posterior may be missing; take a longer warm-up or a lighter-tailed prior.`,
    );
  }
  if (typeof info.paretoShape === 'number' && info.paretoShape > 0.7 && !method?.usesHardware) {
    concerns.push(
      `Independent Gaussians are not close to the exact posterior of the model (Pareto k̂ ${formatNumber(info.paretoShape)}, good: at most 0.7).`,
    );
  }
  if (typeof info.temperature === 'number' && info.temperature !== 1) {
    concerns.push(
      `The posterior is tempered: its prior counts ${formatNumber(info.temperature)} times (temperature ${info.temperature}; 1 is Bayes).`,
    );
  }
  return concerns;
}
