import * as Plot from '@observablehq/plot';
import { type Figure, figure, type Panel } from '../figure.ts';
import { legend, seriesEntries } from '../legend.ts';
import { colourOf, faint, quiet } from '../palette.ts';
import { heading, panel } from '../panel.ts';

export interface RankHistograms {
  /** One panel each, three in a row; `counts` by bin, `of` their sum. */
  readonly panels: readonly {
    readonly name: string;
    readonly series: readonly { readonly name: string; readonly counts: ArrayLike<number>; readonly of: number }[];
  }[];
  /** Independent ranks behind one series, for the band of chance. */
  readonly runs: number;
}

/** Histograms of ranks as multiples of what uniform ranks give: of true values among draws, or of one chain's draws among all. */
export function rankHistograms({ panels, runs }: RankHistograms): Figure {
  const width = 270;
  const names = [...new Set(panels.flatMap(({ series }) => series.map(({ name }) => name)))];
  const rows: Panel[][] = [];
  for (let first = 0; first < panels.length; first += 3) {
    const part = panels.slice(first, first + 3);
    rows.push(
      part.map(({ name }) => heading(width, name, 44)),
      part.map(({ series }) => histogram(series, runs, width)),
    );
  }
  const key = names.length > 1 ? [[legend(3 * width, seriesEntries(names), 44)]] : [];
  return figure('Histograms of ranks', [...key, ...rows], {
    columns: ['of', 'series', 'ranks from', 'to', 'count', 'expected'],
    rows: panels.flatMap(panel =>
      panel.series.flatMap(({ name, counts, of }) =>
        Array.from(counts, (count, b) => [
          panel.name,
          name,
          b / counts.length,
          (b + 1) / counts.length,
          count,
          of / counts.length,
        ]),
      ),
    ),
  });
}

function histogram(series: RankHistograms['panels'][number]['series'], runs: number, width: number): Panel {
  const bins = series[0]!.counts.length;
  const band = 1.96 * Math.sqrt((bins - 1) / runs);
  return panel({
    width,
    height: 190,
    marginLeft: 44,
    marginRight: 10,
    marginTop: 8,
    marginBottom: 42,
    x: { domain: [0, 1], label: 'rank, share of draws', ticks: 5 },
    y: { label: 'count ÷ expected', grid: true, ticks: 5, zero: true, nice: true },
    marks: [
      Plot.rect([{ y1: Math.max(0, 1 - band), y2: 1 + band }], { x1: 0, x2: 1, y1: 'y1', y2: 'y2', fill: faint }),
      series.map(({ counts, of }, i) => {
        const rows = Array.from(counts, (count, b) => ({ x1: b / bins, x2: (b + 1) / bins, y: (count * bins) / of }));
        const steps = rows.flatMap(({ x1, x2, y }) => [
          { x: x1, y },
          { x: x2, y },
        ]);
        return [
          series.length > 1
            ? null
            : Plot.rect(rows, { x1: 'x1', x2: 'x2', y1: 0, y2: 'y', fill: colourOf(i), fillOpacity: 0.35 }),
          Plot.line(steps, { x: 'x', y: 'y', stroke: colourOf(i), strokeWidth: 1.5 }),
        ];
      }),
      Plot.ruleY([1], { stroke: quiet, strokeDasharray: '4 3' }),
    ],
  });
}
