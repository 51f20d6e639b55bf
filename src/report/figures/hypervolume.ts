import * as Plot from '@observablehq/plot';
import { colourOf } from '../palette.ts';
import { figure, panel } from '../panel.ts';

/** The hypervolume of a study's front after so many pieces of work. */
export function hypervolumeFigure(
  points: readonly { readonly results: number; readonly hypervolume: number }[],
): string {
  const plot = panel({
    width: 640,
    height: 240,
    marginLeft: 74,
    marginRight: 20,
    marginTop: 10,
    marginBottom: 42,
    x: { label: 'pieces of work', ticks: 6 },
    y: { label: 'hypervolume', grid: true, zero: true, nice: true, ticks: 5, labelOffset: 60 },
    marks: [
      Plot.line(points, { x: 'results', y: 'hypervolume', stroke: colourOf(0), strokeWidth: 1.8, curve: 'step-after' }),
    ],
  });
  return figure('Hypervolume over the study', [[plot]]);
}
