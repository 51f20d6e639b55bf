import { stringify } from 'yaml';
import { formatDuration, formatNumber, formatQuantity } from '../../base/index.ts';
import { sourceOf } from '../../inference/index.ts';
import type { ComparedSource, SourceComparison, Subject } from '../../pipeline/index.ts';
import { type Described, metrics, overall } from '../../uncertainty/index.ts';
import { evidenceWords, withInterval } from '../evidence.ts';
import { variantComparison } from '../figures/variant-comparison.ts';
import { shortLabel } from '../metrics-table.ts';
import type { Report, Section } from '../report.ts';
import type { Cell, Table } from '../table.ts';

/** Metrics that sources are compared by, of those that a comparison has: accuracy or error, loss, calibration, and detection by epistemic uncertainty. */
export function sourceMetrics({ sources }: SourceComparison, task: Described['task']): readonly Described[] {
  const own = metrics.filter(metric => metric.task === task && sources.some(({ metrics }) => metrics[metric.name]));
  const named = (...names: readonly string[]) => own.find(({ name }) => names.includes(name));
  const wanted =
    task === 'classification'
      ? [named('accuracy'), named('nll'), named('ece'), named('aurocUnseen') ?? named('aurocErrorEpistemic')]
      : own.filter(({ brief }) => brief);
  return wanted.filter(metric => metric !== undefined);
}

const quantity = (value: number | null, unit: string): string => (value === null ? '–' : formatQuantity(value, unit));

/** The sources side by side: what they predict, what their samples are worth and what they take. */
export function sourcesTable(comparison: SourceComparison, subject: Subject): Table {
  const { data } = subject;
  const columns = sourceMetrics(comparison, data.task);
  const over = evidenceOf(comparison, subject).chips;
  const row = (one: ComparedSource): Cell[] => [
    one.entropy,
    ...columns.map(({ name }) => one.metrics[name]),
    one.againstBest.nll?.difference,
    one.effectiveSamples ?? undefined,
    one.weightDistance ?? undefined,
    quantity(one.energyPerDecision, 'J'),
    quantity(one.latency, 's'),
    formatNumber(one.writes),
    one.lifetime === null ? '–' : formatNumber(one.lifetime),
  ];
  return {
    columns: [
      '',
      ...columns.map(metric => withInterval(shortLabel(metric), over)),
      'NLL gained on the best',
      'samples they are worth',
      'weights off by',
      'energy',
      'latency',
      'cells written',
      'decisions until worn out',
    ],
    rows: comparison.sources.map(row),
    note: notes(comparison, subject),
  };
}

const evidenceOf = ({ chips }: SourceComparison, { data }: Subject) =>
  evidenceWords({
    chips,
    rows: data.test.count,
    ...(data.test.groups && { groups: new Set(data.test.groups).size }),
  });

function notes(comparison: SourceComparison, subject: Subject): string {
  const { sources, time } = comparison;
  const unpriced = sources.flatMap(({ entropy, unpriced }) => (unpriced ? [`${entropy} is ${unpriced}`] : []));
  return [
    `${sources[0]!.samples} samples of ${comparison.chips} chips ${formatDuration(time)} after programming.`,
    evidenceOf(comparison, subject).note,
    'What samples are worth: Var(p)/Var(p̄) over starts of the same chip; a dash where it draws nothing anew. Weights are off by the root mean square distance of their laws from the trained ones, in trained spreads. Energy, latency and cells written are those of a decision, energies medians.',
    ...unpriced,
  ].join(' ');
}

/** What a comparison says in one sentence. */
export const takenText = ({ taken }: SourceComparison): string => `It would take '${taken.entropy}': ${taken.why}.`;

/** The report of a comparison of sources of randomness. */
export function sourcesReport(
  comparison: SourceComparison,
  subject: Subject,
  command: string,
  versions: Readonly<Record<string, string>>,
): Report {
  const { experiment, device } = subject;
  const { sources, refused } = comparison;
  return {
    title: `${experiment.title ?? experiment.name}: where the randomness may come from`,
    summary: [
      `One posterior (${experiment.posterior.method}) on ${device.title}, with every source of randomness that both allow, on the same chips and rows.`,
      takenText(comparison),
    ],
    results: sourcesTable(comparison, subject),
    sections: [
      section(comparison, subject),
      ...(refused.length > 0
        ? [{ title: 'Not possible here', text: refused.map(({ entropy, refused }) => `${entropy}: ${refused}`) }]
        : []),
    ],
    citations: sources.flatMap(({ entropy }) => sourceOf({ entropy }).cite),
    command,
    record: { seed: experiment.seed, versions, experiment: stringify(experiment) },
  };
}

function section(comparison: SourceComparison, { data }: Subject): Section {
  const { sources } = comparison;
  const columns = sourceMetrics(comparison, data.task);
  return {
    title: 'Sources of randomness',
    tables: [
      {
        title: 'How each is realised',
        columns: ['', 'samples come from', 'transfer', 'bits of circuits a decision'],
        rows: sources.map(({ entropy, summary, transfer, bits }) => [entropy, summary, transfer, bits]),
      },
    ],
    figures: [
      {
        figure: variantComparison({
          title: 'Sources of randomness side by side',
          variants: sources.map(({ entropy }) => entropy),
          metrics: columns.slice(0, 4).map(metric => ({
            name: shortLabel(metric),
            hardware: sources.map(({ metrics }) => overall(metrics[metric.name]!)),
          })),
        }),
        caption: 'Means over chips with their 95 % intervals, the same chips and rows for all.',
      },
    ],
  };
}
