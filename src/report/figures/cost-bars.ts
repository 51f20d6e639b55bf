import * as Plot from '@observablehq/plot';
import { formatNumber } from '../../base/index.ts';
import { type Figure, figure } from '../figure.ts';
import { legend } from '../legend.ts';
import { quiet } from '../palette.ts';
import { panel } from '../panel.ts';
import { prefixed } from '../prefixed.ts';

export interface CostBars {
  /** What is stacked, such as `energy per decision`. */
  readonly quantity: string;
  /** SI unit, such as `J`. */
  readonly unit: string;
  /** Bars from top to bottom. */
  readonly designs: readonly {
    readonly name: string;
    readonly parts: readonly { readonly name: string; readonly value: number }[];
  }[];
  /** Colours of components; those in the grey of text are summed as others. */
  readonly colours: ReadonlyMap<string, string>;
}

/** Stacked bars by component, one per design, in the order of the colours. */
export function costBars({ quantity, unit, designs, colours }: CostBars): Figure {
  const found = new Set(designs.flatMap(({ parts }) => parts.filter(({ value }) => value > 0).map(({ name }) => name)));
  const names = [...colours].flatMap(([name, colour]) => (found.has(name) && colour !== quiet ? [name] : []));
  const entries = names.map(name => ({ name, colour: colours.get(name)!, mark: 'box' as const }));
  const others = found.size > names.length;
  if (others) entries.push({ name: 'others', colour: quiet, mark: 'box' });
  const largest = Math.max(...designs.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0)));
  const scale = prefixed(largest, unit);
  const rows = designs.flatMap(({ name: design, parts }) => {
    let at = 0;
    return entries.map(({ name, colour }) => {
      const own =
        others && name === 'others'
          ? parts.filter(part => !names.includes(part.name))
          : parts.filter(part => part.name === name);
      const from = at;
      at += own.reduce((sum, { value }) => sum + value, 0) / scale.factor;
      return { design, from, to: at, colour, title: `${design}, ${name}: ${formatNumber(at - from, 3)} ${scale.unit}` };
    });
  });
  const plot = panel({
    width: 720,
    height: 60 + 34 * designs.length,
    marginLeft: 262,
    marginRight: 16,
    marginTop: 6,
    marginBottom: 44,
    x: { label: `${quantity} (${scale.unit})`, grid: true, ticks: 6, domain: [0, (largest / scale.factor) * 1.02] },
    y: { type: 'band', domain: designs.map(({ name }) => name), label: null, tickSize: 0, padding: 0.3 },
    marks: [Plot.barX(rows, { x1: 'from', x2: 'to', y: 'design', fill: 'colour', title: 'title' })],
  });
  return figure(`${quantity} by component`, [[legend(720, entries, 16)], [plot]], {
    columns: ['design', 'component', `${quantity} (${unit})`],
    rows: designs.flatMap(({ name, parts }) => parts.map(part => [name, part.name, part.value])),
  });
}
