import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { type ArchitectureInput, architectureOptions, estimate, layersOf } from '../../src/cost/index.ts';
import { rooflineOf } from '../../src/cost/roofline.ts';
import { designOf, type Fields } from '../../src/experiment/index.ts';
import { calibrateReadout, type EntropySource, type Events, entropySources } from '../../src/inference/index.ts';
import { buildNetwork, type Network } from '../../src/network/index.ts';
import { costOfDesign, Pipeline } from '../../src/pipeline/index.ts';
import { measurementOf } from '../../src/pipeline/measurement.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';
import { experimentOf, preparedOf } from './support.ts';

const networks = {
  dense: buildNetwork(['dense 9 tanh', 'dense 13 relu', 'dense 3'], [8]),
  images: buildNetwork(['conv2d 6 3x3 relu', 'conv2d 8 2x2 tanh groups=2', 'flatten', 'dense 3'], [1, 6, 6]),
  'channels of their own': buildNetwork(['conv2d 4 2x2 relu groups=4', 'flatten', 'dense 2'], [4, 4, 4]),
};

/** Events of one row with all samples, on tiles of rows × outputs. */
function eventsOf(
  network: Network,
  source: 'frozen' | 'read',
  samples: number,
  tile: { rows: number; columns: number },
  heldOnce = 0,
  rowsPerConversion = tile.rows,
) {
  const weights = fillNormal(keyOf(1), new Float32Array(samples * network.size));
  const inputs = fillNormal(keyOf(2), new Float32Array(network.inputShape.reduce((a, b) => a * b, 1)));
  const readout = calibrateReadout(network, weights, inputs, 1, {
    inputBits: 6,
    outputBits: 7,
    arrayRows: tile.rows,
    rowsPerConversion,
    arrayOutputs: network.matrices.map(() => tile.columns),
  });
  const { open, schema }: EntropySource = entropySources[source];
  const options = schema.parse({ entropy: source, samples }) as never;
  const out = new Float32Array(samples * network.outputs);
  return open(keyOf(3), { network, heldOnce, weights, readout }, options).draw(out, { inputs, count: 1 }, 0, samples);
}

/** Word lines that bias drives: one for every array that holds it, in every sample. */
const biasLines = ({ matrices }: Pick<Network, 'matrices'>, samples: number, columns: number, heldOnce: number) =>
  matrices.reduce((total, m, layer) => {
    const width = m.columns / m.groups;
    // Column by column: the arrays on which each group has any.
    const arrays = Array.from(
      { length: m.groups },
      (_, g) => new Set(Array.from({ length: width }, (_, j) => Math.floor((g * width + j) / columns))).size,
    ).reduce((a, b) => a + b, 0);
    return total + (m.bias ? (layer < heldOnce ? 1 : samples) * m.positions * arrays : 0);
  }, 0);

describe.each([
  ['frozen', 'frozen-copies'],
  ['read', 'analog-core'],
] as const)('%s on %s', (entropy, kind) => {
  test.each(Object.entries(networks))('%s: a decision is priced for what a chip counts', (_name, network) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: network.matrices.length - 1 }),
        fc.constantFrom<{ input?: string; phases?: number; replication?: number }>(
          {},
          { input: 'voltage' },
          { input: 'bit-serial' },
          { phases: 3, replication: 2 },
        ),
        (rows, most, columns, samples, heldOnce, more) => {
          const open = Math.min(rows, most);
          const tile = { rows, columns };
          const events = eventsOf(network, entropy, samples, tile, heldOnce, open);
          const workload = {
            name: 'one decision',
            layers: layersOf(network.matrices),
            samples,
            heldOnce,
            inputBits: 6,
            outputBits: 7,
            entropy,
            rowsPerConversion: open,
          };
          const given = { kind, tile, columnsPerAdc: columns, ...more } as ArchitectureInput;
          const { items, schedule } = estimate(workload, architectureOptions(given));
          const uses = (name: string) => items.find(({ component }) => component.name === name)?.uses;
          // Reads that make up one product: input bits, phases.
          const steps = more.input === 'bit-serial' ? 6 : (more.phases ?? 1);
          const driven = steps * (events.inputConversions + biasLines(network, samples, columns, heldOnce));
          expect(uses('adc-sar')).toBe(steps * events.conversions);
          expect(uses('row-driver')).toBe(driven);
          expect(uses('pulse-width-driver')).toBe(more.input ? undefined : driven);
          expect(uses('dac')).toBe(more.input === 'voltage' ? driven : undefined);
          expect(schedule.draws).toBe(events.bits);
          // Where every read opens as many word lines, reads are those of the drivers.
          const lines = rows % open === 0 && network.matrices.every(m => m.rows % open === 0);
          if (lines) expect(uses('row-driver')).toBe(steps * open * events.reads);
          const cells = network.matrices.reduce(
            (total, m, layer) => total + (layer < heldOnce ? 1 : samples) * m.rows * m.columns * m.positions,
            0,
          );
          expect(uses('rram-array')).toBe(steps * 2 * cells);
        },
      ),
      { numRuns: 15 },
    );
  });
});

test('reads of full arrays are those of their drivers', () => {
  const network = buildNetwork(['dense 6 tanh bias=false', 'dense 4 bias=false'], [12]);
  const events = eventsOf(network, 'read', 3, { rows: 3, columns: 2 });
  // 12×6 on 4×3 arrays and 6×4 on 2×2, three times.
  expect(events).toMatchObject({ reads: 3 * 16, inputConversions: 3 * 48, conversions: 3 * (24 + 8) });
});

test('groups take their turns and have inputs of their own', () => {
  const layer = { name: 'a', rows: 5, columns: 8, positions: 3 };
  const priced = (groups?: number) =>
    estimate(
      { name: 'groups', layers: [{ ...layer, groups }], samples: 2, inputBits: 4, outputBits: 4, entropy: 'read' },
      architectureOptions({ kind: 'analog-core', tile: { rows: 8, columns: 3 }, columnsPerAdc: 1 }),
    );
  const [one, four] = [priced(), priced(4)];
  const uses = (design: typeof one, name: string) => design.items.find(i => i.component.name === name)!.uses;
  expect([one, four].map(design => design.schedule.layers[0]!.cycles)).toEqual([3, 12]);
  // Pairs of columns 0–1, 2–3, 4–5, 6–7 on arrays of three columns: 1 + 2 + 1 + 1 … where 2–3 straddles two.
  expect([one, four].map(design => uses(design, 'row-driver'))).toEqual([2 * 3 * 5 * 3, 2 * 3 * 5 * 5]);
  expect([one, four].map(design => uses(design, 'sram-buffer'))).toEqual([2 * 3 * 4 * 5, 2 * 3 * 4 * 20]);
  expect(uses(four, 'adc-sar')).toBe(uses(one, 'adc-sar'));
  // Inputs and outputs of four bits: 3·(20 + 8)/2 bytes for 2·3·40 operations.
  expect(rooflineOf(four)!.layers[0]!.intensity).toBeCloseTo(240 / 42, 9);
});

test.each([
  // Eight columns a weight, four input bits.
  [{ kind: 'sram-cim' }, { entropy: 'none', posterior: 'point' }, 4, 8],
  // Rows one by one.
  [{ kind: 'binary-noise-plane' }, { entropy: 'read', weightBits: 1 }, 5, 1],
] as const)('groups take their turns on $kind', (architecture, more, steps, columns) => {
  const layer = { name: 'a', rows: 5, columns: 8, positions: 3 };
  const [one, four] = [1, 4].map(groups =>
    estimate(
      { name: 'groups', layers: [{ ...layer, groups }], samples: 2, inputBits: 4, outputBits: 4, ...more },
      architectureOptions({ ...architecture, tile: { rows: 8, columns: 3 * columns } }),
    ),
  );
  expect([one, four].map(design => design!.schedule.layers[0]!.cycles)).toEqual([3 * steps, 12 * steps]);
  const drivers = [one, four].map(design => design!.items.find(i => i.component.name === 'row-driver')!.uses);
  expect(drivers[1]! / drivers[0]!).toBeCloseTo(5 / 3, 12);
});

const experiment = {
  data: { source: 'two-moons', train: 24, validation: 16, test: 12 },
  network: { layers: ['dense 11 tanh', 'dense 2'] },
  posterior: { method: 'map' },
};
const cases: readonly [string, Fields][] = [
  ['frozen copies', { sampling: { samples: 3 }, hardware: { array: { rows: 5, columns: 8 } } }],
  [
    'one copy on pairs of pairs, read again',
    {
      sampling: { entropy: 'read', samples: 4 },
      hardware: { device: 'pcm-ibm', mapping: { mapping: 'pairs' }, array: { rows: 2, columns: 13 } },
    },
  ],
];

test.each(cases)('%s: the cost document counts the events of the measurement', async (_name, given) => {
  const input = { ...experiment, ...given };
  const prepared = await preparedOf(input);
  const design = designOf(experimentOf(input), prepared.deviceFiles);
  const pipeline = new Pipeline(prepared, design, { key: keyOf(1), job: jobOf() });
  const question = { key: keyOf(2), metrics: [] };
  const { events }: { events: Events } = await pipeline.run(measurementOf(question), { chip: 0, time: 60 });
  const chip = await pipeline.get('chip', { chip: 0 });
  const { components } = costOfDesign({ design, data: prepared.data, name: 'x', chip });
  const uses = (name: string) => 12 * components.find(component => component.name === name)!.uses;
  expect(uses('adc-sar')).toBe(events.conversions);
  const { array, mapping } = design.hardware;
  const outputs = Math.floor(array.columns / (mapping.mapping === 'pairs' ? 4 : 2));
  const bias = biasLines(await pipeline.get('plan'), 12 * (design.sampling as { samples: number }).samples, outputs, 0);
  expect(uses('row-driver')).toBe(events.inputConversions + bias);
});
