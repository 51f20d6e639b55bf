import * as Plot from '@observablehq/plot';
import { formatDuration } from '../../base/index.ts';
import type { Interval } from '../../uncertainty/index.ts';
import { type Figure, figure } from '../figure.ts';
import { legend } from '../legend.ts';
import { colourOf, symbolOf } from '../palette.ts';
import { panel } from '../panel.ts';
import { formatInterval } from '../table.ts';

export interface OverTime {
  /** Name of the metric with its unit, such as `accuracy` or `NLL (nat)`. */
  readonly metric: string;
  readonly series: readonly {
    readonly name: string;
    /** `time`: seconds since programming. */
    readonly points: readonly ({ readonly time: number } & Interval)[];
  }[];
  /** A level that does not change with time, such as software; it takes the first colour. */
  readonly reference?: { readonly name: string; readonly value: number };
}

/** A metric over the time since programming, with its 95 % interval over chips; time on a scale ln(1 + t/t₁), t₁ the first t > 0. */
export function overTime({ metric, series, reference }: OverTime): Figure {
  const times = [...new Set(series.flatMap(s => s.points.map(point => point.time)))].sort((a, b) => a - b);
  const first = reference ? 1 : 0;
  const plot = panel({
    width: 640,
    height: 300,
    marginLeft: 64,
    marginRight: 24,
    marginTop: 8,
    marginBottom: 42,
    x: {
      type: 'symlog',
      constant: times.find(time => time > 0) ?? 1,
      label: 'time since programming',
      ticks: times,
      tickFormat: formatDuration,
      inset: 12,
    },
    y: { label: metric, grid: true, nice: true, ticks: 5 },
    marks: [
      reference && Plot.ruleY([reference.value], { stroke: colourOf(0), strokeDasharray: '4 3', strokeWidth: 1.5 }),
      series.map(({ name, points }, order) => {
        const i = order + first;
        const dx = (order - (series.length - 1) / 2) * 5;
        return [
          Plot.line(points, { x: 'time', y: 'mean', sort: 'time', dx, stroke: colourOf(i), strokeWidth: 1.8 }),
          Plot.ruleX(points, { x: 'time', y1: 'low', y2: 'high', dx, stroke: colourOf(i), strokeWidth: 1.8 }),
          Plot.dot(points, {
            x: 'time',
            y: 'mean',
            dx,
            fill: colourOf(i),
            symbol: symbolOf(i),
            r: 4.5,
            title: point => `${name}, ${formatDuration(point.time)}: ${formatInterval(point)}`,
          }),
        ];
      }),
    ],
  });
  const entries = series.map(({ name }, order) => ({
    name,
    colour: colourOf(order + first),
    mark: symbolOf(order + first),
  }));
  const line = reference ? [{ name: reference.name, colour: colourOf(0), mark: 'dash' as const }] : [];
  return figure(`${metric} over the time since programming`, [[legend(640, [...line, ...entries], 64)], [plot]], {
    columns: ['series', 'time since programming (s)', metric, 'low', 'high'],
    rows: [
      ...(reference ? [[reference.name, undefined, reference.value, undefined, undefined]] : []),
      ...series.flatMap(({ name, points }) => points.map(({ time, mean, low, high }) => [name, time, mean, low, high])),
    ],
  });
}
