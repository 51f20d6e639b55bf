import { formatDuration } from '../../base/index.ts';
import type { AgeingEvaluation, Evaluation } from '../../pipeline/index.ts';
import { keptMetrics, metrics, overall } from '../../uncertainty/index.ts';
import { evidenceWords, withInterval } from '../evidence.ts';
import { overTime } from '../figures/over-time.ts';
import { shortLabel } from '../metrics-table.ts';
import type { Section } from '../report.ts';
import type { Table } from '../table.ts';

/** What becomes of a chip with time; none where it was evaluated once. */
export function timeSection(evaluation: Evaluation): Section {
  const { task, hardware, deterministic, software, evidence, extrapolated } = evaluation;
  const over = evidenceWords(evidence).chips;
  return {
    title: 'After programming',
    ...(extrapolated && {
      text: [
        `Extrapolated: ${extrapolated.times.map(time => formatDuration(time)).join(', ')}. The last read of the device was ${formatDuration(extrapolated.from)} after programming.`,
      ],
    }),
    ...(evaluation.ageing && { tables: ageingTables(evaluation, evaluation.ageing) }),
    figures: metrics
      .filter(metric => metric.task === task && metric.brief)
      .map(metric => {
        const { name } = metric;
        const points = ({ byTime }: typeof hardware) =>
          byTime.map(({ time, metrics }) => ({ time, ...overall(metrics[name]!) }));
        return {
          figure: overTime({
            metric: shortLabel(metric),
            series: [
              { name: 'hardware', points: points(hardware) },
              { name: 'deterministic', points: points(deterministic) },
            ],
            reference: { name: 'software', value: software.metrics[name]!.mean },
          }),
          caption: `${metric.label} against the time since programming, mean over chips${over && ` with its 95 % interval over ${over}`}.`,
        };
      }),
  };
}

/** What survives of software at each time, and what corrupted inputs make of the chips then. */
function ageingTables({ task, preserved, evidence }: Evaluation, ageing: readonly AgeingEvaluation[]): Table[] {
  const over = evidenceWords(preserved.over === 'grid' ? { chips: evidence.chips, rows: 1 } : evidence).chips;
  const kept = keptMetrics.filter(metric => metric.task === task && metric.headline);
  const brief = metrics.filter(metric => metric.task === task && metric.brief);
  const corrupted = ageing.flatMap(({ time, corruptions = [] }) =>
    corruptions.map(one => [
      `${one.corruption} ${one.strength}`,
      formatDuration(time),
      ...brief.map(({ name }) => one.metrics[name]),
    ]),
  );
  return [
    {
      title: 'What survives of the software prediction',
      columns: ['after programming', ...kept.map(metric => withInterval(shortLabel(metric), over))],
      rows: ageing.map(one => [formatDuration(one.time), ...kept.map(({ name }) => one.preserved[name])]),
    },
    ...(corrupted.length > 0
      ? [
          {
            title: 'Corrupted inputs, hardware',
            columns: ['', 'after programming', ...brief.map(metric => shortLabel(metric))],
            rows: corrupted,
          },
        ]
      : []),
  ];
}
