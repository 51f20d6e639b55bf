import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom/worker';
import { formatQuantity } from '../base/index.ts';
import { escapeText } from './escape.ts';
import type { Panel } from './figure.ts';
import { takesPrefix } from './in-units.ts';

const { document } = parseHTML('<!doctype html><html><body></body></html>');

/**
 * A plot as a panel; axis titles stand in the middle of their axes and need no arrows. The labels that the plot gives its groups
 * go: the figure as a whole is one picture with one label, and groups without a role may have none (WAI-ARIA 1.2).
 */
export function panel(options: Plot.PlotOptions): Panel {
  const { x, y, ...rest } = options;
  const axis = { labelAnchor: 'center', labelArrow: 'none', tickSize: 4 } as const;
  const svg = Plot.plot({
    ...rest,
    x: { ...axis, labelOffset: 34, ...withTicks(x) },
    y: { ...axis, ...withTicks(y) },
    document,
  });
  svg.querySelector('style')?.remove();
  return {
    width: Number(svg.getAttribute('width')),
    height: Number(svg.getAttribute('height')),
    content: rounded(svg.innerHTML).replace(/ aria-label="[^"]*"/g, ''),
  };
}

/** Ticks of a logarithmic axis are quantities such as `300 pJ` where its title ends in a unit that takes prefixes, `(J)`, and plain numbers otherwise. */
function withTicks(axis: Plot.ScaleOptions | undefined): Plot.ScaleOptions | undefined {
  if (axis?.type !== 'log') return axis;
  const [, label, unit] = /^(.*) \(([a-zA-Z]+)\)$/.exec(axis.label ?? '') ?? [];
  if (unit === undefined || !takesPrefix(unit)) return { tickFormat: '~g', ...axis };
  return { tickFormat: (value: number) => formatQuantity(value, unit), ...axis, label };
}

/** Coordinates to a hundredth of a pixel: smaller files, and the same bytes wherever arithmetic differs in the last bit. */
function rounded(svg: string): string {
  return svg.replace(/="[^"]*\d\.\d{3}[^"]*"/g, attribute =>
    attribute.replace(/-?\d+\.\d{3,}(?:e[-+]?\d+)?/g, number => `${Math.round(Number(number) * 100) / 100}`),
  );
}

/** A title in bold, starting at `left`. */
export function heading(width: number, text: string, left: number, height = 26, size = 13): Panel {
  const content =
    `<text x="${left}" y="${height - 7}" text-anchor="start" font-weight="600" font-size="${size}">` +
    `${escapeText(text)}</text>`;
  return { width, height, content };
}
