import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom/worker';
import { escapeText } from './escape.ts';
import type { Panel } from './figure.ts';

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
    x: { ...axis, ...plainTicks(x), labelOffset: 34, ...x },
    y: { ...axis, ...plainTicks(y), ...y },
    document,
  });
  svg.querySelector('style')?.remove();
  return {
    width: Number(svg.getAttribute('width')),
    height: Number(svg.getAttribute('height')),
    content: rounded(svg.innerHTML).replace(/ aria-label="[^"]*"/g, ''),
  };
}

/** Ticks of a logarithmic axis have SI prefixes only where its title ends in a unit that takes them, such as `(s)`. */
function plainTicks(axis: Plot.ScaleOptions | undefined): { readonly tickFormat?: string } {
  return axis?.type !== 'log' || /\([a-zA-Z]+\)$/.test(axis.label ?? '') ? {} : { tickFormat: '~g' };
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
