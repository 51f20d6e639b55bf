import { type Posterior, rhat } from '../../bayes/index.ts';
import { followedPredictions, type Subject } from '../../pipeline/index.ts';
import { curves } from '../figures/curves.ts';
import { rankHistograms } from '../figures/rank-histogram.ts';
import type { Section } from '../report.ts';

const bins = 20;

/** Trace of the prediction on which the chains agree least, and where there are several its ranks; nothing where there are no chains. */
export function chainFigures(subject: Subject, posterior: Posterior): NonNullable<Section['figures']> {
  const found = followedPredictions(subject, posterior);
  if (!found || posterior.kind !== 'samples') return [];
  const { chains, count } = posterior;
  const length = count / chains;
  const of = (q: number) => Float64Array.from({ length: count }, (_, d) => found.values[d * found.quantities + q]!);
  let worst = of(0);
  let most = Number.NEGATIVE_INFINITY;
  for (let q = 0; q < found.quantities; q++) {
    const r = rhat(of(q), chains);
    if (r > most) [worst, most] = [of(q), r];
  }
  if (!Number.isFinite(most)) return [];
  const name = (chain: number) => `chain ${chain + 1}`;
  const x = Array.from({ length }, (_, d) => d);
  const each = Array.from({ length: chains }, (_, c) => ({
    name: name(c),
    x,
    y: worst.subarray(c * length, (c + 1) * length),
  }));
  const trace = {
    figure: curves({ xTitle: 'draw', yTitle: 'prediction', series: each }),
    caption: `Trace of the prediction on which the chains agree least (R-hat ${most.toFixed(3)}).`,
  };
  if (chains < 2) return [trace];
  return [
    trace,
    {
      figure: rankHistograms({
        panels: [
          {
            name: 'Ranks among all draws',
            series: ranksOf(worst, chains).map((counts, c) => ({ name: name(c), counts, of: length })),
          },
        ],
        runs: length,
      }),
      caption:
        'Ranks of each chain’s draws among all: level where chains agree, tilted where they sit at different places (Vehtari 2021). The band holds 95 % of the bins of independent draws.',
    },
  ];
}

/** Ranks of every chain's values among all, counted in bins. */
function ranksOf(values: Float64Array, chains: number): Float64Array[] {
  const length = values.length / chains;
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const counts = Array.from({ length: chains }, () => new Float64Array(bins));
  order.forEach((draw, rank) => {
    counts[Math.floor(draw / length)]![Math.floor((rank * bins) / values.length)]!++;
  });
  return counts;
}
