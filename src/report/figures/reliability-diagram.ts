import * as Plot from '@observablehq/plot';
import { formatNumber } from '../../base/index.ts';
import type { PooledBin } from '../../pipeline/index.ts';
import { type Figure, figure } from '../figure.ts';
import { calibrationLegend } from '../legend.ts';
import { colourOf, quiet, symbolOf } from '../palette.ts';
import { panel } from '../panel.ts';

export interface ReliabilityDiagram {
  /** Software first, then hardware. */
  readonly series: readonly { readonly name: string; readonly bins: readonly PooledBin[] }[];
}

/** Observed accuracy against stated confidence (on the diagonal: calibrated), and how many inputs each bin holds, which also sets the size of its mark. */
export function reliabilityDiagram({ series }: ReliabilityDiagram): Figure {
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
      series.map(({ name, bins }, i) => {
        const held = bins.filter(bin => bin.count > 0);
        const total = totalOf(bins);
        const told = held.flatMap(({ confidence, ends }) => (ends ? [{ confidence, ...ends }] : []));
        return [
          Plot.ruleX(told, { x: 'confidence', y1: 'low', y2: 'high', stroke: colourOf(i), strokeOpacity: 0.6 }),
          Plot.line(held, { x: 'confidence', y: 'accuracy', stroke: colourOf(i), strokeWidth: 1.8 }),
          Plot.dot(held, {
            x: 'confidence',
            y: 'accuracy',
            fill: colourOf(i),
            symbol: symbolOf(i),
            r: bin => radius(bin.count / total),
            title: bin => pointTitle(name, bin),
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
        const width = (bin: PooledBin) => (0.9 * (bin.high - bin.low)) / series.length;
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
  return figure(
    'Reliability diagram',
    [
      [
        calibrationLegend(
          520,
          series.map(({ name }) => name),
          56,
        ),
      ],
      [diagram],
      [counts],
    ],
    {
      columns: ['series', 'confidence from', 'to', 'inputs', 'mean confidence', 'accuracy', 'low', 'high'],
      rows: series.flatMap(({ name, bins }) =>
        bins.map(({ low, high, count, confidence, accuracy, ends }) => [
          name,
          low,
          high,
          count,
          ...(count > 0 ? [confidence, accuracy] : [undefined, undefined]),
          ends?.low,
          ends?.high,
        ]),
      ),
    },
  );
}

const pointTitle = (name: string, { low, high, count, accuracy }: PooledBin): string =>
  `${name}: confidence ${formatNumber(low, 2)} to ${formatNumber(high, 2)}, ${formatNumber(count, 3)} inputs, accuracy ${formatNumber(accuracy, 3)}`;

const totalOf = (bins: readonly PooledBin[]) => bins.reduce((sum, bin) => sum + bin.count, 0);

/** Marks grow with the share of inputs they stand for, so that a bin of a handful does not look like one of many. */
const radius = (share: number) => 1.8 + 6 * Math.sqrt(share);
