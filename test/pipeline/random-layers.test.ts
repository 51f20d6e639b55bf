import { expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { designOf } from '../../src/experiment/index.ts';
import { evaluateDesign, Pipeline } from '../../src/pipeline/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { experimentOf, preparedOf } from './support.ts';

const fields = (transfer: string, entropy: object) => ({
  data: { source: 'two-moons', train: 120, validation: 40, test: 60, noise: 0.2 },
  network: { layers: ['dense 5 tanh', 'dense 2'] },
  posterior: { method: 'mean-field', epochs: 60, rate: 0.03, initialStd: 0.3, randomLayers: 1 },
  hardware: { device: 'pcm-ibm', array: { rows: 16, columns: 32 } },
  transfer: { method: transfer },
  sampling: { samples: 3, ...entropy },
});
const how = { key: keyOf(1), job: jobOf() };
/** Weights of the first layer of 2–5–2, and of all. */
const [first, all] = [15, 27];

test('copies differ in the weights that are random alone, whatever puts them there', async () => {
  for (const transfer of ['joint', 'mixture', 'marginal']) {
    const given = fields(transfer, { entropy: 'frozen' });
    const prepared = await preparedOf(given);
    const { intended, copies } = await new Pipeline(prepared, designOf(experimentOf(given), {}), how).get('plan');
    expect(copies).toBe(3);
    const differs = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => intended[from + i] !== intended[all + from + i]);
    expect(differs(0, first)).not.toContain(true);
    expect(differs(first, all)).toContain(true);
  }
});

test('chips predict with them by frozen copies and by read noise', async () => {
  for (const entropy of [{ entropy: 'frozen' }, { entropy: 'read' }]) {
    const given = fields('mean-field', entropy);
    const design = designOf(experimentOf(given), {});
    const { rows } = await evaluateDesign(await preparedOf(given), design, { metrics: ['nll'], chips: [0] }, how);
    expect(rows[0]!.values.nll).toBeLessThan(0.5);
  }
});
