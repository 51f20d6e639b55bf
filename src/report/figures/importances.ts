import * as Plot from '@observablehq/plot';
import { type Figure, figure } from '../figure.ts';
import { legend } from '../legend.ts';
import { colourOf } from '../palette.ts';
import { panel } from '../panel.ts';

export interface ImportancesPictured {
  readonly objective: string;
  readonly variables: readonly { readonly variable: string; readonly share: number; readonly spread: number }[];
}

/** How much of an objective's variance over the space each variable explains alone, with its spread over trees. */
export function importancesFigure(all: readonly ImportancesPictured[]): Figure {
  const names = all[0]!.variables.map(({ variable }) => variable);
  const rows = all.flatMap(({ objective, variables }, i) =>
    variables.map(({ variable, share, spread }) => ({
      variable,
      objective,
      share,
      low: Math.max(0, share - spread),
      high: Math.min(1, share + spread),
      colour: colourOf(i),
    })),
  );
  const plot = panel({
    width: 640,
    height: 60 + names.length * (10 + 14 * all.length),
    marginLeft: 210,
    marginRight: 20,
    marginTop: 6,
    marginBottom: 44,
    x: { label: 'share of the variance explained alone', grid: true, domain: [0, 1], ticks: 6 },
    fy: { domain: names, label: null, padding: 0.15 },
    y: { type: 'band', domain: all.map(({ objective }) => objective), axis: null, padding: 0.1 },
    facet: { data: rows, y: 'variable', marginLeft: 210 },
    marks: [
      Plot.axisFy({ anchor: 'left', label: null, tickSize: 0 }),
      Plot.barX(rows, { x: 'share', y: 'objective', fill: 'colour' }),
      Plot.ruleY(rows, { x1: 'low', x2: 'high', y: 'objective', strokeWidth: 1.2 }),
    ],
  });
  const entries = all.map(({ objective }, i) => ({ name: objective, colour: colourOf(i), mark: 'box' as const }));
  return figure('Importance of variables', [[legend(640, entries, 16)], [plot]], {
    columns: ['objective', 'variable', 'share of the variance', 'spread over trees'],
    rows: all.flatMap(({ objective, variables }) =>
      variables.map(({ variable, share, spread }) => [objective, variable, share, spread]),
    ),
  });
}
