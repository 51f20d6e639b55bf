import { beforeAll, describe, expect, test } from 'vitest';
import { type CrossedInterval, pairedTest } from '../../src/uncertainty/index.ts';
import { check } from './support/claims.ts';
import { example, type Finished, runExperiment } from './support/experiment.ts';

/** The demonstration's own seed and four more. */
const own = 7;
const seeds = [own, 11, 23, 31, 47];

const runs: Finished[] = [];
beforeAll(() => {
  for (const seed of seeds) runs.push(runExperiment(example('moons'), seed));
});

const software = ({ evaluations }: Finished, name = '') => evaluations[name]!.software.metrics;
const chips = ({ evaluations }: Finished, name = '') => evaluations[name]!.hardware.metrics;
/** Points of accuracy that the chips of `name` have less than the software prediction of `against`. */
const lost = (run: Finished, name: string, against: string) =>
  100 * (software(run, against).accuracy!.mean - chips(run, name).accuracy!.mean);
/** Likelihood of the chips of `name` over that of the software prediction of `against`. */
const ratio = (run: Finished, name: string, against: string) =>
  chips(run, name).nll!.mean / software(run, against).nll!.mean;
const kept = ({ evaluations }: Finished, name: string, metric: string, of: 'own' | 'base') =>
  (of === 'own' ? evaluations[name]!.preserved : evaluations[name]!.preservedOfBase!).metrics[metric]!.mean;
/** Chip by chip against one copy of the sampler's best draw, each programmed in one pulse. */
const paired = ({ evaluations }: Finished, name: string) =>
  pairedTest(
    evaluations[name]!.hardware.chips.map(({ accuracy }) => accuracy!),
    evaluations['']!.deterministic.chips.map(({ accuracy }) => accuracy!),
  );

/** Mean with its interval over chips. */
const ends = (found: CrossedInterval | undefined) =>
  `${found!.mean.toFixed(4)} [${found!.chips!.low.toFixed(4)}, ${found!.chips!.high.toFixed(4)}]`;

const half = 'joint, half the spread';

describe('two moons, one SET pulse per device, 16,384 devices', () => {
  test('the posterior survives the joint transfer (Dalgaty21)', () =>
    check<Finished>(
      [
        { name: 'devices of the array', least: 16_384, digits: 0, measure: r => r.summary.chip.devices },
        { name: 'share of devices in use', least: 0.95, measure: r => r.summary.chip.utilisation },
        { name: 'chips', least: 20, digits: 0, measure: r => r.summary.chips },
        { name: 'joint: accuracy below software, points', most: 1, fails: true, measure: r => lost(r, '', '') },
        { name: 'joint: decisions kept', least: 0.98, measure: r => kept(r, '', 'decisionAgreement', 'own') },
        { name: 'joint: aleatoric correlation', least: 0.93, measure: r => kept(r, '', 'aleatoricCorrelation', 'own') },
        { name: 'joint: epistemic correlation', least: 0.82, measure: r => kept(r, '', 'epistemicCorrelation', 'own') },
        {
          name: 'joint, half the spread: epistemic correlation',
          least: 0.93,
          measure: r => kept(r, half, 'epistemicCorrelation', 'base'),
        },
      ],
      runs,
      own,
    ));

  test('what is trained for the device is what is programmed', () =>
    check<Finished>(
      [
        {
          name: 'device-tied: |accuracy − its software|, points',
          most: 0.5,
          measure: r => Math.abs(lost(r, 'device-tied', 'device-tied')),
        },
        {
          name: 'device-tied: decisions of its software kept',
          least: 0.99,
          measure: r => kept(r, 'device-tied', 'decisionAgreement', 'own'),
        },
        {
          name: 'device-tied: epistemic correlation with its software',
          least: 0.97,
          measure: r => kept(r, 'device-tied', 'epistemicCorrelation', 'own'),
        },
        {
          name: 'device-tied: NLL over that of its software',
          most: 1.05,
          measure: r => ratio(r, 'device-tied', 'device-tied'),
        },
        {
          name: 'device-tied: accuracy below NUTS in software, points',
          most: 1,
          measure: r => lost(r, 'device-tied', ''),
        },
        {
          name: 'device-tied: NLL over that of NUTS in software',
          most: 1.05,
          measure: r => ratio(r, 'device-tied', ''),
        },
      ],
      runs,
      own,
    ));

  test('components keep decisions, independent marginals do not (Bonnet23)', () =>
    check<Finished>(
      [
        {
          name: 'mixture: accuracy below software, points',
          most: 3,
          measure: r => lost(r, 'mixture', ''),
        },
        { name: 'marginal: accuracy below software, points', least: 20, measure: r => lost(r, 'marginal', '') },
        {
          name: 'marginal: accuracy below device-tied chips, points',
          least: 3,
          measure: r => 100 * (chips(r, 'device-tied').accuracy!.mean - chips(r, 'marginal').accuracy!.mean),
        },
      ],
      runs,
      own,
    ));

  test('one pulse serves a Bayesian network better than one deterministic network (Dalgaty21)', () => {
    check<Finished>(
      [
        {
          name: 'joint: chips more accurate than deterministic',
          least: 18,
          fails: true,
          measure: r => paired(r, '').wins,
        },
        {
          name: 'device-tied: chips more accurate than deterministic',
          least: 18,
          measure: r => paired(r, 'device-tied').wins,
        },
        ...['joint', 'device-tied'].map(name => ({
          name: `${name}: accuracy above deterministic, points`,
          least: 0,
          measure: (r: Finished) => 100 * paired(r, name === 'joint' ? '' : name).difference.mean,
        })),
      ],
      runs,
      own,
    );
    for (const run of runs) {
      for (const name of ['', 'device-tied']) {
        const { wins, losses, difference, signP, tP } = paired(run, name);
        const { low, high } = difference.chips!;
        const points = [difference.mean, low, high].map(d => (100 * d).toFixed(2));
        console.log(
          `seed ${run.seed}, ${name || 'joint'} − deterministic: ${points[0]} points [${points[1]}, ${points[2]}], ${wins} won, ${losses} lost, sign test p = ${signP.toExponential(1)}, paired t p = ${tP.toExponential(1)}`,
        );
      }
      const tied = run.evaluations['device-tied']!.againstDeterministic.accuracy!;
      console.log(
        `seed ${run.seed}, device-tied − one copy of its own means: ${(100 * tied.difference.mean).toFixed(2)} points, ${tied.wins} won, ${tied.losses} lost (for information)`,
      );
    }
  });

  test('figures by transfer and spread', () => {
    for (const run of runs) {
      const { metrics } = run.evaluations['']!.deterministic;
      const nuts = software(run);
      console.log(
        [
          `seed ${run.seed}: software ${nuts.accuracy!.mean.toFixed(4)} / ${nuts.nll!.mean.toFixed(4)}, deterministic ${metrics.accuracy!.mean.toFixed(4)} / ${metrics.nll!.mean.toFixed(4)}`,
          ...Object.keys(run.evaluations).map(name => {
            const { accuracy, nll } = chips(run, name);
            const of = name === '' ? 'own' : 'base';
            const figures = ['decisionAgreement', 'aleatoricCorrelation', 'epistemicCorrelation'].map(metric =>
              kept(run, name, metric, of).toFixed(3),
            );
            return `  ${(name || 'joint').padEnd(30)} accuracy ${ends(accuracy)}  NLL ${ends(nll)}  decisions, aleatoric, epistemic kept ${figures.join(' ')}`;
          }),
        ].join('\n'),
      );
      expect(nuts.accuracy!.mean).toBeGreaterThan(0.9);
    }
  });
});
