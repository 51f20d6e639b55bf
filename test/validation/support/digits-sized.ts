import { jobOf } from '../../../src/base/index.ts';
import type { Posterior } from '../../../src/bayes/index.ts';
import type { Dataset } from '../../../src/data/index.ts';
import { resolveExperiment } from '../../../src/experiment/index.ts';
import { evaluate, memoryStore, type Store, subjectOf } from '../../../src/pipeline/index.ts';
import { fillNormal, fillUniform, fold, keyOf } from '../../../src/random/index.ts';
import { memoryForResults } from '../../../src/run/open.ts';

const key = keyOf(1);
const pixels = 784;

/** Evaluates chips of a 784–16–10 network with random weights on random images, at two times with 100 samples of 10,000 rows. */
export async function evaluateRandomImages(chips: number): Promise<void> {
  const experiment = resolveExperiment(
    {
      data: { source: 'two-moons' },
      network: { layers: ['dense 16 relu', 'dense 10'] },
      posterior: { method: 'mean-field' },
      transfer: { method: 'joint', limit: 1 },
      sampling: { entropy: 'frozen', samples: 100 },
      evaluate: { chips, times: [60, 190], archive: false },
    },
    'experiment',
  );
  const kept = memoryStore(memoryForResults);
  const store: Store = {
    once: (entry, make, job) =>
      kept.once(entry, entry.stage === 'training' ? ((async () => trained()) as unknown as typeof make) : make, job),
  };
  const data = randomImages(10_000);
  const prepared = { data, dataAddress: data.name, deviceFiles: {}, store, build: () => '' };
  await evaluate({ subject: subjectOf(experiment, prepared, jobOf()) }, jobOf());

  function trained(): { posterior: Posterior; curve: { steps: [] } } {
    const { parameters, size } = subjectOf(experiment, prepared, jobOf()).model.network;
    const mean = fillNormal(fold(key, 'weights'), new Float32Array(size)).map(z => z / 10);
    const std = new Float32Array(size).fill(0.02);
    return {
      posterior: { kind: 'moments', method: 'mean-field', info: {}, parameters, size, mean, std },
      curve: { steps: [] },
    };
  }
}

function randomImages(test: number): Dataset {
  const split = (name: string, count: number) => ({
    count,
    inputs: fillUniform(fold(key, name), new Float32Array(count * pixels)),
    labels: Int32Array.from({ length: count }, (_, i) => i % 10),
    targets: new Float32Array(),
  });
  return {
    name: 'random images',
    task: 'classification',
    inputShape: [pixels],
    inputNames: Array.from({ length: pixels }, (_, i) => `pixel ${i}`),
    outputNames: Array.from({ length: 10 }, (_, i) => String(i)),
    train: split('train', 16),
    validation: split('validation', 256),
    test: split('test', test),
    origin: 'random',
  };
}
