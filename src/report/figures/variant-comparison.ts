import * as Plot from '@observablehq/plot';
import type { Interval } from '../../uncertainty/index.ts';
import { type Figure, figure, type Panel } from '../figure.ts';
import { legend } from '../legend.ts';
import { colourOf, quiet } from '../palette.ts';
import { panel } from '../panel.ts';
import { formatInterval } from '../table.ts';

export interface VariantComparison {
  /** 'Variants side by side' by default. */
  readonly title?: string;
  /** From the top. */
  readonly variants: readonly string[];
  /** One panel each, side by side, four at most; values in the order of `variants`. */
  readonly metrics: readonly {
    readonly name: string;
    readonly hardware: readonly Interval[];
    /** Each variant's own software, for what software has too. */
    readonly software?: readonly number[];
  }[];
}

/** Variants of an experiment, a row each: on the hardware with 95 % intervals over chips, and in software. */
export function variantComparison({ title = 'Variants side by side', variants, metrics }: VariantComparison): Figure {
  const names = Math.min(260, 24 + 6.3 * Math.max(...variants.map(name => [...name].length)));
  const width = (820 - names) / metrics.length;
  const panels = metrics.map((metric, i) => metricPanel(metric, variants, i === 0 ? names : 0, width));
  const software = metrics.some(metric => metric.software);
  return figure(
    title,
    [
      [
        legend(
          820,
          [
            { name: 'hardware', colour: colourOf(0), mark: 'circle' },
            ...(software ? [{ name: 'software', colour: quiet, mark: 'diamond' } as const] : []),
          ],
          names,
        ),
      ],
      panels,
    ],
    {
      columns: ['variant', 'metric', 'hardware', 'low', 'high', 'software'],
      rows: metrics.flatMap(({ name, hardware, software }) =>
        hardware.map(({ mean, low, high }, i) => [variants[i], name, mean, low, high, software?.[i]]),
      ),
    },
  );
}

function metricPanel(
  { name, hardware, software }: VariantComparison['metrics'][number],
  variants: readonly string[],
  names: number,
  width: number,
): Panel {
  const rows = variants.map((_, i) => `${i}`);
  const points = hardware.map((point, i) => ({ row: rows[i], ...point }));
  return panel({
    width: names + width,
    height: 52 + 24 * variants.length,
    marginLeft: names + 8,
    marginRight: 18,
    marginTop: 6,
    marginBottom: 44,
    x: { label: name, grid: true, nice: true, ticks: Math.max(2, Math.floor(width / 60)) },
    y: {
      type: 'point',
      domain: rows,
      tickFormat: (row: string) => variants[Number(row)]!,
      axis: names > 0 ? 'left' : null,
      label: null,
      tickSize: 0,
      padding: 0.5,
    },
    marks: [
      Plot.ruleY(rows, { stroke: quiet, strokeOpacity: 0.15 }),
      software && Plot.dot(software, { x: software, y: rows, symbol: 'diamond', fill: quiet, r: 4 }),
      Plot.ruleY(points, { x1: 'low', x2: 'high', y: 'row', stroke: colourOf(0), strokeWidth: 1.8 }),
      Plot.dot(points, { x: 'mean', y: 'row', fill: colourOf(0), r: 4.5, title: point => formatInterval(point) }),
    ].filter(mark => mark !== undefined),
  });
}
