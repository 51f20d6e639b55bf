import * as Plot from '@observablehq/plot';
import { type Figure, figure } from '../figure.ts';
import { legend } from '../legend.ts';
import { colourOf, ink, quiet } from '../palette.ts';
import { panel } from '../panel.ts';

export interface ConductanceScatter {
  /** What was asked for and what was programmed, siemens, equally long. */
  readonly target: ArrayLike<number>;
  readonly programmed: ArrayLike<number>;
  /** The device model: mean and spread at rising targets, siemens. */
  readonly model?: readonly { readonly target: number; readonly mean: number; readonly std: number }[];
}

const SHOWN = 3000;

/** Programmed against target conductance, at most 3,000 cells evenly taken from all, with the model's mean ± σ. */
export function conductanceScatter({ target, programmed, model = [] }: ConductanceScatter): Figure {
  const step = Math.max(1, Math.ceil(target.length / SHOWN));
  const cells: { target: number; programmed: number }[] = [];
  for (let i = 0; i < target.length; i += step)
    cells.push({ target: target[i]! * 1e6, programmed: programmed[i]! * 1e6 });
  const law = model.map(point => ({ target: point.target * 1e6, mean: point.mean * 1e6, std: point.std * 1e6 }));
  const most = cells.reduce((top, cell) => Math.max(top, cell.target), 0);
  const plot = panel({
    width: 520,
    height: 360,
    marginLeft: 60,
    marginRight: 14,
    marginTop: 8,
    marginBottom: 42,
    x: { label: 'target conductance (µS)', nice: true, zero: true },
    y: { label: 'programmed conductance (µS)', nice: true, zero: true, grid: true },
    marks: [
      Plot.dot(cells, { x: 'target', y: 'programmed', r: 1.4, fill: colourOf(1), fillOpacity: 0.45 }),
      Plot.areaY(law, {
        x: 'target',
        y1: point => point.mean - point.std,
        y2: point => point.mean + point.std,
        fill: colourOf(0),
        fillOpacity: 0.22,
      }),
      Plot.line(
        [
          [0, 0],
          [most, most],
        ],
        { stroke: quiet, strokeDasharray: '4 3' },
      ),
      Plot.line(law, { x: 'target', y: 'mean', stroke: colourOf(0), strokeWidth: 1.8 }),
      Plot.frame({ stroke: ink, strokeWidth: 0.5 }),
    ],
  });
  const entries = [
    { name: step > 1 ? `cells, one in ${step} shown` : 'cells', colour: colourOf(1), mark: 'circle' as const },
    { name: 'programmed = target', colour: quiet, mark: 'dash' as const },
    ...(law.length > 0 ? [{ name: 'device model, mean ± σ', colour: colourOf(0) }] : []),
  ];
  return figure('Programmed against target conductance', [[legend(520, entries, 60)], [plot]], {
    columns: ['target (µS)', 'programmed (µS)'],
    rows: cells.map(cell => [cell.target, cell.programmed]),
  });
}
