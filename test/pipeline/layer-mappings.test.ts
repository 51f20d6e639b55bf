import { expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { cellsPerWeightOf, type Mapping } from '../../src/crossbar/index.ts';
import { deviceOf } from '../../src/device/index.ts';
import { designOf, type Fields } from '../../src/experiment/index.ts';
import { entropySources } from '../../src/inference/index.ts';
import { Pipeline } from '../../src/pipeline/index.ts';
import { pricesOf } from '../../src/pipeline/pricing.ts';
import { weightsOfChip } from '../../src/pipeline/reading.ts';
import { designWith } from '../../src/pipeline/source-designs.ts';
import { keyOf } from '../../src/random/index.ts';
import { decodePlan, encodePlan } from '../../src/transfer/index.ts';
import { experimentOf, preparedOf } from './support.ts';

const two: Mapping = { mapping: 'differential' };
const one: Mapping = { mapping: 'offset' };
const digits: Mapping = { mapping: 'slices', bits: 6, sliceBits: 2 };
/** Weights of the layers of 2–6–2. */
const sizes = [18, 14] as const;

const fieldsOf = (hardware: Fields, more: Fields = {}): Fields => ({
  data: { source: 'two-moons', train: 60, validation: 24, test: 16, noise: 0.2 },
  network: { layers: ['dense 6 tanh', 'dense 2'] },
  posterior: { method: 'mean-field', epochs: 10 },
  transfer: { method: 'joint', limit: 1.5 },
  sampling: { entropy: 'frozen', samples: 2 },
  ...more,
  hardware: { device: 'pcm-ibm', array: { rows: 16, columns: 32 }, ...hardware },
});

/** A chip, what it reads an hour after programming, and what a decision on it costs. */
async function made(hardware: Fields) {
  const fields = fieldsOf(hardware);
  const prepared = await preparedOf(fields);
  const design = designOf(experimentOf(fields), {});
  const pipeline = new Pipeline(prepared, design, { key: keyOf(1), job: jobOf() });
  const chip = await pipeline.get('chip', { chip: 0 });
  const prices = pricesOf({ design, data: prepared.data, name: 'one', chip });
  return { design, chip, prices, weights: await weightsOfChip(design, 0, chip, 3600, jobOf()) };
}

/** Programmed cells of layer 0 and of layer 1 of the first copy. */
function byLayer({ chip }: Awaited<ReturnType<typeof made>>, mappings: readonly [Mapping, Mapping]) {
  const first = sizes[0] * cellsPerWeightOf(mappings[0]);
  const end = first + sizes[1] * cellsPerWeightOf(mappings[1]);
  return [chip.cells.programmed.slice(0, first), chip.cells.programmed.slice(first, end)];
}

test('the mapping of all, named for every layer, changes no bit and no price', async () => {
  const all = await made({ mapping: digits });
  for (const mapping of [digits, one]) {
    const named = await made({ mapping, mappings: { '0': digits, '1': digits } });
    expect(named.chip.cells).toEqual(all.chip.cells);
    expect(named.weights).toEqual(all.weights);
    expect(named.prices).toEqual(all.prices);
  }
});

test('layers have the cells of their own mapping, with the luck that they have where it is that of all', async () => {
  const mixed = await made({ mapping: one, mappings: { '0': digits } });
  const alone = await Promise.all([made({ mapping: digits }), made({ mapping: one })]);
  expect(mixed.chip.plan.target).toHaveLength(2 * (6 * sizes[0] + sizes[1]));
  const [first, last] = byLayer(mixed, [digits, one]);
  expect(first).toEqual(byLayer(alone[0], [digits, digits])[0]);
  expect(last).toEqual(byLayer(alone[1], [one, one])[1]);
});

test('each layer is read as its own mapping says', async () => {
  const { chip, weights } = await made({ device: 'ideal', mapping: digits, mappings: { '1': one } });
  const { intended } = chip.plan;
  const worst = [0, 0];
  for (let i = 0; i < intended.length; i++) {
    const layer = i % (sizes[0] + sizes[1]) < sizes[0] ? 0 : 1;
    const wanted = Math.min(1.5, Math.max(-1.5, intended[i]!));
    worst[layer] = Math.max(worst[layer]!, Math.abs(weights[i]! - wanted));
  }
  // Six bits with sign over ±1.5: half a step is 1.5/31/2.
  expect(worst[0]).toBeLessThan(0.0243);
  expect(worst[0]).toBeGreaterThan(0.01);
  expect(worst[1]).toBeLessThan(1e-5);
});

test('ranges are searched where the cells of any layer have errors of their own', async () => {
  const by = async (mappings: Fields) => {
    const fields = fieldsOf({ device: 'ideal', mapping: two, mappings }, { transfer: { method: 'joint' } });
    const design = designOf(experimentOf(fields), {});
    return (await new Pipeline(await preparedOf(fields), design, { key: keyOf(1), job: jobOf() }).get('range')).by;
  };
  expect(await by({ '1': one })).toBe('exact');
  expect(await by({ '1': digits })).toBe('search');
});

test('the file of a plan brings the mappings back', async () => {
  const { chip, design } = await made({ mapping: one, mappings: { '0': digits } });
  const device = deviceOf(design.hardware.device);
  const back = await decodePlan(encodePlan(chip.plan), chip.plan.matrices, device, 'plan.parquet');
  expect(back.mappings).toEqual([digits, one]);
  expect(back.target).toEqual(chip.plan.target);
});

test('signs are read from one cell in every layer, and pairs that hold signs are in all', () => {
  const mixed = designOf(experimentOf(fieldsOf({ mapping: two, mappings: { '0': digits } })), {});
  const signs = designWith(entropySources.binary, mixed, 4);
  expect(signs.hardware).toMatchObject({ mapping: one });
  expect(signs.hardware.mappings).toBeUndefined();
  expect(designWith(entropySources.frozen, signs, 4).hardware.mappings).toBeUndefined();
  expect(designWith(entropySources.generator, mixed, 4).hardware.mappings).toEqual({ '0': digits });
});

test.each<[string, Fields, Fields, string]>([
  ['a layer that does not exist', { mappings: { '2': one } }, {}, 'hardware.mappings.2: is no layer with weights'],
  ['cells of one layer', { cellsPerWeight: 2, mappings: { '1': one } }, {}, "the mapping 'offset' uses 1"],
  [
    'training with digits',
    { mapping: digits },
    { posterior: { method: 'hardware-aware', epochs: 1 } },
    "needs weights of all layers shared evenly by as many of them, got 'slices'",
  ],
  [
    'training with other cells in other layers',
    { mappings: { '1': one } },
    { posterior: { method: 'device-tied', epochs: 1 } },
    "got 'differential', 'offset'",
  ],
])('refuses %s', async (_what, hardware, more, sentence) => {
  await expect(preparedOf(fieldsOf(hardware, more))).rejects.toThrow(sentence);
});
