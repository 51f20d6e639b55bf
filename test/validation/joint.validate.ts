import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CrossedInterval } from '../../src/uncertainty/index.ts';
import { pairedTest } from '../../src/uncertainty/index.ts';
import { type Claim, check } from './support/claims.ts';
import { type Finished, runExperiment } from './support/experiment.ts';

/** A folder of data sets given by POSTEROHM_DATA. */
const data = process.env.POSTEROHM_DATA;

const own = 7;
const seeds = [own, 11, 23, 31, 47];

/** Networks trained from different starts take the place of draws, which samplers would need hours for at these sizes. */
const beats = `name: beats
data: { source: heartbeats, unseen: [paced] }
network: { layers: [dense 16 relu, dense 8] }
posterior: { method: ensemble, members: 50 }
hardware: { device: oxram-hfo2 }
transfer: { method: joint }
sampling: { entropy: frozen, samples: 50 }
evaluate: { chips: 20 }
`;

const digits = `name: digits
data: { source: idx, images: t10k-images-idx3-ubyte.gz, labels: t10k-labels-idx1-ubyte.gz, train: 7200, validation: 800, test: 2000 }
network: { layers: [dense 64 relu, dense 10] }
posterior: { method: ensemble, members: 10, epochs: 20 }
hardware: { device: oxram-hfo2, array: { rows: 256, columns: 256 } }
transfer: { method: joint }
sampling: { entropy: frozen, samples: 10 }
evaluate: { chips: 20 }
`;

const base = ({ evaluations }: Finished) => evaluations['']!;
/** Chips that lose less than those of one network, programmed once in one pulse, paired by number. */
const won = (run: Finished) =>
  pairedTest(
    base(run).deterministic.chips.map(({ nll }) => nll!),
    base(run).hardware.chips.map(({ nll }) => nll!),
  ).wins;
const kept = (metric: string) => (run: Finished) => base(run).preserved.metrics[metric]!.mean;

const ends = ({ mean, both, rows }: CrossedInterval) => {
  const { low, high } = (both ?? rows)!;
  return `${mean.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
};

function show(runs: readonly Finished[]): void {
  for (const run of runs) {
    const { software, hardware, deterministic } = base(run);
    const sides = Object.entries({ software, chips: hardware, 'one network': deterministic });
    for (const [name, { metrics }] of sides) {
      console.log(
        `seed ${run.seed}, ${name.padEnd(12)} NLL ${ends(metrics.nll!)}, accuracy ${ends(metrics.accuracy!)}`,
      );
    }
  }
}

/** Claims of which `missed` are found not to hold. */
function survives(runs: readonly Finished[], missed: readonly string[] = []): void {
  show(runs);
  const claims: readonly Claim<Finished>[] = [
    { name: 'chips of 20 with better NLL than one network', least: 18, digits: 0, measure: won },
    {
      name: 'accuracy below software, points',
      most: 1,
      measure: run => 100 * (base(run).software.metrics.accuracy!.mean - base(run).hardware.metrics.accuracy!.mean),
    },
    {
      name: 'NLL above software, nats',
      most: 0.12,
      measure: run => base(run).hardware.metrics.nll!.mean - base(run).software.metrics.nll!.mean,
    },
    { name: 'decisions kept', least: 0.9, measure: kept('decisionAgreement') },
    { name: 'aleatoric correlation', least: 0.9, measure: kept('aleatoricCorrelation') },
  ];
  check<Finished>(
    claims.map(claim => (missed.includes(claim.name) ? { ...claim, fails: true } : claim)),
    runs,
    own,
  );
}

describe('one pulse per device, a network per copy, bigger than two moons (Dalgaty21)', () => {
  test('heartbeats', () => {
    const runs = seeds.map(seed => runExperiment(beats, seed));
    survives(runs, ['accuracy below software, points', 'decisions kept']);
    expect(runs).toHaveLength(5);
  });

  test.skipIf(!data)(`ten thousand digits${data ? '' : ' (needs POSTEROHM_DATA)'}`, () => {
    const files = ['images-idx3', 'labels-idx1'].map(part => join(data!, 'mnist', `t10k-${part}-ubyte.gz`));
    survives(seeds.map(seed => runExperiment(digits, seed, files)));
  });
});
