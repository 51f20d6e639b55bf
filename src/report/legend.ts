import * as Plot from '@observablehq/plot';
import type { ColourScale } from './colour-scale.ts';
import { escapeText } from './escape.ts';
import type { Panel } from './figure.ts';
import { colourOf, ink, quiet, symbolOf } from './palette.ts';
import { panel } from './panel.ts';
import { pixels } from './pixels.ts';

export interface LegendEntry {
  readonly name: string;
  readonly colour: string;
  /** `line` (the default), `dash`, `box`, or a symbol of the palette. */
  readonly mark?: 'line' | 'dash' | 'box' | ReturnType<typeof symbolOf>;
}

/** Names of series in their colours, in one line where they fit, else in several. */
export function legend(width: number, entries: readonly LegendEntry[], left = 0): Panel {
  let content = '';
  let x = left;
  let y = 12;
  for (const { name, colour, mark = 'line' } of entries) {
    const length = 34 + 6.4 * [...name].length;
    if (x > left && x + length > width) {
      x = left;
      y += 20;
    }
    content += `<g transform="translate(${x},${y})">${key(mark, colour)}<text x="24" y="4" text-anchor="start">${escapeText(name)}</text></g>`;
    x += length + 8;
  }
  return { width, height: y + 14, content };
}

function key(mark: NonNullable<LegendEntry['mark']>, colour: string): string {
  const ends = 'x1="0" x2="18" y1="0" y2="0"';
  if (mark === 'line') return `<line ${ends} stroke="${colour}" stroke-width="2.5"/>`;
  if (mark === 'dash') return `<line ${ends} stroke="${colour}" stroke-width="2" stroke-dasharray="4 3"/>`;
  if (mark === 'box') return `<rect x="2" y="-6" width="14" height="12" fill="${colour}"/>`;
  const shape = panel({
    width: 18,
    height: 18,
    margin: 0,
    x: { axis: null, domain: [0, 1] },
    y: { axis: null, domain: [0, 1] },
    marks: [Plot.dot([[0.5, 0.5]], { symbol: mark, fill: colour, r: 4.5 })],
  });
  return `<g transform="translate(0,-9)">${shape.content}</g>`;
}

/** Legend entries of series by their order, with the palette's colours. */
export function seriesEntries(names: readonly string[], symbols = false): LegendEntry[] {
  return names.map((name, i) => ({ name, colour: colourOf(i), mark: symbols ? symbolOf(i) : 'line' }));
}

/** Series beside the diagonal of what is calibrated. */
export const calibrationLegend = (width: number, names: readonly string[], left: number): Panel =>
  legend(width, [...seriesEntries(names, true), { name: 'calibrated', colour: quiet, mark: 'dash' }], left);

/** An upright colour bar with its axis at the right, as tall as the plot area beside it. */
export function colourBar(
  scale: ColourScale,
  title: string,
  height: number,
  marginTop: number,
  marginBottom: number,
): Panel {
  const steps = 128;
  const [low, high] = scale.domain;
  const ramp = Float64Array.from({ length: steps }, (_, i) => high - ((high - low) * i) / (steps - 1));
  return panel({
    width: 86,
    height,
    marginTop,
    marginBottom,
    marginLeft: 6,
    marginRight: 64,
    x: { axis: null, domain: [0, 1] },
    y: { axis: 'right', domain: [low, high], label: title, ticks: 5, labelOffset: 48 },
    marks: [
      pixels(ramp, 1, steps, scale, { x: [0, 1], y: [low, high] }),
      Plot.frame({ stroke: ink, strokeWidth: 0.8 }),
    ],
  });
}
