import * as Plot from '@observablehq/plot';
import { type Figure, figure } from '../figure.ts';
import { colourOf, ink, quiet } from '../palette.ts';
import { panel } from '../panel.ts';

export interface RooflineFigure {
  /** Operations a second. */
  readonly peak: number;
  /** Bytes a second. */
  readonly bandwidth: number;
  readonly layers: readonly {
    readonly name: string;
    /** Operations per byte. */
    readonly intensity: number;
    /** Operations a second. */
    readonly attained: number;
  }[];
}

/** The roofs of arrays and buffer, and each layer while it runs (Williams 2009). */
export function rooflineFigure({ peak, bandwidth, layers }: RooflineFigure): Figure {
  const corner = peak / bandwidth;
  const intensities = layers.map(({ intensity }) => intensity);
  const low = Math.min(corner, ...intensities) / 4;
  const high = Math.max(corner, ...intensities) * 4;
  const floor = Math.min(low * bandwidth, ...layers.map(({ attained }) => attained)) / 2e9;
  const roof = [
    { x: low, y: (low * bandwidth) / 1e9 },
    { x: corner, y: peak / 1e9 },
    { x: high, y: peak / 1e9 },
  ];
  const dots = layers.map(({ name, intensity, attained }) => ({ name, x: intensity, y: attained / 1e9 }));
  const plot = panel({
    width: 640,
    height: 320,
    marginLeft: 72,
    marginRight: 40,
    marginTop: 16,
    marginBottom: 44,
    x: { type: 'log', label: 'operations per byte of activations', domain: [low, high], ticks: 6 },
    y: { type: 'log', label: 'GOPS', domain: [floor, (2 * peak) / 1e9], grid: true, ticks: 6, labelOffset: 52 },
    marks: [
      Plot.line(roof, { x: 'x', y: 'y', stroke: ink, strokeWidth: 1.8 }),
      Plot.text([{ x: high, y: peak / 1e9 }], {
        x: 'x',
        y: 'y',
        text: () => 'arrays',
        dy: -8,
        textAnchor: 'end',
        fill: quiet,
      }),
      Plot.text([roof[0]!], {
        x: 'x',
        y: 'y',
        text: () => 'buffer',
        dx: 14,
        dy: -14,
        textAnchor: 'start',
        fill: quiet,
      }),
      Plot.dot(dots, { x: 'x', y: 'y', fill: colourOf(0), r: 4.5 }),
      Plot.text(dots, { x: 'x', y: 'y', text: 'name', dx: 8, textAnchor: 'start', fontSize: 11 }),
    ],
  });
  return figure('Roofline of the architecture', [[plot]], {
    columns: ['', 'operations per byte', 'GOPS'],
    rows: [
      ['roofs meet', corner, peak / 1e9],
      ...layers.map(({ name, intensity, attained }) => [name, intensity, attained / 1e9]),
    ],
  });
}
