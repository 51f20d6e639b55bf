import { formatDuration } from '../../base/index.ts';
import type { Evaluation } from '../../pipeline/index.ts';
import { overTime } from '../figures/over-time.ts';
import type { Section } from '../report.ts';

/** What becomes of a chip with time; none where it was evaluated once. */
export function timeSection({ task, hardware, deterministic, software, extrapolated }: Evaluation): Section {
  const metrics = task === 'classification' ? (['accuracy', 'nll', 'ece'] as const) : (['rmse', 'nll'] as const);
  const names: Readonly<Record<string, string>> = { accuracy: 'Accuracy', nll: 'NLL (nat)', ece: 'ECE', rmse: 'RMSE' };
  return {
    title: 'After programming',
    ...(extrapolated && {
      text: [
        `Extrapolated: ${extrapolated.times.map(time => formatDuration(time)).join(', ')}. The last read of the device was ${formatDuration(extrapolated.from)} after programming.`,
      ],
    }),
    figures: metrics.map(metric => ({
      svg: overTime({
        metric: names[metric]!,
        series: [
          { name: 'hardware', points: hardware.byTime.map(({ time, metrics }) => ({ time, ...metrics[metric]! })) },
          {
            name: 'deterministic',
            points: deterministic.byTime.map(({ time, metrics }) => ({ time, ...metrics[metric]! })),
          },
        ],
        reference: { name: 'software', value: software.metrics[metric]! },
      }),
      caption: `${names[metric]} against the time since programming, mean over chips with 95 % interval.`,
    })),
  };
}
