import { beforeAll, describe, expect, test, vi } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { designOf, type Fields } from '../../src/experiment/index.ts';
import { kernels } from '../../src/kernels/index.ts';
import { measurementOf, softwareOf } from '../../src/pipeline/measurement.ts';
import { Pipeline } from '../../src/pipeline/pipeline.ts';
import type { Prepared } from '../../src/pipeline/prepared.ts';
import { stages } from '../../src/pipeline/stages/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { experimentOf, preparedOf } from './support.ts';

const question = { key: keyOf(9), metrics: ['nll'] };
const named = { ...stages, measurement: measurementOf(question), software: softwareOf(question) };
type Name = keyof typeof named;
const all = Object.keys(named) as Name[];

const base: Fields = {
  data: { source: 'two-moons', train: 24, validation: 16, test: 16 },
  network: { layers: ['dense 3 tanh', 'dense 2'] },
  posterior: { method: 'mean-field' },
  hardware: { device: 'pcm-ibm', time: 3600 },
  transfer: { limit: 1 },
  sampling: { stopping: { risk: 0.3 } },
};

/** Fields of one experiment laid over another's, path by path. */
function overlaid(under: Fields, path: string, value: unknown): Fields {
  const [first, ...rest] = path.split('.') as [string, ...string[]];
  const inner = (under[first] ?? {}) as Fields;
  return { ...under, [first]: rest.length === 0 ? value : overlaid(inner, rest.join('.'), value) };
}

let prepared: Prepared;
beforeAll(async () => {
  prepared = await preparedOf(base);
});

type Names = Record<Name, { readonly address: string; readonly recipe: string }>;

async function namesOf(input: Fields, how: { seed?: number; build?: string } = {}): Promise<Names> {
  const { seed = 0, build = '1' } = how;
  const design = designOf(experimentOf(input), {});
  const pipeline = new Pipeline({ ...prepared, build: () => build }, design, { key: keyOf(seed), job: jobOf() });
  const found = all.map(async name => [name, await pipeline.names(named[name] as never, { chip: 0, time: 60 })]);
  return Object.fromEntries(await Promise.all(found)) as Names;
}

/** Stages whose results have another name. */
const changed = (before: Names, after: Names, by: 'address' | 'recipe' = 'address') =>
  all.filter(name => before[name][by] !== after[name][by]);

const fromPlan: Name[] = ['plan', 'chip', 'stopping', 'measurement'];
const fromRange: Name[] = ['range', 'plan', 'converters', 'chip', 'stopping', 'measurement'];
const none: Name[] = [];
const reading: Name[] = ['stopping', 'measurement'];
const cells: Name[] = ['plan', 'converters', 'chip', 'stopping', 'measurement'];

/** Every field of a design with another value, and the stages that depend on it. */
const fields: readonly [path: string, value: unknown, stages: readonly Name[]][] = [
  ['network.layers', ['dense 4 tanh', 'dense 2'], all],
  ['posterior.prior', { kind: 'gaussian', std: 2 }, all],
  ['posterior.noise', 0.5, all],
  ['posterior.batch', 32, all],
  ['posterior.classWeights', 0.5, all],
  ['posterior.rate', 0.02, all],
  ['posterior.precision', 'double', all],
  ['posterior.samples', 2, all],
  ['posterior.initialStd', 0.1, all],
  ['posterior.anneal', 0.2, all],
  ['posterior.temperature', 0.5, all],
  ['posterior.randomLayers', 1, all],
  ['posterior.method', 'map', all],
  ['posterior.epochs', 3, all],
  ['hardware.device', 'rram-wan', cells],
  ['hardware.spread', 0.5, cells],
  ['hardware.time', 60, cells],
  ['hardware.array.rows', 64, cells],
  ['hardware.array.columns', 64, cells],
  ['hardware.array.count', 1000, fromPlan],
  ['hardware.array.rowsPerConversion', 8, ['converters', 'stopping', 'measurement']],
  ['hardware.layout', 'rows', cells],
  ['hardware.mapping', { mapping: 'offset' }, cells],
  ['hardware.mappings', { '0': { mapping: 'offset' } }, cells],
  ['hardware.weightRange', 'column', fromRange],
  ['hardware.rangeShare', 0.5, cells],
  ['hardware.cellsPerWeight', 2, none],
  ['hardware.inputBits', 4, ['converters', 'stopping', 'measurement']],
  ['hardware.outputBits', null, ['converters', 'stopping', 'measurement']],
  ['hardware.converters.range', 'column', ['converters', 'stopping', 'measurement']],
  ['hardware.converters.covered', 0.99, ['converters', 'stopping', 'measurement']],
  ['hardware.converters.gainError', 0.1, ['converters', 'stopping', 'measurement']],
  ['hardware.converters.offset', 0.1, ['converters', 'stopping', 'measurement']],
  ['hardware.converters.noise', 0.1, ['converters', 'stopping', 'measurement']],
  ['hardware.wires', { rowResistance: 1 }, reading],
  ['hardware.readNoise', false, reading],
  ['hardware.precision', 'bf16', ['converters', 'stopping', 'measurement']],
  ['hardware.precisionLimit', 0.2, ['measurement']],
  ['hardware.compensation', 'none', reading],
  ['transfer.method', 'mean-field', fromRange],
  ['transfer.programming', { kind: 'program-and-verify' }, ['chip', 'stopping', 'measurement']],
  ['transfer.limit', 2, fromRange],
  ['transfer.calibrationCopies', 4, ['converters', 'stopping', 'measurement']],
  ['sampling.samples', 32, ['plan', 'chip', 'stopping', 'measurement', 'software']],
  ['sampling.stopping', { risk: 0.4 }, reading],
  ['sampling.entropy', 'read', fromPlan],
  ['architecture', { kind: 'digital-sram' }, none],
  ['title', 'Another title', none],
  ['name', 'other', none],
  ['evaluate.chips', 3, none],
  ['evaluate.times', [5], none],
  ['evaluate.softwareSamples', 7, none],
  ['evaluate.calibration', 'vector', none],
  ['evaluate.corruptions', { noise: [0.1] }, none],
  ['evaluate.archive', false, none],
  ['evaluate.uncertainty.report', true, none],
  ['evaluate.uncertainty.chips', 3, none],
  ['evaluate.uncertainty.draws', 3, none],
  ['evaluate.uncertainty.programmings', 3, none],
  ['evaluate.uncertainty.reads', 3, none],
  ['evaluate.uncertainty.rows', 9, none],
  ['evaluate.grid', 9, none],
  ['evaluate.uncertainty', { chips: 3 }, none],
  ['evaluate.abstention', { risk: 0.5 }, none],
  ['variants', { half: { hardware: { spread: 0.5 } } }, none],
];

describe('addresses', async () => {
  test.each(fields)('%s changes the stages that depend on it', async (path, value, expected) => {
    const before = await namesOf(base);
    const after = await namesOf(overlaid(base, path, value));
    expect(changed(before, after)).toEqual(expected);
    expect(changed(before, after, 'recipe')).toEqual(expected);
  });

  test('no field of an experiment is left out of the list', () => {
    const leaves = (value: unknown, path: string): string[] => {
      const known = fields.some(([name]) => name === path) || path === 'seed' || path === 'data';
      if (known || typeof value !== 'object' || value === null) return known ? [] : [path];
      return Object.entries(value).flatMap(([name, inner]) => leaves(inner, path === '' ? name : `${path}.${name}`));
    };
    expect(leaves(experimentOf(base), '')).toEqual([]);
  });

  test('do not depend on the order of fields, on −0 or on defaults being written', async () => {
    const before = await namesOf(base);
    const reversed = (value: unknown): unknown =>
      typeof value !== 'object' || value === null || Array.isArray(value)
        ? value
        : Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([name, inner]) => [name, reversed(inner)]),
          );
    expect(await namesOf(reversed(base) as Fields)).toEqual(before);
    expect(await namesOf(reversed(experimentOf(base)) as Fields)).toEqual(before);
    const zero = overlaid(base, 'hardware.converters.offset', 0);
    expect(await namesOf(overlaid(base, 'hardware.converters.offset', -0))).toEqual(await namesOf(zero));
    expect(await namesOf(zero)).toEqual(before);
    // The time that training and transfer count on is the device's own where it is left out.
    const own = { ...base, hardware: { device: 'pcm-ibm' } };
    expect(await namesOf(overlaid(own, 'hardware.time', 86400))).toEqual(await namesOf(own));
  });

  test('another seed, other kernels: other addresses and recipes of all', async () => {
    const before = await namesOf(base);
    const seeded = await namesOf(base, { seed: 1 });
    expect([changed(before, seeded), changed(before, seeded, 'recipe')]).toEqual([all, all]);
    const spy = vi.spyOn(kernels(), 'name', 'get' as never).mockReturnValue('other' as never);
    const other = await namesOf(base);
    spy.mockRestore();
    expect([changed(before, other), changed(before, other, 'recipe')]).toEqual([all, all]);
  });

  test('another build: other addresses, the same recipes', async () => {
    const [before, after] = [await namesOf(base), await namesOf(base, { build: '2' })];
    expect([changed(before, after), changed(before, after, 'recipe')]).toEqual([all, []]);
  });

  test('chips and times are told apart where results are theirs', async () => {
    const pipeline = new Pipeline(prepared, designOf(experimentOf(base), {}), { key: keyOf(0), job: jobOf() });
    const at = async (name: Name, chip: number, time: number) =>
      (await pipeline.names(named[name] as never, { chip, time })).address;
    for (const name of all) {
      const [per, first] = [named[name].per as readonly string[], await at(name, 0, 60)];
      expect((await at(name, 1, 60)) !== first, name).toBe(per.includes('chip'));
      expect((await at(name, 0, 61)) !== first, name).toBe(per.includes('time'));
    }
  });
});

describe('the address of training that knows the hardware', () => {
  const aware = (posterior: Fields, path?: string, value?: unknown): Fields => {
    const input = { ...base, posterior: { method: 'hardware-aware', ...posterior } };
    return path === undefined ? input : overlaid(input, path, value);
  };
  const wires = { rowResistance: 1 };
  const changes: readonly [path: string, value: unknown, posterior: Fields, sees: boolean][] = [
    ['hardware.device', 'pcm-hermes-1', {}, true],
    ['hardware.spread', 0.5, {}, true],
    ['hardware.time', 60, {}, true],
    ['hardware.mapping', { mapping: 'offset' }, {}, true],
    ['hardware.compensation', 'none', {}, true],
    ['hardware.readNoise', false, {}, true],
    ['hardware.readNoise', false, { readNoise: false }, false],
    ['hardware.inputBits', 4, {}, true],
    ['hardware.outputBits', 4, {}, true],
    ['hardware.converters.covered', 0.9, {}, true],
    ['hardware.outputBits', 4, { converters: false }, false],
    ['hardware.converters.noise', 0.1, {}, false],
    ['hardware.wires', wires, {}, true],
    ['hardware.wires', wires, { wires: false }, false],
    ['hardware.array.rows', 64, {}, false],
    ['sampling.samples', 8, {}, false],
    ['transfer.programming', { kind: 'program-and-verify' }, {}, false],
  ];
  test.each(changes)('%s = %j with %j', async (path, value, posterior, sees) => {
    const [before, after] = [await namesOf(aware(posterior)), await namesOf(aware(posterior, path, value))];
    expect(changed(before, after).includes('training')).toBe(sees);
  });

  test('with wires it counts on arrays and copies, but not on their number', async () => {
    const wired = overlaid(aware({}), 'hardware.wires', wires);
    const trained = async (path: string, value: unknown) =>
      changed(await namesOf(wired), await namesOf(overlaid(wired, path, value))).includes('training');
    expect(await trained('hardware.array.rows', 64)).toBe(true);
    expect(await trained('sampling.samples', 8)).toBe(true);
    expect(await trained('hardware.array.count', 1000)).toBe(false);
  });
});

test('a search for the range depends on what its chips are read with, but not on the number of samples', async () => {
  const searched = overlaid(base, 'transfer.limit', 'search');
  const ranged = async (path: string, value: unknown) =>
    changed(await namesOf(searched), await namesOf(overlaid(searched, path, value))).includes('range');
  const seen = [
    ['hardware.compensation', 'none'],
    ['hardware.readNoise', false],
    ['hardware.outputBits', 4],
    ['hardware.wires', { rowResistance: 1 }],
    ['transfer.programming', { kind: 'program-and-verify' }],
    ['transfer.calibrationCopies', 4],
  ] as const;
  for (const [path, value] of seen) expect(await ranged(path, value), path).toBe(true);
  for (const [path, value] of [
    ['sampling.samples', 8],
    ['hardware.array.count', 1000],
    ['hardware.precisionLimit', 0.2],
    ['evaluate.chips', 2],
  ] as const) {
    expect(await ranged(path, value), path).toBe(false);
  }
});
