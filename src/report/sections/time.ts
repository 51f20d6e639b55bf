import { formatDuration } from '../../base/index.ts';
import type { Evaluation } from '../../pipeline/index.ts';
import { metrics, overall } from '../../uncertainty/index.ts';
import { evidenceWords } from '../evidence.ts';
import { overTime } from '../figures/over-time.ts';
import { shortLabel } from '../metrics-table.ts';
import type { Section } from '../report.ts';

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
