import type { ExperimentInput } from '../../src/experiment/index.ts';
import { evaluateDesign } from '../../src/pipeline/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { evaluateRun, openInput } from '../../src/run/index.ts';
import type { Measurement } from '../kernels.ts';
import { designWith, inFolder, job, median, preparedOf, randomPosterior, taken } from './support.ts';

const input: ExperimentInput = {
  name: 'moons',
  seed: 7,
  data: { source: 'two-moons', train: 256, validation: 256, test: 1024, noise: 0.2 },
  network: { layers: ['dense 16 tanh', 'dense 2'] },
  posterior: { method: 'map', epochs: 20 },
  hardware: { device: 'oxram-hfo2', array: { rows: 128, columns: 128, count: 1 }, layout: 'rows' },
  transfer: { method: 'joint', limit: 2 },
  sampling: { entropy: 'frozen', samples: 99 },
  evaluate: { chips: 20, grid: 40, softwareSamples: 400 },
};
const rounds = 5;
/** A search asks for hundreds, so what the first ones cost (compilation by the engine) is not counted. */
const warmUp = 5;

/** One more design of two moons on twenty chips beside a run that has its posterior. */
export async function oneMoreDesign(): Promise<Measurement[]> {
  const prepared = await preparedOf(input);
  const key = keyOf(7);
  const wanted = { metrics: ['nll'], chips: Array.from({ length: 20 }, (_, i) => i) };
  const evaluate = (limit: number) =>
    evaluateDesign(prepared, designWith(input, { transfer: { limit } }, prepared), wanted, { key, job });
  for (let i = 0; i < warmUp; i++) await evaluate(2 + i / 10);
  const designs = [];
  const runs = [];
  for (let round = 0; round < rounds; round++) {
    designs.push(await taken(() => evaluate(1 + round / 10)));
    runs.push(
      await inFolder(out =>
        taken(async () => {
          await evaluateRun(await openInput(input, 'bench', '.', { folder: '.', out, bring: randomPosterior }));
        }),
      ),
    );
  }
  const design = median(designs.map(({ cpu }) => cpu));
  const run = median(runs.map(({ cpu }) => cpu));
  return [
    { name: 'one more design, two moons, 20 chips, processor', value: design * 1e3, unit: 'ms' },
    { name: 'a run of the same with its posterior given, processor', value: run * 1e3, unit: 'ms' },
    { name: 'run over design', value: run / design, unit: '×', goal: '10 or more', met: run >= 10 * design },
  ];
}
