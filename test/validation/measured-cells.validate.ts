import { beforeAll, describe, test } from 'vitest';
import { check } from './support/claims.ts';
import { example, type Finished, runExperiment } from './support/experiment.ts';

/** The demonstration's own seed and four more. */
const own = 7;
const seeds = [own, 11, 23, 31, 47];
const transfers = [
  ['joint', 'joint, measured', 'joint, baked'],
  ['mixture', 'mixture, measured', 'mixture, baked'],
  ['device-tied, measured', 'device-tied, baked'],
].flat();

const runs: Finished[] = [];
beforeAll(() => {
  for (const seed of seeds) runs.push(runExperiment(example('measured-cells'), seed));
});

const evaluation = ({ evaluations }: Finished, name: string) => evaluations[name === 'joint' ? '' : name]!;
const chips = (run: Finished, name: string, metric: string) => evaluation(run, name).hardware.metrics[metric]!.mean;
const kept = (run: Finished, name: string, metric: string) => {
  const { preserved, preservedOfBase = preserved } = evaluation(run, name);
  return preservedOfBase.metrics[metric]!.mean;
};
const below = (run: Finished, name: string) =>
  100 * (evaluation(run, 'joint').software.metrics.accuracy!.mean - chips(run, name, 'accuracy'));

describe('two moons on assumed and on measured cells', () => {
  test('what the chips have of it, means over the seeds', () => {
    const columns: readonly (readonly [string, (run: Finished, name: string) => number])[] = [
      ['accuracy', (run, name) => chips(run, name, 'accuracy')],
      ['NLL', (run, name) => chips(run, name, 'nll')],
      ['decisions kept', (run, name) => kept(run, name, 'decisionAgreement')],
      ['aleatoric r', (run, name) => kept(run, name, 'aleatoricCorrelation')],
      ['epistemic r', (run, name) => kept(run, name, 'epistemicCorrelation')],
      ['one network', (run, name) => evaluation(run, name).deterministic.metrics.accuracy!.mean],
    ];
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const software = (metric: string) => mean(runs.map(run => evaluation(run, 'joint').software.metrics[metric]!.mean));
    console.info(`software: accuracy ${software('accuracy').toFixed(4)}, NLL ${software('nll').toFixed(4)}`);
    console.info(['', ...columns.map(([name]) => name)].join(' | '));
    for (const name of transfers) {
      console.info([name, ...columns.map(([, of]) => mean(runs.map(run => of(run, name))).toFixed(4))].join(' | '));
    }
  });

  test('measured cells carry the posterior', () =>
    check<Finished>(
      [
        {
          name: 'joint, measured: accuracy below software, points',
          most: 1,
          measure: r => below(r, 'joint, measured'),
        },
        {
          name: 'joint, measured: decisions kept',
          least: 0.98,
          measure: r => kept(r, 'joint, measured', 'decisionAgreement'),
        },
        {
          name: 'joint: NLL on measured cells over that on assumed ones',
          most: 1,
          measure: r => chips(r, 'joint, measured', 'nll') / chips(r, 'joint', 'nll'),
        },
        {
          name: 'joint, baked: decisions kept',
          least: 0.97,
          measure: r => kept(r, 'joint, baked', 'decisionAgreement'),
        },
        {
          name: 'joint: NLL after the bake over that before',
          least: 1.1,
          measure: r => chips(r, 'joint, baked', 'nll') / chips(r, 'joint, measured', 'nll'),
        },
      ],
      runs,
      own,
    ));
});
