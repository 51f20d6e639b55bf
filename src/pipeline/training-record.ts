import { drawWeights, methods, type Posterior } from '../bayes/index.ts';
import { type Split, sampleRows } from '../data/index.ts';
import { predictSoftware } from '../inference/index.ts';
import { fold } from '../random/index.ts';
import { measure } from '../uncertainty/index.ts';
import { samplesOf } from './design-facts.ts';
import { concernsOf, diagnose } from './diagnose.ts';
import { type Metrics, predictedOf } from './predicted.ts';
import type { Subject } from './subject.ts';

/** Multiply-adds that judging a split may take, and rows that it has at least. */
const affordable = 2e10;
const fewest = 256;

/**
 * What training came to: metrics of the posterior in software on the training and the validation split (on evenly spaced rows where all
 * would take long), and what speaks for and against it. `diagnostics` holds of the predictions for validation inputs the largest R-hat and
 * the least bulk (`essMin`) and tail ESS, the same of the weights, divergences, the least E-BFMI, and the Pareto k̂ of independent Gaussians; null
 * where a number is not defined for the method.
 */
export function trainingRecord(subject: Subject, posterior: Posterior) {
  const { data } = subject;
  const { method, info } = posterior;
  const found = diagnose(subject, posterior);
  const convergence = (of: { rhatMax: number; bulkEssMin: number; tailEssMin: number } | null | undefined) => ({
    rhatMax: of?.rhatMax ?? null,
    essMin: of?.bulkEssMin ?? null,
    tailEssMin: of?.tailEssMin ?? null,
  });
  return {
    method,
    title: methods[method as keyof typeof methods]?.title ?? method,
    ...(typeof info.epochs === 'number' ? { epochs: info.epochs } : {}),
    ...(posterior.kind === 'samples' ? { draws: posterior.count, chains: posterior.chains } : {}),
    train: metricsOf(subject, posterior, data.train),
    validation: data.validation.count > 0 ? metricsOf(subject, posterior, data.validation) : null,
    diagnostics: {
      ...convergence(found?.predictions),
      divergences: found?.divergences ?? null,
      energyFractionMin: found?.energyFractionMin ?? null,
      paretoShape: (info.paretoShape as number | undefined) ?? null,
      temperature: (info.temperature as number | undefined) ?? 1,
      weights: convergence(found?.weights),
      concerns: concernsOf(posterior, found, data),
    },
  };
}

/** Metrics on a split, with the rows that they are of. */
function metricsOf(subject: Subject, posterior: Posterior, split: Split): Metrics {
  const { root, experiment, design, model, data } = subject;
  const { network } = model;
  const samples = experiment.evaluate.softwareSamples ?? samplesOf(design);
  const perRow = network.matrices.reduce((total, { weight, positions }) => total + weight.size * positions, 0);
  const most = Math.max(fewest, Math.floor(affordable / (samples * perRow)));
  const rows = sampleRows(split, most);
  const weights = drawWeights(fold(root, 'software'), posterior, samples);
  const outputs = predictSoftware(network, weights, rows.inputs, rows.count);
  return { rows: rows.count, ...measure(predictedOf(model, data, outputs, rows, posterior.noiseStd)) };
}
