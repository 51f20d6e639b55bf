import { formatDuration, formatNumber, formatQuantity } from '../base/index.ts';
import { type CrossedMetrics, chipName } from '../pipeline/index.ts';
import {
  comparedWithOne,
  evidenceWords,
  formatEnds,
  formatInterval,
  metricLabel,
  shortLabel,
  withInterval,
} from '../report/index.ts';
import type { RunSummary } from '../run/index.ts';
import { mostClipped, rangeConcerns } from '../transfer/index.ts';
import {
  type CrossedInterval,
  conformalMetrics,
  type Described,
  headlines,
  type Interval,
  keptMetrics,
  metrics,
} from '../uncertainty/index.ts';
import { aligned } from './aligned.ts';
import { shown } from './shown.ts';

/** Classes beyond this many are left to the document and the report. */
const mostClasses = 12;

/** A mean with its interval over all the evidence there is. */
export const interval = (found: Interval | CrossedInterval | undefined): string =>
  found ? formatInterval(found) : '–';

/** Metrics of short tables, in order. */
export const briefOf = (known: readonly Described[], task: RunSummary['task']): readonly Described[] =>
  known.filter(metric => metric.task === task && metric.brief);

/** What people are told of a run: tables, one below the other, and where the report is. */
export function summaryText(summary: RunSummary, report: string): string {
  const { chip, chips, evidence, extrapolated, adopted, kept, measured, variants = [] } = summary;
  const parts = [
    `${summary.name}: ${chip.copies} ${chip.copies === 1 ? 'copy' : 'copies'} on ${chip.cells.toLocaleString('en-US')} of ${chip.devices.toLocaleString('en-US')} devices (${(100 * chip.utilisation).toFixed(1)} %), ${chips} ${chips === 1 ? 'chip' : 'chips'}`,
    comparedWithOne(summary),
    ...[
      resultRows(summary),
      directionRows(summary),
      keptRows(summary),
      promiseRows(summary),
      classRows(summary),
      calibrationRows(summary),
      corruptionRows(summary),
      variantRows(summary),
      ...seedRows(summary),
    ].flatMap(rows => (rows.length > 1 ? [aligned(rows)] : [])),
    [
      `A decision, medians: ${priceText(summary.prices)}.`,
      ...rangeConcerns(chip.ranges),
      ...rangeConcerns(chip.deterministicRanges, 'deterministic chips'),
      ...(extrapolated ? [extrapolatedNote(extrapolated)] : []),
      `Figures of chips: ${formatDuration(summary.headlineTime)} after programming${variants.length > 0 ? ', those of variants as named' : ''}. ${evidenceWords(evidence).note}`,
      ...(adopted ? [`Put in by hand: ${adopted.join(', ')}.`] : []),
      ...(kept ? [`Kept from another version: ${kept.join(', ')}.`] : []),
      ...(measured ? [measuredNote(measured, chips), ''] : []),
      `Report: ${shown(report)}`,
    ].join('\n'),
  ];
  return parts.join('\n\n');
}

type Rows = readonly (readonly string[])[];

/** Software, hardware and one weight vector by every headline metric. */
function resultRows({ evidence, software, hardware, deterministic }: RunSummary): Rows {
  const over = evidenceWords(evidence);
  return [
    [
      '',
      withInterval('software', over.software),
      withInterval('hardware', over.chips),
      withInterval('deterministic', over.chips),
    ],
    ...headlines
      .filter(name => software[name] !== undefined)
      .map(name => [metricLabel(name), ...[software, hardware, deterministic].map(side => interval(side[name]))]),
  ];
}

/** What of the software prediction survived. */
function keptRows({ evidence, preserved, preservedOver }: RunSummary): Rows {
  return [
    ['', withInterval('hardware against software', keptOver(evidence, preservedOver))],
    ...Object.entries(preserved).map(([name, found]) => [metricLabel(name), interval(found)]),
  ];
}

/** How many samples were taken and inputs answered, where samples stop or inputs may go unanswered. */
function promiseRows({ evidence, hardware }: RunSummary): Rows {
  const names = ['meanSamples', 'samples99', 'stoppingRisk', 'stoppingNll', 'answeredShare', 'answeredRisk'];
  return [
    ['', withInterval('hardware', evidenceWords(evidence).chips)],
    ...names.filter(name => hardware[name]).map(name => [metricLabel(name), interval(hardware[name])]),
  ];
}

/** What intervals of what survived run over: a grid of inputs is no sample. */
const keptOver = ({ chips, ...rows }: RunSummary['evidence'], over: RunSummary['preservedOver']): string =>
  evidenceWords(over === 'grid' ? { chips, rows: 1 } : { chips, ...rows }).chips;

/** The two directions of the evidence apart; nothing where there is one. */
function directionRows({ evidence, hardware, deterministic }: RunSummary): Rows {
  const overRows = `over ${evidenceWords(evidence).software}`;
  const both = headlines.filter(name => hardware[name]?.both);
  const ends = (side: CrossedMetrics, name: string) => [formatEnds(side[name]?.chips), formatEnds(side[name]?.rows)];
  return [
    ['95 % intervals', 'hardware: over chips', overRows, 'deterministic: over chips', overRows],
    ...both.map(name => [metricLabel(name), ...ends(hardware, name), ...ends(deterministic, name)]),
  ];
}

/** What becomes of each class on hardware. */
function classRows({ outputs, evidence, hardware, confusion = [] }: RunSummary): Rows {
  if (confusion.length === 0 || confusion.length > mostClasses) return [];
  const over = evidenceWords(evidence).chips;
  const total = (values: readonly number[]) => values.reduce((sum, count) => sum + count, 0);
  return [
    [
      'class, hardware',
      'inputs',
      'decided so',
      ...['recall', 'precision', 'F1'].map(name => withInterval(name, over)),
      ...outputs.map(name => `as ${name}`),
    ],
    ...outputs.map((name, c) => [
      name,
      formatNumber(total(confusion[c]!)),
      formatNumber(total(confusion.map(row => row[c]!))),
      ...['recall', 'precision', 'f1'].map(kind => interval(hardware[`${kind}:${name}`])),
      ...confusion[c]!.map(count => formatNumber(count)),
    ]),
  ];
}

/** Before and after calibration: what it is for, and the conformal sets. */
function calibrationRows({ calibration, evidence, task }: RunSummary): Rows {
  if (!calibration) return [];
  const { software, hardware } = calibration;
  const corrected = Object.keys(software.after).length > 0;
  const over = evidenceWords(evidence);
  const heads = (name: string, over: string) => [
    withInterval(name, over),
    ...(corrected ? [withInterval(`${name}, corrected`, over)] : []),
  ];
  const cells = (side: Pick<typeof hardware, 'before' | 'after'>, name: string) => [
    interval(side.before[name]),
    ...(corrected ? [interval(side.after[name])] : []),
  ];
  const rows = briefOf(corrected ? [...metrics, ...conformalMetrics] : conformalMetrics, task);
  return [
    ['calibration', ...heads('software', over.software), ...heads('hardware', over.chips)],
    ...rows
      .filter(({ name }) => software.before[name] !== undefined)
      .map(({ name }) => [metricLabel(name), ...cells(software, name), ...cells(hardware, name)]),
  ];
}

/** Errors and doubt as inputs get harder. */
function corruptionRows({ corruptions = [], evidence, task }: RunSummary): Rows {
  const over = evidenceWords(evidence);
  const shown = [
    ...briefOf(metrics, task).slice(0, 2),
    ...metrics.filter(metric => metric.task === task && metric.doubt).slice(-1),
  ];
  return [
    [
      'corruption',
      ...shown.flatMap(metric => [
        withInterval(`${shortLabel(metric)}, software`, over.software),
        withInterval('chips', over.chips),
      ]),
    ],
    ...corruptions.map(({ corruption, strength, software, hardware }) => [
      `${corruption} ${strength}`,
      ...shown.flatMap(({ name }) => [interval(software[name]), interval(hardware[name])]),
    ]),
  ];
}

/** Variants by what is shown of every run, and by what they kept of the experiment's own software prediction. */
function variantRows({ variants = [], evidence, task, preservedOver }: RunSummary): Rows {
  const over = evidenceWords(evidence).chips;
  const overKept = keptOver(evidence, preservedOver);
  const [predicted, kept] = [briefOf(metrics, task), briefOf(keptMetrics, task)];
  return [
    [
      'variant',
      'after',
      ...predicted.map(metric => withInterval(shortLabel(metric), over)),
      ...kept.map(metric => withInterval(shortLabel(metric), overKept)),
      'clipped',
      'a decision (median)',
    ],
    ...variants.map(({ name, headlineTime, hardware, preserved, preservedOfBase = preserved, ranges, prices }) => [
      name,
      formatDuration(headlineTime),
      ...predicted.map(metric => interval(hardware[metric.name])),
      ...kept.map(metric => interval(preservedOfBase[metric.name])),
      mostClipped(ranges),
      priceText(prices),
    ]),
  ];
}

/** Runs that differ in their seeds alone, together. */
function seedRows({ seeds = [], task }: RunSummary): Rows[] {
  const columns = briefOf(metrics, task);
  return seeds.map(one => [
    [`${one.name}, seeds ${one.seeds.join(', ')}`, ...columns.map(metric => withInterval(shortLabel(metric), 'seeds'))],
    ...(['software', 'hardware', 'deterministic'] as const).map(side => [
      side,
      ...columns.map(({ name }) => interval(one[side][name])),
    ]),
  ]);
}

/** Energy, latency and area of a decision, or why they are not known. */
function priceText(prices: RunSummary['prices']): string {
  if (typeof prices === 'string') return prices.replace(/\.$/, '');
  const { energyPerDecision, latency, area } = prices;
  return [
    ...(energyPerDecision === undefined ? [] : [formatQuantity(energyPerDecision, 'J')]),
    ...(latency === undefined ? [] : [formatQuantity(latency, 's')]),
    ...(area === undefined ? [] : [`${formatNumber(area * 1e6, 3)} mm²`]),
  ].join(', ');
}

/** Which figures rest on what the device was never read at. */
function extrapolatedNote({ from, times }: NonNullable<RunSummary['extrapolated']>): string {
  return `Extrapolated: ${times.map(time => formatDuration(time)).join(', ')} after programming; the last read of the device was at ${formatDuration(from)}.`;
}

/** Which chips are real, and what the figures above are means of. */
function measuredNote(measured: readonly number[], chips: number): string {
  const names = measured.map(chipName).join(', ');
  const simulated = chips - measured.length;
  const mean =
    simulated > 0
      ? `; figures on hardware are means over ${measured.length === 1 ? 'it' : 'them'} and ${simulated} simulated ${simulated === 1 ? 'chip' : 'chips'}, each one’s own are hardware.chips of evaluation.json`
      : '';
  return `Measured conductances: ${names}${mean}.`;
}
