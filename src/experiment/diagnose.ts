import { type Posterior, type PosteriorDiagnostics, posteriorDiagnostics } from '../bayes/index.ts';
import { sampleRows } from '../data/index.ts';
import { predictSoftware, probabilities } from '../inference/index.ts';
import type { Setting } from './setting.ts';

/** Draws of a chain below which its halves have no spread. */
const fewest = 4;

/** Validation inputs whose predictions are followed. */
const followed = 32;

/**
 * Convergence of a sampled posterior, of its weights and of what it predicts for validation inputs; null where the
 * posterior is not made of draws, or of too few to tell. A network's symmetries make weights mix slowly where predictions are long settled.
 */
export function diagnose(setting: Setting, posterior: Posterior): PosteriorDiagnostics | null {
  const found = followedPredictions(setting, posterior);
  return found && posteriorDiagnostics(posterior, found);
}

/** What each draw predicts for some validation inputs, [draws, quantities]: class probabilities or means; null as for `diagnose`. */
export function followedPredictions({ model, dataset }: Setting, posterior: Posterior) {
  if (posterior.kind !== 'samples' || posterior.count < fewest * posterior.chains) return null;
  const { inputs, count } = sampleRows(dataset.validation, followed);
  const outputs = predictSoftware(model.network, posterior.samples, inputs, count);
  const values = dataset.task === 'classification' ? probabilities(outputs) : outputs.values;
  return { values, quantities: count * outputs.outputs };
}
