import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ExperimentInput } from '../../src/experiment/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { evaluateDesigns } from '../../src/run/index.ts';
import { openPool } from '../../src/workers/index.ts';
import type { Measurement } from '../kernels.ts';
import { type Changes, designWith, job, preparedOf, taken } from './support.ts';

const input: ExperimentInput = {
  name: 'heartbeats',
  seed: 7,
  data: { source: 'heartbeats', train: 2000, validation: 300, test: 500 },
  network: { layers: ['dense 16 relu', 'dense 8'] },
  posterior: { method: 'map', epochs: 20 },
  hardware: { device: 'oxram-hfo2' },
  transfer: { method: 'mean-field', limit: 2 },
  sampling: { entropy: 'frozen', samples: 50 },
};
const wanted = { metrics: ['nll'], chips: [0, 1, 2, 3] };
const processes = 2;

/** Designs of a heartbeat network a second, with two processes. */
export async function heartbeats(): Promise<Measurement[]> {
  const prepared = await preparedOf(input);
  const pool = openPool({
    handlers: pathToFileURL(join(import.meta.dirname, '../../dist/run/handlers.js')),
    slots: processes,
  });
  const rate = async (count: number, change: (i: number) => Changes) => {
    const designs = Array.from({ length: count }, (_, i) => designWith(input, change(i), prepared));
    const { wall } = await taken(async () => {
      for (const outcome of await evaluateDesigns(pool, prepared, designs, wanted, {
        key: keyOf(7),
        job,
        processes,
      })) {
        if ('fault' in outcome) throw outcome.fault;
      }
    });
    return count / wall;
  };
  try {
    await rate(16, i => ({ transfer: { limit: 3 + i } }));
    const readout = await rate(100, i => ({
      hardware: {
        outputBits: 4 + (i % 8),
        compensation: i % 2 ? 'none' : 'global',
        converters: { covered: 1 - i / 1e3 },
      },
    }));
    const plan = await rate(60, i => ({ transfer: { limit: 1 + i / 50 } }));
    const searched = await rate(6, i => ({ transfer: { limit: 'search', calibrationCopies: 4 + i } }));
    const what = 'heartbeats 32–16–8, 50 copies, 4 chips, 500 rows, two processes';
    return [
      { name: `${what}, new read-out`, value: readout, unit: '1/s', goal: '50 or more', met: readout >= 50 },
      { name: `${what}, new plan`, value: plan, unit: '1/s', goal: '25 or more', met: plan >= 25 },
      { name: `${what}, range searched`, value: searched, unit: '1/s' },
    ];
  } finally {
    await pool.close();
  }
}
