import { formatDuration, formatNumber } from '../../base/index.ts';
import { methods, type Posterior } from '../../bayes/index.ts';
import type { Dataset } from '../../data/index.ts';
import type { CrossedMetrics, Evaluation, Subject } from '../../pipeline/index.ts';
import { type Chip, planPlacement, rangeConcerns, spanOfRanges, transferMethods } from '../../transfer/index.ts';
import {
  type CrossedInterval,
  type Described,
  describedAs,
  overall,
  type PairedTest,
} from '../../uncertainty/index.ts';
import { evidenceWords } from '../evidence.ts';
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
    `A network with ${network.size.toLocaleString('en-US')} weights was ${made(posterior, data)} and transferred to ${device.title} by the method ‘${plan.method}’: ${transferMethods[plan.method as keyof typeof transferMethods].summary}. ${comparedWithOne({ ...evaluation, hardware: evaluation.hardware.metrics, deterministic: evaluation.deterministic.metrics })}`,
    `${plan.copies} ${plan.copies === 1 ? 'copy fills' : 'copies fill'} ${placement.cells.toLocaleString('en-US')} cells, ${(100 * placement.utilisation).toFixed(1)} % of ${arrays}; the cells of a weight hold up to ${spanOfRanges(plan.ranges)}${plan.ranges.length > 1 ? ', by layer' : ''}. Figures are for ${evaluation.hardware.chips.length} chips, ${formatDuration(headlineTime)} after programming.`,
    countsOnConverters(experiment, posterior)
      ? `${survived} Software computes without the converters that this posterior was trained for: chips may do better.`
      : survived,
    ...rangeConcerns(plan.ranges),
    ...rangeConcerns(evaluation.deterministic.ranges, 'deterministic chips'),
  ];
}

/** What a comparison with one weight vector looks at. */
type ComparedWithOne = Pick<Evaluation, 'evidence' | 'headlineTime' | 'againstDeterministic'> &
  Readonly<Record<'hardware' | 'deterministic', CrossedMetrics>>;

/**
 * The chips against one weight vector by every headline metric, those that are worse as those that are better: brief ones
 * with means, difference and wins, the others by name. What the interval of the difference does not tell apart is said to be
 * open.
 */
export function comparedWithOne(evaluation: ComparedWithOne): string {
  const { evidence, headlineTime, againstDeterministic } = evaluation;
  const over = evidenceWords(evidence).chips;
  const found = { better: [] as Verdict[], worse: [] as Verdict[], open: [] as Verdict[] };
  for (const [name, test] of Object.entries(againstDeterministic)) {
    const { low, high } = overall(test.difference);
    const metric = describedAs(name)[0]!;
    const verdict = low > 0 ? 'better' : high < 0 ? 'worse' : 'open';
    found[verdict].push({ metric, figures: metric.brief ? figuresOf(evaluation, name, test, verdict) : undefined });
  }
  const { better, worse, open } = found;
  const parts = [
    ...(better.length > 0 ? [`better in ${listed(better)}`] : []),
    ...(worse.length > 0 ? [`worse in ${listed(worse)}`] : []),
    ...(open.length > 0 ? [`not told apart in ${listed(open)}`] : []),
  ];
  return `Against one weight vector programmed once on the same device, ${formatDuration(headlineTime)} after programming, the chips are ${parts.join('; ')}.${over && ` Brackets: 95 % over ${over}.`}`;
}

interface Verdict {
  readonly metric: Described;
  readonly figures?: string;
}

/** `0.146 against 0.170, better by 0.024 [0.012, 0.036], on 20 of 20 chips`. */
function figuresOf(
  { hardware, deterministic }: ComparedWithOne,
  name: string,
  { wins, losses, ties, difference }: PairedTest,
  verdict: 'better' | 'worse' | 'open',
): string {
  const values = [hardware, deterministic].map(side => formatNumber(side[name]!.mean, 3)).join(' against ');
  const { mean, low, high } = overall(difference);
  const turned = mean < 0 ? { mean: -mean, low: -high, high: -low } : { mean, low, high };
  const side = mean < 0 ? 'worse' : 'better';
  const word = verdict === 'open' && mean === 0 ? 'no difference' : `${side} by ${formatInterval(turned)}`;
  return `${values}, ${word}, better on ${wins} of ${wins + losses + ties} chips`;
}

/** Brief metrics with their figures, then the others by name. */
function listed(verdicts: readonly Verdict[]): string {
  const word = (text: string) => (properNames.test(text) ? text : text[0]!.toLowerCase() + text.slice(1));
  const brief = verdicts.flatMap(({ metric, figures }) => (figures ? [`${word(metric.label)} (${figures})`] : []));
  const others = verdicts.flatMap(({ metric: { label, short = label }, figures }) => (figures ? [] : [word(short)]));
  return [...brief, ...others].join(', ');
}

/** Labels that keep their capital within a sentence. */
const properNames = /^([A-Z]{2}|F1|Brier)/;

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

const percent = ({ mean }: CrossedInterval): string => `${(100 * mean).toFixed(1)} %`;
const short = (interval: CrossedInterval): string => formatInterval(interval);
