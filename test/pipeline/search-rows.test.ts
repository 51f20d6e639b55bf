import { expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { designOf, resolveExperiment } from '../../src/experiment/index.ts';
import { evaluateDesign, memoryStore, type Prepared, prepareExperiment, type Store } from '../../src/pipeline/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { memoryFiles } from '../data/files.ts';

const table = Array.from(
  { length: 60 },
  (_, i) => `${Math.sin(i)},${Math.cos(3 * i)},${Math.sin(7 * i)},${i % 2}`,
).join('\n');

const experiment = (search?: number) =>
  resolveExperiment(
    {
      data: { source: 'csv', path: 'a.csv', header: false, target: 3, standardise: 'none', ...(search && { search }) },
      network: { layers: ['dense 3 tanh', 'dense 2'] },
      posterior: { method: 'nuts', chains: 1, warmup: 10, draws: 12 },
      hardware: { device: 'pcm-ibm', outputBits: null },
      transfer: { limit: 2, method: 'mean-field' },
      sampling: { entropy: 'read', samples: 4, interval: '1 us' },
    },
    'test',
  );

const prepare = (search: number | undefined, store: Store): Promise<Prepared> =>
  prepareExperiment(experiment(search), { files: memoryFiles({ 'a.csv': table }), store });

test('a row to search on is read with the noise of its number among all training rows', async () => {
  const store = memoryStore(1 << 26);
  const whole = await prepare(undefined, store);
  const trained = new Map<string, unknown>();
  // One posterior for both, so that all that may differ is noise.
  const once: Store['once'] = async (entry, make, job) => {
    if (entry.stage !== 'training') return store.once(entry, make, job);
    if (!trained.has('it')) trained.set('it', await make(job));
    return trained.get('it') as never;
  };
  const parted = await prepare(0.5, { once });
  const losses = async (prepared: Prepared, split: 'train' | 'search') => {
    const rows = { split, from: 0, count: prepared.data[split]!.count };
    const wanted = { metrics: [], chips: [0], rows, losses: true };
    const design = designOf(experiment(), {});
    const found = await evaluateDesign({ ...prepared, store: { once } }, design, wanted, {
      key: keyOf(1),
      job: jobOf(),
    });
    return found.arrays['losses/nll']!;
  };
  const [all, some] = [await losses(whole, 'train'), await losses(parted, 'search')];
  const { numbers } = parted.data.search!;
  expect(some).toEqual(Float32Array.from(numbers!, n => all[n]!));
  expect(await losses(parted, 'train')).toEqual(Float32Array.from(parted.data.train.numbers!, n => all[n]!));
});

test('where no rows are kept from training, none can be asked for', async () => {
  const prepared = await prepare(undefined, memoryStore(1 << 20));
  const wanted = { metrics: ['nll'], chips: [0], rows: { split: 'search' as const, from: 0, count: 1 } };
  await expect(
    evaluateDesign(prepared, designOf(experiment(), {}), wanted, { key: keyOf(1), job: jobOf() }),
  ).rejects.toThrow("rows.split: is no split, got 'search'; known: train, validation, test.");
});
