import * as Plot from '@observablehq/plot';
import { type Figure, figure } from '../figure.ts';
import { colourBar } from '../legend.ts';
import { colourOf, ink } from '../palette.ts';
import { heading, panel } from '../panel.ts';
import { pixels } from '../pixels.ts';
import { diverging, sequential } from '../schemes.ts';
import { commonEdges, histogram } from './weight-distributions.ts';

export interface ArrayMap {
  readonly rows: number;
  readonly columns: number;
  /** Conductance of every cell in siemens, [rows, columns]; NaN where no cell is used. */
  readonly conductance: ArrayLike<number>;
  /** What was asked for in siemens, [rows, columns]; NaN where no cell is used. */
  readonly target: ArrayLike<number>;
  /** Places of cells that do not work, row · columns + column, which crosses mark; none by default. */
  readonly failed?: readonly number[];
}

/** One programmed array: conductances, their errors in place, and the distribution of the errors. */
export function arrayMap({ rows, columns, conductance, target, failed = [] }: ArrayMap): Figure {
  const values = Float64Array.from(conductance, g => g * 1e6);
  const errors = Float64Array.from(conductance, (g, i) => (g - target[i]!) * 1e6);
  const known = errors.filter(error => !Number.isNaN(error));
  let most = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > most) most = values[i]!;
  const sizes = Float64Array.from(known, Math.abs).sort();
  const range = sizes[Math.floor(0.99 * (sizes.length - 1))] ?? 1;
  const sides = { left: 56, right: 8, top: 6, bottom: 42 };
  const width = 314;
  const height = Math.round((width - sides.left - sides.right) * Math.min(1.4, Math.max(0.25, rows / columns))) + 48;
  const extent = { x: [0, columns], y: [rows, 0] } as const;
  const crosses = Plot.dot(failed, {
    x: at => (at % columns) + 0.5,
    y: at => Math.floor(at / columns) + 0.5,
    symbol: 'times',
    r: 2.5,
    stroke: ink,
  });
  const map = (entries: Float64Array, scale: ReturnType<typeof sequential>) =>
    panel({
      width,
      height,
      marginLeft: sides.left,
      marginRight: sides.right,
      marginTop: sides.top,
      marginBottom: sides.bottom,
      x: { domain: [0, columns], label: 'column', ticks: 5 },
      y: { domain: [0, rows], reverse: true, label: 'row', ticks: 5 },
      marks: [pixels(entries, columns, rows, scale, extent), crosses, Plot.frame({ stroke: ink })],
    });
  const amounts = sequential(0, most);
  const deviations = diverging(range);
  const spread = panel({
    width: 800,
    height: 150,
    marginLeft: sides.left,
    marginRight: sides.right,
    marginTop: 6,
    marginBottom: 42,
    x: { label: 'programmed − target (µS)' },
    y: { label: 'density (1/µS)', ticks: 3, grid: true },
    marks: [
      Plot.rectY(histogram(known, commonEdges([known], 60)), {
        x1: 'low',
        x2: 'high',
        y: 'density',
        fill: colourOf(1),
        inset: 0.4,
      }),
      Plot.ruleY([0]),
    ],
  });
  return figure(
    'Programmed conductances and programming error',
    [
      [heading(width + 86, 'Conductance', sides.left), heading(width + 86, 'Programming error', sides.left)],
      [
        map(values, amounts),
        colourBar(amounts, 'G (µS)', height, sides.top, sides.bottom),
        map(errors, deviations),
        colourBar(deviations, 'error (µS)', height, sides.top, sides.bottom),
      ],
      [heading(800, 'Distribution of the error', sides.left)],
      [spread],
    ],
    { columns: ['row', 'column', 'target (µS)', 'programmed (µS)'], rows: cellRows(columns, values, target) },
  );
}

/** The cells that are used, a row each. */
function cellRows(columns: number, programmed: Float64Array, target: ArrayLike<number>): number[][] {
  const rows: number[][] = [];
  programmed.forEach((value, i) => {
    if (!Number.isNaN(value)) rows.push([Math.floor(i / columns), i % columns, target[i]! * 1e6, value]);
  });
  return rows;
}
