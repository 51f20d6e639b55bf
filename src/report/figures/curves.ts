import * as Plot from '@observablehq/plot';
import { type Figure, figure } from '../figure.ts';
import { legend, seriesEntries } from '../legend.ts';
import { colourOf } from '../palette.ts';
import { panel } from '../panel.ts';

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
    /** Goes on with the series before it: dashed, in its colour, under its name. */
    readonly extrapolated?: boolean;
  }[];
}

/** Lines over one axis: losses over training steps, draws of a chain, risk over coverage. */
export function curves({ xTitle, yTitle, xType = 'linear', yType = 'linear', series }: Curves): Figure {
  const colours = series.map((_, i) => colourOf(series.slice(0, i + 1).filter(s => !s.extrapolated).length - 1));
  const named = series.filter(s => !s.extrapolated).map(s => s.name);
  // Numbers of a logarithmic axis may be long.
  const left = yType === 'log' ? 80 : 64;
  const plot = panel({
    width: 640,
    height: 300,
    marginLeft: left,
    marginRight: 14,
    marginTop: 8,
    marginBottom: 42,
    x: { type: xType, label: xTitle, ticks: 6 },
    y: { type: yType, label: yTitle, grid: true, nice: true, ticks: 5 },
    marks: series.map(({ x, y, low, high, extrapolated }, i) => {
      const rows = Array.from(x, (value, k) => ({ x: value, y: y[k]!, low: low?.[k], high: high?.[k] }));
      return [
        low && high && Plot.areaY(rows, { x: 'x', y1: 'low', y2: 'high', fill: colours[i], fillOpacity: 0.18 }),
        Plot.line(rows, {
          x: 'x',
          y: 'y',
          stroke: colours[i],
          strokeWidth: named.length > 3 ? 1.2 : 1.8,
          ...(extrapolated && { strokeDasharray: '4 3' }),
        }),
      ];
    }),
  });
  return figure(`${yTitle} over ${xTitle}`, [[legend(640, seriesEntries(named), left)], [plot]], {
    columns: ['series', xTitle, yTitle, 'low', 'high'],
    rows: series.flatMap(({ name, x, y, low, high }) =>
      Array.from(x, (value, k) => [name, value, y[k]!, low?.[k], high?.[k]]),
    ),
  });
}
