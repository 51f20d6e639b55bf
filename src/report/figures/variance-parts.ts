import * as Plot from '@observablehq/plot';
import type { Interval } from '../../uncertainty/index.ts';
import { type Figure, figure } from '../figure.ts';
import { legend } from '../legend.ts';
import { colourOf, quiet } from '../palette.ts';
import { panel } from '../panel.ts';

export interface VarianceParts {
  /** What is taken apart, such as `1 − Σ p̄²`. */
  readonly quantity: string;
  /** From the top; `wanted` ones are what the samples are for. */
  readonly parts: readonly (Interval & { readonly name: string; readonly wanted: boolean })[];
}

/** The parts of a variance, a bar each with the 95 % interval; bars of estimates below 0 go to the left. */
export function varianceParts({ quantity, parts }: VarianceParts): Figure {
  const left = 24 + 6.3 * Math.max(...parts.map(({ name }) => [...name].length));
  const rows = parts.map((part, i) => ({ ...part, row: `${i}`, colour: part.wanted ? colourOf(0) : quiet }));
  const plot = panel({
    width: 640,
    height: 56 + 26 * parts.length,
    marginLeft: left,
    marginRight: 20,
    marginTop: 6,
    marginBottom: 44,
    x: { label: quantity, grid: true, nice: true, zero: true, ticks: 6 },
    y: {
      type: 'band',
      domain: rows.map(({ row }) => row),
      tickFormat: (row: string) => parts[Number(row)]!.name,
      label: null,
      tickSize: 0,
      padding: 0.35,
    },
    marks: [
      Plot.barX(rows, { x: 'mean', y: 'row', fill: 'colour', fillOpacity: 0.45 }),
      Plot.ruleY(rows, { x1: 'low', x2: 'high', y: 'row', stroke: 'colour', strokeWidth: 2 }),
      Plot.ruleX([0], { stroke: quiet }),
    ],
  });
  const entries = [
    { name: 'what the samples are for', colour: colourOf(0), mark: 'box' as const },
    { name: 'what they share, or what the data leave open', colour: quiet, mark: 'box' as const },
  ];
  return figure(`Parts of ${quantity}`, [[legend(640, entries, left)], [plot]], {
    columns: ['part', quantity, 'low', 'high'],
    rows: parts.map(({ name, mean, low, high }) => [name, mean, low, high]),
  });
}
