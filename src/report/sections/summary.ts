import { formatDuration, formatNumber } from '../../base/index.ts';
import { methods, type Posterior } from '../../bayes/index.ts';
import type { Dataset } from '../../data/index.ts';
import type { Evaluation, Subject } from '../../pipeline/index.ts';
import { type Chip, planPlacement, transferMethods } from '../../transfer/index.ts';
import type { Interval } from '../../uncertainty/index.ts';
import { formatInterval } from '../table.ts';

/** What was done, with which device, and what survived, in plain words. */
export function summaryOf(
  { experiment, device, data, network, headlineTime }: Subject,
  evaluation: Evaluation,
  posterior: Posterior,
  chip: Chip,
): string[] {
  const { plan } = chip;
  const placement = planPlacement(plan);
  const { rows, columns } = placement.geometry;
  const { preserved, againstDeterministic: against } = evaluation;
  const arrays = `${placement.arrays} ${placement.arrays === 1 ? 'array' : 'arrays'} of ${rows}×${columns}`;
  const survived =
    evaluation.task === 'classification'
      ? `${percent(preserved.metrics.decisionAgreement!)} of the decisions ${preserved.over === 'grid' ? 'over the input plane' : 'on the test inputs'} agree with software; aleatoric uncertainty correlates ${short(preserved.metrics.aleatoricCorrelation!)}, epistemic ${short(preserved.metrics.epistemicCorrelation!)}.`
      : `Predicted means correlate ${short(preserved.metrics.meanCorrelation!)} with software, predicted spreads ${short(preserved.metrics.stdCorrelation!)}.`;
  return [
    `A network with ${network.size.toLocaleString('en-US')} weights was ${made(posterior, data)} and transferred to ${device.title} by the method ‘${plan.method}’: ${transferMethods[plan.method as keyof typeof transferMethods].summary}.`,
    `${plan.copies} ${plan.copies === 1 ? 'copy fills' : 'copies fill'} ${placement.cells.toLocaleString('en-US')} cells, ${(100 * placement.utilisation).toFixed(1)} % of ${arrays}; the cells of a weight hold up to ±${plan.limit.toFixed(2)}. Figures are for ${evaluation.hardware.chips.length} chips, ${formatDuration(headlineTime)} after programming.`,
    countsOnConverters(experiment, posterior)
      ? `${survived} Software computes without the converters that this posterior was trained for: chips may do better.`
      : survived,
    `Against one weight vector programmed once on the same device, the chips with copies score higher on ${against.wins} of ${against.wins + against.losses + against.ties} chips, lower on ${against.losses} (sign test p = ${formatNumber(against.signP, 2)}).`,
  ];
}

/** How the posterior came to be: trained here, or brought from elsewhere. */
function made({ method }: Posterior, { train, name }: Dataset): string {
  const known = methods[method as keyof typeof methods];
  if (!known) return `trained elsewhere (${method})`;
  return `trained on ${train.count.toLocaleString('en-US')} rows of ${name} (${known.title})`;
}

/** Whether the posterior was trained with converters in its layers. */
function countsOnConverters({ posterior: options, hardware }: Subject['experiment'], { method }: Posterior): boolean {
  const converted = hardware.inputBits !== null || hardware.outputBits !== null;
  return options.method === method && 'converters' in options && options.converters === true && converted;
}

const percent = ({ mean }: Interval): string => `${(100 * mean).toFixed(1)} %`;
const short = (interval: Interval): string => formatInterval(interval);
