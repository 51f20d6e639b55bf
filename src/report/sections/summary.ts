import { formatDuration, formatNumber } from '../../base/index.ts';
import { methods, type Posterior } from '../../bayes/index.ts';
import type { Dataset } from '../../data/index.ts';
import { againstDeterministic, type Evaluation, type Subject } from '../../pipeline/index.ts';
import { type Chip, planPlacement, rangeConcerns, spanOfRanges, transferMethods } from '../../transfer/index.ts';
import { describedAs, type Interval } from '../../uncertainty/index.ts';
import { formatInterval } from '../table.ts';

/** What was done, with which device, how it compares with one weight vector, and what survived, in plain words. */
export function summaryOf(
  { experiment, device, data, network, headlineTime }: Subject,
  evaluation: Evaluation,
  posterior: Posterior,
  chip: Chip,
): string[] {
  const { plan } = chip;
  const placement = planPlacement(plan);
  const { rows, columns } = placement.geometry;
  const { preserved } = evaluation;
  const arrays = `${placement.arrays} ${placement.arrays === 1 ? 'array' : 'arrays'} of ${rows}×${columns}`;
  const survived =
    evaluation.task === 'classification'
      ? `${percent(preserved.metrics.decisionAgreement!)} of the decisions ${preserved.over === 'grid' ? 'over the input plane' : 'on the test inputs'} agree with software; aleatoric uncertainty correlates ${short(preserved.metrics.aleatoricCorrelation!)}, epistemic ${short(preserved.metrics.epistemicCorrelation!)}.`
      : `Predicted means correlate ${short(preserved.metrics.meanCorrelation!)} with software, predicted spreads ${short(preserved.metrics.stdCorrelation!)}.`;
  return [
    `A network with ${network.size.toLocaleString('en-US')} weights was ${made(posterior, data)} and transferred to ${device.title} by the method ‘${plan.method}’: ${transferMethods[plan.method as keyof typeof transferMethods].summary}. ${comparedWithOne(evaluation)}`,
    `${plan.copies} ${plan.copies === 1 ? 'copy fills' : 'copies fill'} ${placement.cells.toLocaleString('en-US')} cells, ${(100 * placement.utilisation).toFixed(1)} % of ${arrays}; the cells of a weight hold up to ${spanOfRanges(plan.ranges)}${plan.ranges.length > 1 ? ', by layer' : ''}. Figures are for ${evaluation.hardware.chips.length} chips, ${formatDuration(headlineTime)} after programming.`,
    countsOnConverters(experiment, posterior)
      ? `${survived} Software computes without the converters that this posterior was trained for: chips may do better.`
      : survived,
    ...rangeConcerns(plan.ranges),
    ...rangeConcerns(evaluation.deterministic.ranges, 'deterministic chips'),
  ];
}

/**
 * The chips against one weight vector by every headline metric: what is better, what is worse, on how many chips. Better and
 * worse go by means over the chips on which both sides have the metric.
 */
export function comparedWithOne(evaluation: Evaluation): string {
  const { hardware, deterministic, headlineTime } = evaluation;
  const found = { better: [] as string[], worse: [] as string[], 'as good': [] as string[] };
  for (const [name, { wins, losses, ties, difference, signP }] of Object.entries(againstDeterministic(evaluation))) {
    const label = describedAs(name)[0]!.label;
    const word = properNames.test(label) ? label : label[0]!.toLowerCase() + label.slice(1);
    const verdict = difference.mean > 0 ? 'better' : difference.mean < 0 ? 'worse' : 'as good';
    const pairs = hardware.chips
      .map((chip, i) => [chip[name], deterministic.chips[i]![name]].map(value => value ?? Number.NaN))
      .filter(pair => !pair.some(Number.isNaN));
    const values = [0, 1]
      .map(side => formatNumber(pairs.reduce((sum, pair) => sum + pair[side]!, 0) / pairs.length, 3))
      .join(' against ');
    found[verdict].push(
      `${word} (${values}; better on ${wins} of ${wins + losses + ties} chips, sign test p = ${formatNumber(signP, 2)})`,
    );
  }
  const parts = Object.entries(found).flatMap(([verdict, names]) =>
    names.length > 0 ? [`${verdict} in ${names.join(', ')}`] : [],
  );
  return `Against one weight vector programmed once on the same device, ${formatDuration(headlineTime)} after programming, the chips are ${parts.join('; ')}.`;
}

/** Labels that keep their capital within a sentence. */
const properNames = /^([A-Z]{2}|Brier)/;

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
