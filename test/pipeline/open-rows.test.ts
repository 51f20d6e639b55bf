import { expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { designOf, type Fields } from '../../src/experiment/index.ts';
import { entropySources } from '../../src/inference/index.ts';
import { evaluateDesign, Pipeline } from '../../src/pipeline/index.ts';
import { pricesOf } from '../../src/pipeline/pricing.ts';
import { weightsOfChip } from '../../src/pipeline/reading.ts';
import { designWith } from '../../src/pipeline/source-designs.ts';
import { keyOf } from '../../src/random/index.ts';
import { experimentOf, preparedOf } from './support.ts';

const fieldsOf = (rowsPerConversion: number | undefined, hardware: Fields = {}, more: Fields = {}): Fields => ({
  data: { source: 'two-moons', train: 60, validation: 24, test: 40, noise: 0.2 },
  network: { layers: ['dense 10 tanh', 'dense 2'] },
  posterior: { method: 'mean-field', epochs: 20 },
  transfer: { method: 'joint', limit: 1.5 },
  sampling: { entropy: 'frozen', samples: 2 },
  ...more,
  hardware: {
    device: 'oxram-hfo2',
    ...hardware,
    array: { rows: 8, columns: 32, ...(rowsPerConversion && { rowsPerConversion }) },
  },
});

const how = { key: keyOf(1), job: jobOf() };

async function made(rowsPerConversion: number | undefined, hardware: Fields = {}) {
  const fields = fieldsOf(rowsPerConversion, hardware);
  const prepared = await preparedOf(fields);
  const design = designOf(experimentOf(fields), {});
  const pipeline = new Pipeline(prepared, design, how);
  const chip = await pipeline.get('chip', { chip: 0 });
  const [row] = (await evaluateDesign(prepared, design, { metrics: ['nll'], chips: [0] }, how)).rows;
  return {
    chip,
    nll: row!.values.nll!,
    weights: await weightsOfChip(design, 0, chip, 60, how.job),
    prices: pricesOf({ design, data: prepared.data, name: 'one', chip }),
  };
}

test('chips are programmed alike however many word lines are open, which changes what is read alone', async () => {
  const coarse = { outputBits: 3 };
  const [all, named, some] = [await made(undefined, coarse), await made(8, coarse), await made(2, coarse)];
  expect(named).toEqual(all);
  expect(some.chip).toEqual(all.chip);
  expect(some.weights).toEqual(all.weights);
  expect(some.nll).not.toBe(all.nll);
  expect(some.prices.latency).toBeGreaterThan(2 * all.prices.latency!);
  expect(some.prices.area! / all.prices.area!).toBeCloseTo(1, 1);
});

test('fewer open lines lose less in wires', async () => {
  const wires = { columnResistance: 50 };
  const [ideal, all, some] = [await made(undefined), await made(undefined, { wires }), await made(2, { wires })];
  const lost = ({ weights }: typeof ideal) => weights.reduce((sum, w, i) => sum + Math.abs(w - ideal.weights[i]!), 0);
  expect(lost(some)).toBeLessThan(0.9 * lost(all));
  expect(lost(some)).toBeGreaterThan(0);
});

test('a source that converts no sums forgets it', () => {
  const design = designOf(experimentOf(fieldsOf(2)), {});
  const open = (source: keyof typeof entropySources) =>
    designWith(entropySources[source], design, 4).hardware.array.rowsPerConversion;
  expect(open('reprogram')).toBe(2);
  for (const source of ['generator', 'sum', 'binary'] as const) expect(open(source), source).toBeUndefined();
});

test.each<[string, number, Fields, Fields, string]>([
  ['more lines than there are', 9, {}, {}, 'hardware.array.rowsPerConversion: must be at most the 8 word lines'],
  ['rows that are switched in turn', 2, { layout: 'rows' }, {}, "needs the layout 'tiles'"],
  [
    'numbers of a circuit',
    2,
    {},
    { sampling: { entropy: 'generator', samples: 2 } },
    "needs sums of an array that are converted, which the entropy 'generator' has not",
  ],
])('refuses %s', async (_what, open, hardware, more, sentence) => {
  await expect(preparedOf(fieldsOf(open, hardware, more))).rejects.toThrow(sentence);
});
