import { afterAll, describe, expect, it } from 'vitest';
import { jobOf, type Pool } from '../../src/base/index.ts';
import { designOf } from '../../src/experiment/index.ts';
import { evaluateDesign } from '../../src/pipeline/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { evaluateDesigns } from '../../src/run/designs.ts';
import { openPool } from '../../src/workers/index.ts';
import { experimentOf, preparedOf } from '../pipeline/support.ts';

const input = {
  name: 'designs',
  seed: 3,
  data: { source: 'two-moons', train: 40, validation: 20, test: 20, noise: 0.2 },
  network: { layers: ['dense 4 tanh', 'dense 2'] },
  posterior: { method: 'map', epochs: 2 },
  transfer: { method: 'joint', limit: 2 },
  sampling: { entropy: 'frozen', samples: 3 },
};
const key = keyOf(3);
const job = jobOf();
const wanted = { metrics: ['nll', 'accuracy'], chips: [0, 2], losses: true };
const handlers = new URL('../../dist/run/handlers.js', import.meta.url);

describe('designs in other processes', () => {
  let pool: Pool | undefined;
  afterAll(() => pool?.close());

  it('are worth to the bit what they are worth in this one, and faults stay with their design', async () => {
    pool = openPool({ handlers, slots: 2 });
    const prepared = await preparedOf(input);
    const designs = [1, 2, 3].map(limit =>
      designOf(experimentOf({ ...input, transfer: { method: 'joint', limit } }), prepared.deviceFiles),
    );
    const tooLarge = experimentOf({ ...input, hardware: { array: { rows: 8, columns: 2, count: 1 } } });
    const other = experimentOf({ ...input, posterior: { method: 'map', epochs: 3 } });
    const all = [...designs, designOf(tooLarge, {}), designOf(other, {})];
    const heard: number[] = [];
    const how = { key, job, processes: 2, done: (place: number) => void heard.push(place) };
    const outcomes = await evaluateDesigns(pool, prepared, all, wanted, how);
    expect(heard.toSorted()).toEqual([0, 1, 2, 3, 4]);
    for (const place of [0, 1, 2, 4]) {
      const own = await evaluateDesign(await preparedOf(input), all[place]!, wanted, { key, job });
      const outcome = outcomes[place]!;
      if (!('evidence' in outcome)) throw outcome.fault;
      const { rows, arrays, adopted } = outcome.evidence;
      expect({ rows, arrays, adopted }).toEqual({ rows: own.rows, arrays: own.arrays, adopted: [] });
    }
    expect(outcomes[3]).toMatchObject({ fault: { message: expect.stringContaining('array') } });
    const first = outcomes[0]!;
    expect('evidence' in first && first.evidence.made).toContain('training');
  }, 20_000);

  it('are evaluated here where there is no pool', async () => {
    const prepared = await preparedOf(input);
    const design = designOf(experimentOf(input), {});
    const [outcome] = await evaluateDesigns(undefined, prepared, [design], wanted, { key, job, processes: 1 });
    const own = await evaluateDesign(await preparedOf(input), design, wanted, { key, job });
    expect(outcome).toEqual({ evidence: own });
  });
});
