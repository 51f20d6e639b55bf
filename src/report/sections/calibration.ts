import { formatDuration } from '../../base/index.ts';
import type { Evaluation, PooledBin } from '../../pipeline/index.ts';
import type { CoveragePoint, Ends } from '../../uncertainty/index.ts';
import { intervalCoverage } from '../figures/interval-coverage.ts';
import { reliabilityDiagram } from '../figures/reliability-diagram.ts';
import { riskCoverageFigure } from '../figures/risk-coverage.ts';
import type { Section } from '../report.ts';

/** Is confidence to be believed, and does handing on the uncertain inputs help? */
export function calibrationSection({ task, software, hardware, deterministic, headlineTime }: Evaluation): Section {
  const sides = [
    ['software', software.curves],
    ['hardware', hardware.curves],
    ['deterministic', deterministic.curves],
  ] as const;
  const chips = hardware.chips.length;
  const reliability =
    task === 'classification'
      ? reliabilityDiagram({ series: sides.map(([name, c]) => ({ name, bins: c.reliability as PooledBin[] })) })
      : intervalCoverage({
          series: sides.map(([name, c]) => ({ name, points: c.reliability as (CoveragePoint & Ends)[] })),
        });
  return {
    title: 'Calibration and selective prediction',
    text: [
      `Over ${chips === 1 ? 'one chip' : `all ${chips} chips`} of each kind, ${formatDuration(headlineTime)} after programming.`,
    ],
    figures: [
      {
        figure: reliability,
        caption:
          task === 'classification'
            ? 'Accuracy against confidence, with 95 % intervals over chips and rows, and how many inputs say so; a calibrated predictor lies on the diagonal.'
            : 'Share of targets inside intervals against the share that should be; a calibrated predictor lies on the diagonal.',
      },
      {
        figure: riskCoverageFigure({
          series: sides.map(([name, { riskCoverage }]) => ({
            name,
            coverage: riskCoverage.map(({ coverage }) => coverage),
            risk: riskCoverage.map(({ mean }) => mean),
            low: riskCoverage.map(({ low }) => low),
            high: riskCoverage.map(({ high }) => high),
          })),
          riskTitle: task === 'classification' ? 'error rate' : 'mean squared error',
        }),
        caption:
          'Error among the inputs kept when the most uncertain ones are handed on, with the 95 % interval of the mean over chips.',
      },
    ],
  };
}
