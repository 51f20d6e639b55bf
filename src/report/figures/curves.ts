import * as Plot from '@observablehq/plot';
import { legend, seriesEntries } from '../legend.ts';
import { colourOf } from '../palette.ts';
import { figure, panel } from '../panel.ts';

export interface Curves {
  readonly xTitle: string;
  readonly yTitle: string;
  readonly xType?: 'linear' | 'log';
  readonly yType?: 'linear' | 'log';
  /** `x`, `y`: equally long; `low`, `high`: a band about `y`, where known. */
  readonly series: readonly {
    readonly name: string;
    readonly x: ArrayLike<number>;
    readonly y: ArrayLike<number>;
    readonly low?: ArrayLike<number>;
    readonly high?: ArrayLike<number>;
  }[];
}

/** Lines over one axis: losses over training steps, draws of a chain, risk over coverage. */
export function curves({ xTitle, yTitle, xType = 'linear', yType = 'linear', series }: Curves): string {
  const plot = panel({
    width: 640,
    height: 300,
    marginLeft: 64,
    marginRight: 14,
    marginTop: 8,
    marginBottom: 42,
    x: { type: xType, label: xTitle, ticks: 6 },
    y: { type: yType, label: yTitle, grid: true, nice: true, ticks: 5 },
    marks: series.map(({ x, y, low, high }, i) => {
      const rows = Array.from(x, (value, k) => ({ x: value, y: y[k]!, low: low?.[k], high: high?.[k] }));
      return [
        low && high && Plot.areaY(rows, { x: 'x', y1: 'low', y2: 'high', fill: colourOf(i), fillOpacity: 0.18 }),
        Plot.line(rows, { x: 'x', y: 'y', stroke: colourOf(i), strokeWidth: series.length > 3 ? 1.2 : 1.8 }),
      ];
    }),
  });
  return figure(`${yTitle} over ${xTitle}`, [[legend(640, seriesEntries(series.map(s => s.name)), 64)], [plot]]);
}
