import { expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { designOf, type Fields } from '../../src/experiment/index.ts';
import { Pipeline, type Prepared, type Store } from '../../src/pipeline/index.ts';
import { measurementOf } from '../../src/pipeline/measurement.ts';
import { pricesOf } from '../../src/pipeline/pricing.ts';
import { keyOf } from '../../src/random/index.ts';
import { experimentOf, preparedOf } from './support.ts';

const data = { source: 'two-moons', train: 24, validation: 16, test: 12 };
const network = { layers: ['dense 3 tanh', 'dense 2'] };
const cases: readonly [string, Fields][] = [
  ['a point on frozen copies', { posterior: { method: 'map' }, transfer: { method: 'deterministic' } }],
  [
    'moments by nearest states, with drift, wires and faults of converters',
    {
      posterior: { method: 'mean-field', epochs: 4 },
      transfer: { method: 'mean-field', limit: 2 },
      hardware: {
        device: 'pcm-ibm',
        array: { rows: 4, columns: 8 },
        wires: { rowResistance: 1, columnResistance: 1 },
        converters: { range: 'column', gainError: 0.02, offset: 0.01, noise: 0.01 },
      },
    },
  ],
  [
    'draws on pairs of cells, the weight range searched',
    {
      posterior: { method: 'nuts', chains: 1, warmup: 20, draws: 20 },
      hardware: { device: 'rram-wan', mapping: { mapping: 'pairs' }, layout: 'rows' },
      sampling: { entropy: 'frozen', samples: 5 },
    },
  ],
  [
    'signs, read again and again, in bfloat16',
    {
      posterior: { method: 'bernoulli', epochs: 4 },
      hardware: { device: 'pcm-ibm', mapping: { mapping: 'binary' }, precision: 'bf16', precisionLimit: 1 },
      sampling: { entropy: 'read', samples: 5 },
    },
  ],
  [
    'a regression with noise of its own and a device-tied posterior',
    {
      data: { source: 'cubic', train: 24, validation: 16, test: 12 },
      network: { layers: ['dense 3 tanh', 'dense 1'] },
      posterior: { method: 'device-tied', epochs: 4, limit: 2 },
      transfer: { method: 'mean-field' },
      hardware: { mapping: { mapping: 'offset' } },
    },
  ],
];

/** A store whose results always come from somewhere else: each of them is a copy. */
const sending = (store: Store): Store => ({
  once: async (entry, make, job) => structuredClone(await store.once(entry, make, job)),
});

async function measured(prepared: Prepared, input: Fields) {
  const design = structuredClone(designOf(experimentOf(input), prepared.deviceFiles));
  const job = jobOf();
  const pipeline = new Pipeline(prepared, design, { key: keyOf(1), job });
  const question = { key: keyOf(2), outputs: true, losses: true };
  const chip = await pipeline.get('chip', { chip: 1 });
  return {
    measurement: await pipeline.run(measurementOf(question), { chip: 1, time: 3600 }),
    prices: pricesOf({ design, data: prepared.data, name: 'copy', chip }),
  };
}

test.each(cases)('%s: copies of all that stages make are measured alike', async (_name, given) => {
  const input = { data, network, sampling: { samples: 4 }, ...given };
  const prepared = await preparedOf(input);
  const sent = await preparedOf(input);
  const there = { ...sent, data: structuredClone(sent.data), store: sending(sent.store) };
  expect(await measured(there, input)).toEqual(await measured(prepared, input));
});
