import * as Plot from '@observablehq/plot';
import { legend } from '../legend.ts';
import { colourOf, quiet } from '../palette.ts';
import { figure, panel } from '../panel.ts';
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
}

/** Components that have their own colour; the others are summed. */
const shown = 6;

/** Stacked bars by component, one per design. The largest components over all designs have colours. */
export function costBars({ quantity, unit, designs }: CostBars): string {
  const shares = new Map<string, number>();
  for (const { parts } of designs) {
    const total = parts.reduce((sum, { value }) => sum + value, 0);
    for (const { name, value } of parts) shares.set(name, Math.max(shares.get(name) ?? 0, value / total));
  }
  const ranked = [...shares].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  const names = ranked.length > shown + 1 ? ranked.slice(0, shown) : ranked;
  const entries = names.map((name, i) => ({ name, colour: colourOf(i), mark: 'box' as const }));
  const others = ranked.length > names.length;
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
      return { design, from, to: at, colour };
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
    marks: [Plot.barX(rows, { x1: 'from', x2: 'to', y: 'design', fill: 'colour' })],
  });
  return figure(`${quantity} by component`, [[legend(720, entries, 16)], [plot]]);
}
