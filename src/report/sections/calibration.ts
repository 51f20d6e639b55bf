import { formatDuration } from '../../base/index.ts';
import type { Evaluation } from '../../pipeline/index.ts';
import type { CoveragePoint, ReliabilityBin } from '../../uncertainty/index.ts';
import { intervalCoverage } from '../figures/interval-coverage.ts';
import { reliabilityDiagram } from '../figures/reliability-diagram.ts';
import { riskCoverageFigure } from '../figures/risk-coverage.ts';
import type { Section } from '../report.ts';

/** Is confidence to be believed, and does handing on the uncertain inputs help? */
export function calibrationSection({ task, software, hardware, deterministic, headlineTime }: Evaluation): Section {
  const sides = [
    ['software', software.curves],
    ['hardware, first chip', hardware.curves],
    ['deterministic, first chip', deterministic.curves],
  ] as const;
  const reliability =
    task === 'classification'
      ? reliabilityDiagram({ series: sides.map(([name, c]) => ({ name, bins: c.reliability as ReliabilityBin[] })) })
      : intervalCoverage({ series: sides.map(([name, c]) => ({ name, points: c.reliability as CoveragePoint[] })) });
  return {
    title: 'Calibration and selective prediction',
    text: [`Chips are the first of each kind, ${formatDuration(headlineTime)} after programming.`],
    figures: [
      {
        svg: reliability,
        caption:
          task === 'classification'
            ? 'Accuracy against confidence; a calibrated predictor lies on the diagonal.'
            : 'Share of targets inside intervals against the share that should be; a calibrated predictor lies on the diagonal.',
      },
      {
        svg: riskCoverageFigure({
          series: sides.map(([name, { riskCoverage }]) => ({
            name,
            coverage: riskCoverage.coverage,
            risk: riskCoverage.risk,
          })),
          riskTitle: task === 'classification' ? 'error rate' : 'mean squared error',
        }),
        caption: 'Error among the inputs kept when the most uncertain ones are handed on.',
      },
    ],
  };
}
