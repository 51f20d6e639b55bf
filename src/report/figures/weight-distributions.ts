import * as Plot from '@observablehq/plot';
import { type Figure, figure } from '../figure.ts';
import { legend } from '../legend.ts';
import { colourOf } from '../palette.ts';
import { heading, panel } from '../panel.ts';

export interface WeightDistributions {
  readonly weights: readonly {
    readonly name: string;
    /** Draws of the trained posterior, any number. */
    readonly posterior: ArrayLike<number>;
    /** Values of the same weight over the programmed copies, any number. */
    readonly realised: ArrayLike<number>;
  }[];
}

/** What was trained against what the array holds, one histogram pair per weight, three in a row. */
export function weightDistributions({ weights }: WeightDistributions): Figure {
  const width = 266;
  const height = 170;
  const rows = [];
  for (let first = 0; first < weights.length; first += 3) {
    const part = weights.slice(first, first + 3);
    rows.push(part.map(weight => heading(width, weight.name, 44)));
    rows.push(
      part.map(({ posterior, realised }, i) => {
        const edges = commonEdges([posterior, realised], bins);
        return panel({
          width,
          height,
          marginLeft: 44,
          marginRight: 8,
          marginTop: 6,
          marginBottom: 40,
          x: { label: 'weight', ticks: 5 },
          y: { label: i === 0 ? 'density' : null, ticks: 3, grid: true, nice: true },
          marks: [
            Plot.rectY(histogram(posterior, edges), {
              x1: 'low',
              x2: 'high',
              y: 'density',
              fill: colourOf(0),
              fillOpacity: 0.35,
              inset: 0,
            }),
            Plot.line(outline(histogram(realised, edges)), { x: '0', y: '1', stroke: colourOf(1), strokeWidth: 1.8 }),
            Plot.ruleY([0]),
          ],
        });
      }),
    );
  }
  const entries = [
    { name: 'posterior (software)', colour: '#a6cbe3', mark: 'box' as const },
    { name: 'realised (hardware)', colour: colourOf(1) },
  ];
  return figure('Weight distributions, trained and realised', [[legend(800, entries, 44)], ...rows], {
    columns: ['weight', 'from', 'to', 'posterior density', 'realised density'],
    rows: weights.flatMap(({ name, posterior, realised }) => {
      const edges = commonEdges([posterior, realised], bins);
      const found = histogram(realised, edges);
      return histogram(posterior, edges).map(({ low, high, density }, b) => [
        name,
        low,
        high,
        density,
        found[b]!.density,
      ]);
    }),
  });
}

const bins = 28;

interface Bin {
  readonly low: number;
  readonly high: number;
  readonly density: number;
}

/** Equal bins over the range of all samples. */
export function commonEdges(samples: readonly ArrayLike<number>[], bins: number): Float64Array {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const sample of samples) {
    for (let i = 0; i < sample.length; i++) {
      low = Math.min(low, sample[i]!);
      high = Math.max(high, sample[i]!);
    }
  }
  if (!(high > low)) [low, high] = [low - 0.5, low + 0.5];
  return Float64Array.from({ length: bins + 1 }, (_, i) => low + ((high - low) * i) / bins);
}

/** Shares per unit of the axis; they integrate to 1. */
export function histogram(sample: ArrayLike<number>, edges: Float64Array): Bin[] {
  const bins = edges.length - 1;
  const low = edges[0]!;
  const width = (edges[bins]! - low) / bins;
  const counts = new Float64Array(bins);
  for (let i = 0; i < sample.length; i++) {
    counts[Math.min(bins - 1, Math.max(0, Math.floor((sample[i]! - low) / width)))]!++;
  }
  return Array.from(counts, (count, b) => ({
    low: edges[b]!,
    high: edges[b + 1]!,
    density: count / (sample.length * width),
  }));
}

function outline(bins: readonly Bin[]): [number, number][] {
  return [
    [bins[0]!.low, 0],
    ...bins.flatMap(({ low, high, density }): [number, number][] => [
      [low, density],
      [high, density],
    ]),
    [bins.at(-1)!.high, 0],
  ];
}
