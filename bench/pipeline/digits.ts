import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { jobOf } from '../../src/base/index.ts';
import type { ExperimentInput } from '../../src/experiment/index.ts';
import { costOfDesign } from '../../src/pipeline/index.ts';
import { evaluateRun, openDirectory, openInput, openProcesses, summarise } from '../../src/run/index.ts';
import type { Measurement } from '../kernels.ts';
import { inFolder, job, randomPosterior, taken } from './support.ts';

const input: ExperimentInput = {
  name: 'digits',
  seed: 1,
  data: {
    source: 'idx',
    images: 't10k-images-idx3-ubyte.gz',
    labels: 't10k-labels-idx1-ubyte.gz',
    train: 7200,
    validation: 800,
    test: 2000,
  },
  network: { layers: ['dense 256 relu', 'dense 10'] },
  posterior: { method: 'mean-field' },
  hardware: { device: 'pcm-ibm', time: '20 s', array: { rows: 256, columns: 256 }, layout: 'tiles' },
  transfer: { method: 'mean-field', limit: 0.5 },
  sampling: { entropy: 'frozen', samples: 50 },
  evaluate: { chips: 20, times: ['20 s', '1 h', '1 d', '30 d'] },
};

/** A whole run of digits on twenty million cells, opening it again, and its price. */
export async function digits(): Promise<Measurement[]> {
  const folder = join(process.env.POSTEROHM_DATA ?? '', 'mnist');
  const name = 'digits, 784–256–10, 20 chips × 4 times × 50 samples';
  if (!existsSync(join(folder, 't10k-images-idx3-ubyte.gz'))) {
    return [{ name: `${name}: skipped, POSTEROHM_DATA has no mnist`, value: Number.NaN, unit: '' }];
  }
  return inFolder(async out => {
    const run = await taken(async () => {
      const pool = openProcesses(availableParallelism());
      const open = await openInput(input, 'bench', folder, { folder: '.', out, bring: randomPosterior });
      await evaluateRun(open, () => jobOf({ pool }));
      await pool?.close();
    });
    const again = await taken(async () => {
      await summarise(await evaluateRun(await openDirectory(out, { folder: '.' })));
    });
    const { subject } = (await openDirectory(out, { folder: '.' })).run;
    const { design, data, chips } = subject;
    const chip = await subject.own.get('chip', { chip: chips[0]! }, job);
    const price = await taken(() => costOfDesign({ design, data, name, chip }));
    return [
      { name, value: run.wall, unit: 's', goal: '≤ 120 s', met: run.wall <= 120 },
      { name: `${name}, all cores together`, value: run.cpu, unit: 's' },
      {
        name: 'opening that run of 20 million cells',
        value: again.wall,
        unit: 's',
        goal: '≤ 3 s',
        met: again.wall <= 3,
      },
      {
        name: 'its price, computed first',
        value: price.wall * 1e3,
        unit: 'ms',
        goal: '≤ 5 ms',
        met: price.wall <= 5e-3,
      },
    ];
  });
}
