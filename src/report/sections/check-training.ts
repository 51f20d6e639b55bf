import { stringify } from 'yaml';
import { methods, type SimulationCalibration } from '../../bayes/index.ts';
import type { Subject } from '../../pipeline/index.ts';
import { rankHistograms } from '../figures/rank-histogram.ts';
import type { Report } from '../report.ts';

/** The report of simulation-based calibration. */
export function checkReport(
  { experiment, data, network }: Subject,
  { runs, draws, bins, groups }: SimulationCalibration,
  command: string,
  versions: Readonly<Record<string, string>>,
): Report {
  const { title, cite } = methods[experiment.posterior.method];
  const off = groups.filter(({ p }) => p < 0.01).map(({ name }) => name);
  return {
    title: `${experiment.name}: is the posterior right?`,
    summary: [
      `${title} was run on ${runs} data sets, each simulated from weights drawn from the prior, at the ${data.train.count.toLocaleString('en-US')} training inputs of ${data.name}, for a network of ${network.size.toLocaleString('en-US')} weights. Ranks of the true values among ${draws} posterior draws are uniform where the method is right.`,
      off.length === 0
        ? 'No group of ranks is told from uniform (p ≥ 0.01 everywhere).'
        : `Ranks are not uniform (p < 0.01) for: ${off.join(', ')}.`,
    ],
    results: {
      columns: ['', 'quantities', 'largest χ²', 'p'],
      rows: groups.map(({ name, quantities, chi2, p }) => [name, quantities, chi2, p]),
      note: `χ² of one quantity’s ranks in ${bins} bins; p counts all quantities of the group (Bonferroni). Outputs are those at training inputs: symmetries of the network leave them alone.`,
    },
    sections: [
      {
        title: 'Ranks',
        figures: [
          {
            figure: rankHistograms({
              panels: groups.map(({ name, quantities, counts }) => ({
                name,
                series: [{ name: 'ranks', counts, of: runs * quantities }],
              })),
              runs,
            }),
            caption:
              'Ranks against the count expected. High at both ends: the posterior is too narrow; high in the middle: too wide; tilted: biased. The band holds 95 % of the bins of one quantity.',
          },
        ],
      },
    ],
    citations: [
      ...cite,
      {
        tag: 'Talts18',
        text: 'S. Talts, M. Betancourt, D. Simpson, A. Vehtari, A. Gelman, Validating Bayesian inference algorithms with simulation-based calibration, 2018',
        id: 'arXiv:1804.06788',
      },
    ],
    command,
    record: { seed: experiment.seed, versions, experiment: stringify(experiment) },
  };
}
