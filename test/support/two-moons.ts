import { jobOf } from '../../src/base/index.ts';
import { defineExperiment, designOf } from '../../src/experiment/index.ts';
import { evaluateDesign, prepareExperiment } from '../../src/pipeline/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { curves } from '../../src/report/figures/curves.ts';

/** Two moons from training to metrics, prices and a figure, small: all that it found, as text. */
export async function twoMoons(): Promise<string> {
  const experiment = defineExperiment({
    data: { source: 'two-moons', train: 48, validation: 16, test: 32 },
    network: { layers: ['dense 4 tanh', 'dense 2'] },
    posterior: { method: 'mean-field', epochs: 20 },
    hardware: { inputBits: null, outputBits: null },
    transfer: { limit: 2, calibrationCopies: 1 },
    sampling: { entropy: 'frozen', samples: 2 },
  });
  const prepared = await prepareExperiment(experiment);
  const wanted = { metrics: ['nll', 'accuracy'], chips: [0, 1], prices: true, losses: true };
  const how = { key: keyOf(3), job: jobOf() };
  const evidence = await evaluateDesign(prepared, designOf(experiment, prepared.deviceFiles), wanted, how);
  const { 'losses/nll': losses } = evidence.arrays;
  const series = [{ name: 'loss', x: losses!.map((_, i) => i), y: losses! }];
  return JSON.stringify({ ...evidence, figure: curves({ xTitle: 'row', yTitle: 'loss', series }) });
}
