import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ArchitectureInput,
  architectureOptions,
  denseLayers,
  type Estimate,
  equivalentSram,
  estimate,
  totalsOf,
  vggBinaryConnect,
  type Workload,
} from '../../src/cost/index.ts';
import { tilingOf } from '../../src/cost/mapping.ts';
import { macsOf, weightsOf } from '../../src/cost/workload.ts';

const mlp: Workload = {
  name: 'mlp',
  layers: denseLayers([784, 256, 10]),
  samples: 8,
  inputBits: 8,
  outputBits: 8,
  entropy: 'read',
};
const price = (workload: Workload, architecture: ArchitectureInput): Estimate =>
  estimate(workload, architectureOptions(architecture));

/** Each architecture with a workload that it can run. */
const cases: readonly (readonly [string, Workload, ArchitectureInput])[] = [
  ['analog-core', mlp, { kind: 'analog-core' }],
  ['analog-core, bit-serial and sliced', mlp, { kind: 'analog-core', input: 'bit-serial', slices: 2 }],
  ['analog-core, asleep between decisions', mlp, { kind: 'analog-core', rate: '100 Hz', refresh: '1 d' }],
  ['binary-noise-plane', { ...vggBinaryConnect, samples: 2 }, { kind: 'binary-noise-plane' }],
  [
    'frozen-copies',
    { ...mlp, entropy: 'frozen' },
    { kind: 'frozen-copies', adc: 'flash', adcBits: 5, columnsPerAdc: 4 },
  ],
  ['digital-sram', { ...mlp, entropy: 'generator' }, { kind: 'digital-sram', generator: 'clt' }],
  [
    'digital-sram, tiled',
    { ...vggBinaryConnect, entropy: 'generator' },
    { kind: 'digital-sram', organisation: 'tiled' },
  ],
  ['sram-cim', { ...mlp, entropy: 'generator' }, { kind: 'sram-cim' }],
  ['processor', mlp, { kind: 'processor' }],
].map(([name, workload, architecture]) => [
  name as string,
  (name as string).startsWith('frozen') ? { ...(workload as Workload), outputBits: 5 } : (workload as Workload),
  architecture as ArchitectureInput,
]);

describe('mapping', () => {
  // Bayes2IMC's network: 14,022,016 weights, 617.0 M MAC, 222 tiles of 256×256, 13,332 tile operations a sample.
  const tile = { rows: 256, columns: 256 };
  it('counts VGGBinaryConnect', () => {
    const { layers } = vggBinaryConnect;
    expect(weightsOf(layers)).toBe(14_022_016);
    expect(macsOf(layers) / 1e6).toBeCloseTo(617.0, 1);
    expect(layers.reduce((sum, layer) => sum + tilingOf(layer, tile).tiles, 0)).toBe(222);
    expect(layers.reduce((sum, layer) => sum + tilingOf(layer, tile).tiles * layer.positions, 0)).toBe(13_332);
  });

  it('fills tiles by what is in them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 5000 }), (rows, columns) => {
        const { tiles, utilisation, down, across } = tilingOf({ name: '', rows, columns, positions: 1 }, tile);
        expect(tiles).toBe(down * across);
        expect(utilisation * tiles * 65536).toBeCloseTo(rows * columns, 4);
        expect(utilisation).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe.each(cases)('%s', (_name, workload, architecture) => {
  it('adds up: components to the total, layers to their components', () => {
    const design = price(workload, architecture);
    const totals = totalsOf(design);
    const dynamic = design.items.reduce((sum, item) => sum + item.energy, 0);
    expect(totals.energyPerDecision * (1 - totals.leakageShare)).toBeCloseTo(dynamic, 15);
    for (const item of design.items) {
      const layered = item.byLayer.reduce((sum, energy) => sum + energy, 0);
      expect(layered).toBeLessThanOrEqual(item.energy * (1 + 1e-9));
    }
    if (architecture.kind !== 'processor') {
      expect(totals.area).toBeCloseTo(
        design.items.reduce((sum, item) => sum + item.area, 0),
        15,
      );
      expect(totals.throughput).toBeCloseTo(1 / design.interval, 6);
      expect(design.latency).toBeGreaterThanOrEqual(Math.max(...design.schedule.layers.map(({ time }) => time)));
      expect(design.operations / design.interval).toBeLessThanOrEqual(design.schedule.peakOperations * (1 + 1e-9));
    }
  });

  it('never gets cheaper with more samples', () => {
    const once = totalsOf(price(workload, architecture));
    const twice = totalsOf(price({ ...workload, samples: 2 * workload.samples }, architecture));
    expect(twice.energyPerDecision).toBeGreaterThan(once.energyPerDecision);
    expect(twice.energyPerDecision).toBeLessThanOrEqual(2.1 * once.energyPerDecision);
    expect(twice.energyPerSample).toBeCloseTo(twice.energyPerDecision / (2 * workload.samples), 18);
  });
});

describe('reads', () => {
  it('cost what the cells conduct: V_supply · V_read · G · t and a wire', () => {
    const cells = (conductance: number) =>
      price({ ...mlp, cells: { conductance } }, { kind: 'analog-core' }).items.find(
        item => item.component.name === 'rram-array',
      )!.energy;
    const uses = 8 * 2 * macsOf(mlp.layers);
    // 22 nm nominal supply between 0.9 V (20 nm) and 0.95 V (32 nm); mean input ½ of 100 ns at 0.2 V.
    const { voltage } = price(mlp, { kind: 'analog-core' }).technology;
    expect((cells(20e-6) - cells(10e-6)) / uses).toBeCloseTo(voltage * 0.2 * 10e-6 * 50e-9, 22);
  });

  it('conduct in one phase only, while converters work in all', () => {
    const energy = (phases: number, name: string) =>
      price(mlp, { kind: 'analog-core', phases }).items.find(item => item.component.name === name)!.energy;
    expect(energy(4, 'adc-sar') / energy(1, 'adc-sar')).toBeCloseTo(4, 10);
    expect(energy(4, 'rram-array') / energy(1, 'rram-array')).toBeLessThan(1.2);
  });
});

it('draws pre-activations in SRAM with two products a weight and the first layer once', () => {
  const uses = (noise: string, name: string) =>
    price({ ...mlp, entropy: 'generator' }, { kind: 'digital-sram', generator: 'clt', noise }).items.find(
      item => item.component.name === name,
    )!.uses;
  const [first, second] = [785 * 256, 257 * 10];
  expect(uses('moments', 'multiplier')).toBe(2 * (first + 8 * second));
  expect(uses('moments', 'clt')).toBe(8 * (256 + 10));
  expect(uses('weights', 'clt')).toBe(8 * (first + second));
});

it('stores a copy of the weights per sample where the analog design does', () => {
  const frozen = price({ ...mlp, entropy: 'frozen' }, { kind: 'frozen-copies' });
  const { architecture, workload } = equivalentSram(frozen);
  const cells = (copies: number) =>
    price(workload, { ...architecture, copies }).items.find(item => item.component.name === 'sram-6t')!.instances;
  expect(architecture.copies).toBe(8);
  expect(cells(8)).toBe(8 * 8 * weightsOf(mlp.layers));
  expect(cells(1)).toBe(8 * weightsOf(mlp.layers));
});

it('pipelines layers: a decision every slowest layer, after one fill', () => {
  const options = { kind: 'analog-core', pipelined: true } as const;
  const { schedule, latency, interval } = price(mlp, options);
  const times = schedule.layers.map(({ time }) => time);
  expect(interval).toBeCloseTo(8 * Math.max(...times), 15);
  expect(latency).toBeCloseTo(times[0]! + times[1]! + 7 * Math.max(...times), 15);
  const serial = price(mlp, { ...options, pipelined: false });
  expect(serial.latency).toBeCloseTo(8 * (times[0]! + times[1]!), 15);
});

it('serves positions in parallel with copies of a layer', () => {
  const conv: Workload = {
    ...mlp,
    layers: [{ name: 'conv', rows: 27, columns: 16, positions: 64 }, ...denseLayers([16, 4])],
  };
  const one = price(conv, { kind: 'analog-core' });
  const eight = price(conv, { kind: 'analog-core', replication: 8 });
  expect(eight.schedule.layers[0]!.time).toBeCloseTo(one.schedule.layers[0]!.time / 8, 15);
  expect(totalsOf(eight).area).toBeGreaterThan(totalsOf(one).area);
  expect(totalsOf(eight).energyPerDecision / totalsOf(one).energyPerDecision).toBeCloseTo(1, 0);
});

it('spreads the energy over the samples that are worth something', () => {
  const design = price({ ...mlp, effectiveSamples: 2 }, { kind: 'analog-core' });
  const { energyPerEffectiveSample, energyPerSample } = totalsOf(design);
  expect(energyPerEffectiveSample / energyPerSample).toBeCloseTo(8 / 2, 12);
});
