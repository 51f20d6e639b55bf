import * as Plot from '@observablehq/plot';
import type { ReliabilityBin } from '../../uncertainty/index.ts';
import { legend, seriesEntries } from '../legend.ts';
import { colourOf, quiet, symbolOf } from '../palette.ts';
import { figure, panel } from '../panel.ts';

export interface ReliabilityDiagram {
  /** Software first, then hardware; bins from `calibration`, for several chips their sums. */
  readonly series: readonly { readonly name: string; readonly bins: readonly ReliabilityBin[] }[];
}

/** Observed accuracy against stated confidence (on the diagonal: calibrated), and how many inputs each bin holds, which also sets the size of its mark. */
export function reliabilityDiagram({ series }: ReliabilityDiagram): string {
  const sides = { marginLeft: 56, marginRight: 12 };
  const diagram = panel({
    ...sides,
    width: 520,
    height: 330,
    marginTop: 8,
    marginBottom: 42,
    x: { domain: [0, 1], label: 'confidence' },
    r: { type: 'identity' },
    y: { domain: [0, 1], label: 'accuracy', grid: true, ticks: 5 },
    marks: [
      Plot.line(
        [
          [0, 0],
          [1, 1],
        ],
        { stroke: quiet, strokeDasharray: '4 3' },
      ),
      series.map(({ bins }, i) => {
        const held = bins.filter(bin => bin.count > 0);
        const total = totalOf(bins);
        return [
          Plot.line(held, { x: 'confidence', y: 'accuracy', stroke: colourOf(i), strokeWidth: 1.8 }),
          Plot.dot(held, {
            x: 'confidence',
            y: 'accuracy',
            fill: colourOf(i),
            symbol: symbolOf(i),
            r: bin => radius(bin.count / total),
          }),
        ];
      }),
    ],
  });
  const counts = panel({
    ...sides,
    width: 520,
    height: 130,
    marginTop: 8,
    marginBottom: 42,
    x: { domain: [0, 1], label: 'confidence' },
    y: { label: 'share of inputs', ticks: 3, grid: true, zero: true },
    marks: [
      series.map(({ bins }, i) => {
        const total = totalOf(bins);
        const width = (bin: ReliabilityBin) => (0.9 * (bin.high - bin.low)) / series.length;
        return Plot.rectY(bins, {
          x1: bin => bin.low + 0.05 * (bin.high - bin.low) + i * width(bin),
          x2: bin => bin.low + 0.05 * (bin.high - bin.low) + (i + 1) * width(bin),
          y: bin => bin.count / total,
          fill: colourOf(i),
        });
      }),
      Plot.ruleY([0]),
    ],
  });
  return figure('Reliability diagram', [
    [
      legend(
        520,
        [
          ...seriesEntries(
            series.map(s => s.name),
            true,
          ),
          { name: 'calibrated', colour: quiet, mark: 'dash' },
        ],
        56,
      ),
    ],
    [diagram],
    [counts],
  ]);
}

const totalOf = (bins: readonly ReliabilityBin[]) => bins.reduce((sum, bin) => sum + bin.count, 0);

/** Marks grow with the share of inputs they stand for, so that a bin of a handful does not look like one of many. */
const radius = (share: number) => 1.8 + 6 * Math.sqrt(share);
