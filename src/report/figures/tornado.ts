import * as Plot from '@observablehq/plot';
import { formatNumber } from '../../base/index.ts';
import { type Figure, figure } from '../figure.ts';
import { legend } from '../legend.ts';
import { colourOf, ink } from '../palette.ts';
import { panel } from '../panel.ts';

export interface Tornado {
  /** What moves, such as `power efficiency over SRAM`. */
  readonly quantity: string;
  readonly nominal: number;
  /** From the top; `group` decides the colour. */
  readonly bars: readonly {
    readonly name: string;
    readonly group: string;
    readonly low: number;
    readonly high: number;
  }[];
}

/** How far one thing at a time moves a figure; on a logarithmic axis, so that twice and half are equally long. */
export function tornado({ quantity, nominal, bars }: Tornado): Figure {
  const groups = [...new Set(bars.map(({ group }) => group))];
  const rows = bars.map(({ name, group, low, high }, i) => ({
    row: `${i} ${name}`,
    from: Math.min(low, high),
    to: Math.max(low, high),
    colour: colourOf(groups.indexOf(group)),
    title: `${name}: ${formatNumber(low, 3)} to ${formatNumber(high, 3)}`,
  }));
  const names = new Map(rows.map(({ row }, i) => [row, bars[i]!.name]));
  const least = Math.min(nominal, ...rows.map(({ from }) => from));
  const most = Math.max(nominal, ...rows.map(({ to }) => to));
  const plot = panel({
    width: 640,
    height: 60 + 24 * bars.length,
    marginLeft: 250,
    marginRight: 20,
    marginTop: 6,
    marginBottom: 44,
    x: { type: 'log', label: quantity, grid: true, ticks: 6, domain: [least / 1.1, most * 1.1] },
    y: {
      type: 'band',
      domain: rows.map(({ row }) => row),
      tickFormat: (row: string) => names.get(row)!,
      label: null,
      tickSize: 0,
      padding: 0.3,
    },
    marks: [
      Plot.barX(rows, { x1: 'from', x2: 'to', y: 'row', fill: 'colour', title: 'title' }),
      Plot.ruleX([nominal], { stroke: ink, strokeWidth: 1.5 }),
    ],
  });
  const entries = groups.map((name, i) => ({ name, colour: colourOf(i), mark: 'box' as const }));
  return figure(`Sensitivity of ${quantity}`, [[legend(640, entries, 16)], [plot]], {
    columns: ['what moves', 'kind', 'low', 'high'],
    rows: [['nothing', '', nominal, nominal], ...bars.map(({ name, group, low, high }) => [name, group, low, high])],
  });
}
