import * as Plot from '@observablehq/plot';
import type { Interval } from '../../uncertainty/index.ts';
import { legend, seriesEntries } from '../legend.ts';
import { colourOf, quiet, symbolOf } from '../palette.ts';
import { figure, panel } from '../panel.ts';

export interface TransferComparison {
  readonly methods: readonly string[];
  /** One panel each, two in a row; `reference`: the value in software. */
  readonly metrics: readonly {
    readonly name: string;
    readonly reference?: number;
    /** `spread`: the devices' σ as a multiple of the preset's own; the method is a name in `methods`. */
    readonly points: readonly ({ readonly method: string; readonly spread: number } & Interval)[];
  }[];
}

/** Ways of transfer against the spread of the devices, with 95 % intervals over chips. */
export function transferComparison({ methods, metrics }: TransferComparison): string {
  const width = 400;
  const rows = [];
  for (let first = 0; first < metrics.length; first += 2) {
    const part = metrics.slice(first, first + 2);
    rows.push(part.map(metric => comparisonPanel(metric, methods, width)));
  }
  const entries = seriesEntries(methods, true);
  const software = metrics.some(metric => metric.reference !== undefined)
    ? [{ name: 'software', colour: quiet, mark: 'dash' as const }]
    : [];
  return figure('Transfer methods against the spread of the devices', [
    [legend(800, [...entries, ...software], 58)],
    ...rows,
  ]);
}

function comparisonPanel(
  { name, reference, points }: TransferComparison['metrics'][number],
  methods: readonly string[],
  width: number,
) {
  const spreads = [...new Set(points.map(point => point.spread))].sort((a, b) => a - b);
  const aside = (method: string) => (methods.indexOf(method) - (methods.length - 1) / 2) * 9;
  return panel({
    width,
    height: 250,
    marginLeft: 58,
    marginRight: 12,
    marginTop: 8,
    marginBottom: 42,
    x: { type: 'point', domain: spreads, label: 'device σ (× its own)', padding: 0.6 },
    y: { label: name, grid: true, nice: true, ticks: 5 },
    marks: [
      reference !== undefined && Plot.ruleY([reference], { stroke: quiet, strokeDasharray: '4 3', strokeWidth: 1.5 }),
      methods.map((method, i) => {
        const own = points.filter(point => point.method === method);
        const place = { x: 'spread', dx: aside(method) };
        return [
          Plot.ruleX(own, { ...place, y1: 'low', y2: 'high', stroke: colourOf(i), strokeWidth: 1.8 }),
          Plot.dot(own, { ...place, y: 'mean', fill: colourOf(i), symbol: symbolOf(i), r: 4.5 }),
        ];
      }),
    ].filter(mark => mark !== false),
  });
}
