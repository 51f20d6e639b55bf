import * as Plot from '@observablehq/plot';
import { type Figure, figure } from '../figure.ts';
import { legend } from '../legend.ts';
import { colourOf } from '../palette.ts';
import { panel } from '../panel.ts';

/** Hypervolumes of a search after so many pieces of work. */
export interface SearchCurve {
  readonly name: string;
  readonly points: readonly { readonly results: number; readonly hypervolume: number }[];
}

/** The hypervolume of a study's front after so many pieces of work, and those of its baselines below the same reference. */
export function hypervolumeFigure([study, ...baselines]: readonly [SearchCurve, ...SearchCurve[]]): Figure {
  const line = ({ points }: SearchCurve, i: number) =>
    Plot.line(points, {
      x: 'results',
      y: 'hypervolume',
      stroke: colourOf(i),
      strokeWidth: 1.8,
      curve: 'step-after',
      ...(i > 0 && { strokeDasharray: '4 3' }),
    });
  const plot = panel({
    width: 640,
    height: 240,
    marginLeft: 74,
    marginRight: 20,
    marginTop: 10,
    marginBottom: 42,
    x: { label: 'pieces of work', ticks: 6 },
    y: { label: 'hypervolume', grid: true, zero: true, nice: true, ticks: 5, labelOffset: 60 },
    marks: [...baselines.map((each, i) => line(each, i + 1)), line(study, 0)],
  });
  const numbers = {
    columns: ['search', 'pieces of work', 'hypervolume'],
    rows: [study, ...baselines].flatMap(({ name, points }) =>
      points.map(({ results, hypervolume }) => [name, results, hypervolume]),
    ),
  };
  if (baselines.length === 0) return figure('Hypervolume over the study', [[plot]], numbers);
  const entries = [study, ...baselines].map(({ name }, i) => ({
    name,
    colour: colourOf(i),
    mark: i === 0 ? ('line' as const) : ('dash' as const),
  }));
  return figure('Hypervolume over the study and its baselines', [[legend(640, entries, 74)], [plot]], numbers);
}
