import * as Plot from '@observablehq/plot';
import type { CoveragePoint, Ends } from '../../uncertainty/index.ts';
import { type Figure, figure } from '../figure.ts';
import { calibrationLegend } from '../legend.ts';
import { colourOf, quiet, symbolOf } from '../palette.ts';
import { panel } from '../panel.ts';

export interface IntervalCoverage {
  readonly series: readonly { readonly name: string; readonly points: readonly (CoveragePoint & Ends)[] }[];
}

/** The reliability diagram of a regression: share of targets inside the central intervals against the intended share. */
export function intervalCoverage({ series }: IntervalCoverage): Figure {
  const diagram = panel({
    width: 520,
    height: 330,
    marginLeft: 56,
    marginRight: 12,
    marginTop: 8,
    marginBottom: 42,
    x: { domain: [0, 1], label: 'intended coverage' },
    y: { domain: [0, 1], label: 'observed coverage', grid: true, ticks: 5 },
    marks: [
      Plot.line(
        [
          [0, 0],
          [1, 1],
        ],
        { stroke: quiet, strokeDasharray: '4 3' },
      ),
      series.map(({ points }, i) => [
        Plot.areaY(points, { x: 'level', y1: 'low', y2: 'high', fill: colourOf(i), fillOpacity: 0.18 }),
        Plot.line(points, { x: 'level', y: 'coverage', stroke: colourOf(i), strokeWidth: 1.8 }),
        Plot.dot(points, { x: 'level', y: 'coverage', fill: colourOf(i), symbol: symbolOf(i), r: 3 }),
      ]),
    ],
  });
  return figure(
    'Coverage of predictive intervals',
    [
      [
        calibrationLegend(
          520,
          series.map(({ name }) => name),
          56,
        ),
      ],
      [diagram],
    ],
    {
      columns: ['series', 'intended coverage', 'observed coverage', 'low', 'high'],
      rows: series.flatMap(({ name, points }) =>
        points.map(({ level, coverage, low, high }) => [name, level, coverage, low, high]),
      ),
    },
  );
}
