import { expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { findDevice } from '../../src/device/index.ts';
import { actualDevice, designOf } from '../../src/experiment/index.ts';
import { buildNetwork, evenRanges } from '../../src/network/index.ts';
import { evaluateDesign, Pipeline, placementOf } from '../../src/pipeline/index.ts';
import { networkGiven, networkOf } from '../../src/pipeline/network-of.ts';
import { billOfDesign } from '../../src/pipeline/pricing.ts';
import { openReading, readingGiven, weightsOfChip } from '../../src/pipeline/reading.ts';
import { keyOf } from '../../src/random/index.ts';
import { planTransfer, transferMethods } from '../../src/transfer/index.ts';
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

test('one copy of the points lies on the chip, where all copies read it', async () => {
  const given = fields('joint', { entropy: 'frozen' });
  const prepared = await preparedOf(given);
  const design = designOf(experimentOf(given), {});
  const pipeline = new Pipeline(prepared, design, how);
  const plan = await pipeline.get('plan');
  expect(plan).toMatchObject({ copies: 3, heldOnce: 1 });
  expect(plan.target).toHaveLength(2 * (first + 3 * (all - first)));
  expect(placementOf(design, plan.matrices).cells).toBe(plan.target.length);
  const chip = await pipeline.get('chip', { chip: 0 });
  const weights = await weightsOfChip(design, 0, chip, 3600, jobOf());
  const copy = (c: number, from: number, to: number) => [...weights.subarray(c * all + from, c * all + to)];
  for (const c of [1, 2]) {
    expect(copy(c, 0, first)).toEqual(copy(0, 0, first));
    expect(copy(c, first, all)).not.toEqual(copy(0, first, all));
  }
});

/** What happens on a chip in a decision on each test row, and what a decision's conversions are priced. */
async function counted(entropy: string, device: string, randomLayers: number | 'all') {
  const usual = fields(entropy === 'frozen' ? 'joint' : 'mean-field', { entropy });
  const given = {
    ...usual,
    posterior: { ...usual.posterior, randomLayers },
    hardware: { ...usual.hardware, device },
  };
  const prepared = await preparedOf(given);
  const design = designOf(experimentOf(given), {});
  const pipeline = new Pipeline(prepared, design, how);
  const { data } = prepared;
  const { network } = networkOf(networkGiven(design), data);
  const [posterior, chip, converters] = [
    await pipeline.get('posterior'),
    await pipeline.get('chip', { chip: 0 }),
    await pipeline.get('converters'),
  ];
  const reads = { ...readingGiven(design), device: actualDevice(design) };
  const reading = await openReading(how.key, reads, network, posterior, chip, converters, 60, data.validation, how.job);
  const { events, outputs } = await reading.outputs({ name: 'test', ...data.test }, how.job);
  expect(outputs.samples).toBe(3);
  const { items } = billOfDesign({ design, data, name: 'one', chip });
  const price = items.filter(({ name }) => name === 'adc-sar').reduce((sum, { energy }) => sum + energy, 0);
  const law = reading.law()!;
  return { events, price, cells: chip.cells.target.length, stay: law.std.subarray(0, first).every(s => s === 0) };
}

test.each([
  ['frozen', 'pcm-ibm'],
  ['frozen-read', 'pcm-ibm'],
  ['read', 'pcm-ibm'],
  ['output', 'pcm-ibm'],
  ['reprogram', 'oxram-hfo2'],
] as const)('%s: points are read once for all samples of an input, and priced so', async (entropy, device) => {
  const [whole, last] = await Promise.all([counted(entropy, device, 'all'), counted(entropy, device, 1)]);
  const rows = 60;
  // 2–5–2: five columns and two, three samples.
  expect(whole.events.conversions).toBe(rows * 3 * (5 + 2));
  expect(last.events.conversions).toBe(rows * (5 + 3 * 2));
  const products = entropy === 'output' ? [2 * 3 * (5 + 2), 5 + 2 * 3 * 2] : [3 * (5 + 2), 5 + 3 * 2];
  expect(last.price / whole.price).toBeCloseTo(products[1]! / products[0]!, 9);
  const copies = entropy.startsWith('frozen') ? 3 : 1;
  expect([whole.cells, last.cells]).toEqual([2 * copies * all, 2 * (first + copies * (all - first))]);
  expect([whole.stay, last.stay]).toEqual([false, true]);
  if (entropy === 'reprogram') {
    expect([whole.events.writes, last.events.writes]).toEqual([rows * 3 * 2 * all, rows * 3 * 2 * (all - first)]);
  }
});

test('a posterior that spreads what is to be held once is refused', () => {
  const { matrices, parameters, size } = buildNetwork(['dense 5 tanh', 'dense 2'], [2]);
  const ask = (std: Float32Array, copies = 2) =>
    planTransfer(
      keyOf(1),
      transferMethods.joint,
      { method: 'joint' },
      {
        posterior: { kind: 'moments', method: 'x', parameters, size, mean: new Float32Array(size), std, info: {} },
        matrices,
        device: findDevice('pcm-ibm'),
        geometry: { rows: 16, columns: 16 },
        layout: 'tiles',
        copies,
        mappings: matrices.map(() => ({ mapping: 'differential' })),
        heldOnce: 1,
        ranges: evenRanges(matrices, 1),
        time: 20,
      },
    );
  const std = new Float32Array(size).fill(0.1, first);
  expect(ask(std).target).toHaveLength(2 * (first + 2 * (all - first)));
  std[3] = 0.1;
  expect(() => ask(std)).toThrow('posterior: leaves weights random that are said to be points');
  expect(ask(std, 1).copies).toBe(1);
});
