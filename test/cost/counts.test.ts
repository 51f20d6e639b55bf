import { expect, test } from 'vitest';
import { bandOf, bandsOf, drawDesign, drawnPrices, factorsOf } from '../../src/cost/bands.ts';
import { widened } from '../../src/cost/break-even.ts';
import { adcRegression } from '../../src/cost/components/index.ts';
import { summary } from '../../src/cost/estimate.ts';
import {
  type ArchitectureInput,
  architectureOptions,
  billOf,
  costOf,
  estimate,
  type Totals,
  totalsOf,
  type Workload,
} from '../../src/cost/index.ts';
import { rooflineOf } from '../../src/cost/roofline.ts';

/**
 * Two layers on tiles of 128×32: 300×40 at 3 positions fills 3×2 tiles, 41×10 one. Counts below are by hand, those of
 * the first layer before those of the second.
 */
const workload: Workload = {
  name: 'two layers',
  layers: [
    { name: 'a', rows: 300, columns: 40, positions: 3 },
    { name: 'b', rows: 41, columns: 10, positions: 1 },
  ],
  samples: 5,
  inputBits: 4,
  outputBits: 6,
  entropy: 'read',
};
const tile = { rows: 128, columns: 32 };
const weights = 12_000 + 410;
const macs = 36_000 + 410;
/** Bits between buffer and arrays: inputs of both layers, outputs of the first. */
const moved = 5 * 4 * (3 * (300 + 40) + 41);
const periphery = {
  'sram-buffer': [8192, moved],
  wire: [256, moved],
  activation: [40, 5 * 3 * 40],
  softmax: [1, 5 * 10],
  control: [1, 1],
};
const partialSums = 5 * 3 * 40 * 3;

interface Case {
  readonly name: string;
  readonly more?: Partial<Workload>;
  readonly architecture: ArchitectureInput;
  /** Instances and uses in a decision by component. */
  readonly counts: Readonly<Record<string, readonly number[]>>;
  readonly cycles: readonly number[];
  /** s of one sample of each layer. */
  readonly times: readonly number[];
  readonly rounds: number;
  readonly peak: number;
  readonly draws?: number;
}

const cases: readonly Case[] = [
  {
    name: 'analog tiles',
    architecture: { kind: 'analog-core', tile },
    counts: {
      'rram-array': [7 * 4096 * 2, 5 * macs * 2],
      'row-driver': [7 * 128, 5 * (3 * 300 * 2 + 41)],
      'pulse-width-driver': [7 * 128, 5 * (3 * 300 * 2 + 41)],
      'adc-sar': [7 * 4, 5 * (3 * 40 * 3 + 10)],
      'sample-and-hold': [7 * 32, 5 * (3 * 40 * 3 + 10)],
      multiplexer: [7 * 4, 5 * (3 * 40 * 3 + 10)],
      accumulator: [40, partialSums],
      ...periphery,
    },
    cycles: [3, 1],
    times: [300e-9, 100e-9],
    rounds: 5,
    peak: (2 * 7 * 4096) / 100e-9,
  },
  {
    name: 'inputs bit by bit, sliced weights, two phases, two copies of a layer with positions',
    architecture: { kind: 'analog-core', tile, input: 'bit-serial', slices: 2, phases: 2, replication: 2 },
    counts: {
      // 80 columns of slices: 3×3 tiles twice and one; 8 reads of a product.
      'rram-array': [19 * 4096 * 2, 5 * 8 * 2 * macs * 2],
      'row-driver': [19 * 128, 5 * 8 * (3 * 300 * 3 + 41)],
      'adc-sar': [19 * 4, 5 * 8 * 2 * (3 * 40 * 3 + 10)],
      'sample-and-hold': [19 * 32, 5 * 8 * 2 * (3 * 40 * 3 + 10)],
      multiplexer: [19 * 4, 5 * 8 * 2 * (3 * 40 * 3 + 10)],
      'shift-add': [19 * 4, 5 * 8 * 2 * (3 * 40 * 3 + 10)],
      accumulator: [2 * 40, partialSums],
      ...periphery,
    },
    cycles: [2, 1],
    times: [2 * 8 * 100e-9, 8 * 100e-9],
    rounds: 5,
    peak: (2 * 19 * 4096) / 2 / 800e-9,
  },
  {
    name: 'cells and arrays of its own for each layer, programmed anew for every sample',
    more: {
      entropy: 'reprogram',
      write: { pulses: 2, energy: 1e-12, duration: 50e-9 },
      layers: [
        { ...workload.layers[0]!, held: { cellsPerWeight: 4, outputs: 16 } },
        { ...workload.layers[1]!, held: { cellsPerWeight: 1, outputs: 64 } },
      ],
    },
    architecture: { kind: 'analog-core', tile },
    counts: {
      // 3×3 tiles of 128×16 weights and one of 128×64.
      'rram-array': [9 * 2048 * 4 + 8192, 5 * (36_000 * 4 + 410)],
      'row-driver': [10 * 128, 5 * (3 * 300 * 3 + 41)],
      'pulse-width-driver': [10 * 128, 5 * (3 * 300 * 3 + 41)],
      'adc-sar': [9 * 2 + 8, 5 * (3 * 40 * 3 + 10)],
      'sample-and-hold': [9 * 16 + 64, 5 * (3 * 40 * 3 + 10)],
      multiplexer: [9 * 2 + 8, 5 * (3 * 40 * 3 + 10)],
      accumulator: [40, partialSums],
      programming: [9 * 16 * 4 + 64, 5 * (12_000 * 4 + 410) * 2],
      ...periphery,
    },
    cycles: [3, 1],
    times: [300e-9 + 128 * 100e-9, 100e-9 + 41 * 100e-9],
    rounds: 5,
    peak: (2 * (9 * 2048 + 8192)) / 100e-9,
  },
  {
    name: 'some word lines of an array at a time',
    more: { rowsPerConversion: 48 },
    architecture: { kind: 'analog-core', tile },
    counts: {
      // Steps of 48, 48 and 32 lines on the two full tiles of the first layer, one on that of 44 and on that of 41.
      'rram-array': [7 * 4096 * 2, 5 * macs * 2],
      'row-driver': [7 * 128, 5 * (3 * 300 * 2 + 41)],
      'pulse-width-driver': [7 * 128, 5 * (3 * 300 * 2 + 41)],
      'adc-sar': [7 * 4, 5 * (3 * 40 * 7 + 10)],
      'sample-and-hold': [7 * 32, 5 * (3 * 40 * 7 + 10)],
      multiplexer: [7 * 4, 5 * (3 * 40 * 7 + 10)],
      accumulator: [40, 5 * 3 * 40 * 7],
      ...periphery,
    },
    cycles: [9, 1],
    times: [900e-9, 100e-9],
    rounds: 5,
    peak: (2 * 7 * 48 * 32) / 100e-9,
  },
  {
    name: 'one read after the other, an oscillator at every column, two copies of the first layer',
    architecture: {
      kind: 'analog-core',
      tile,
      cell: 'mram',
      adc: 'cco',
      input: 'voltage',
      replication: 2,
    },
    counts: {
      'mram-array': [13 * 4096 * 2, 5 * macs * 2],
      'row-driver': [13 * 128, 5 * (3 * 300 * 2 + 41)],
      dac: [13 * 128, 5 * (3 * 300 * 2 + 41)],
      'adc-cco': [13 * 32, 5 * (3 * 40 * 3 + 10)],
      accumulator: [2 * 40, partialSums],
      ...periphery,
    },
    cycles: [2, 1],
    times: [200e-9, 100e-9],
    rounds: 5,
    peak: (2 * 13 * 4096) / 100e-9,
  },
  {
    name: 'binary weights with a noise plane',
    more: { weightBits: 1 },
    architecture: { kind: 'binary-noise-plane', tile, cell: 'pcm' },
    counts: {
      // A weight and two noise cells; the reference is read with them.
      'pcm-array': [7 * 4096 * 3, 5 * macs * 4],
      'row-driver': [7 * 128 * 2, 5 * (3 * 300 * 2 + 41) * 2],
      'sense-amplifier': [7 * 32, 5 * macs],
      accumulator: [7 * 32 + 40, 5 * macs + partialSums],
      ...periphery,
    },
    cycles: [3 * 128, 41],
    times: [3 * 128 * 10e-9, 41 * 10e-9],
    rounds: 5,
    peak: (2 * 7 * 32) / 10e-9,
  },
  {
    name: 'products inside SRAM',
    more: { entropy: 'generator' },
    architecture: { kind: 'sram-cim', tile },
    counts: {
      // Eight columns a weight: 3×10 and 1×3 tiles, once for means and once for spreads; four input bits.
      'sram-cim-array': [2 * 33 * 4096, 5 * 4 * 2 * 8 * macs],
      'row-driver': [2 * 33 * 128, 5 * 4 * 2 * (3 * 300 * 10 + 41 * 3)],
      'adc-sar': [(2 * 33 * 32) / 8, 5 * 4 * 2 * (3 * 40 * 3 + 10)],
      'shift-add': [(2 * 33 * 32) / 8, 5 * 4 * 2 * (3 * 40 * 3 + 10)],
      accumulator: [40, partialSums],
      thermal: [weights, 5 * weights],
      ...periphery,
    },
    cycles: [12, 4],
    times: [12 * 10e-9, 4 * 10e-9],
    rounds: 5,
    peak: (2 * 33 * 4096) / 8 / 4 / 10e-9,
    draws: 5 * weights,
  },
  {
    name: 'lanes beside SRAM, weights drawn once a sample',
    more: { entropy: 'generator' },
    architecture: { kind: 'digital-sram', tile, generator: 'clt', lanesPerDraw: 2 },
    counts: {
      // Means and spreads of 8 bits; the drawn weights of the first layer are kept for its three positions.
      'sram-6t': [weights * 16 + 12_000 * 8, 5 * (weights * 16 + (12_000 + 36_000) * 8)],
      'sense-amplifier': [72 * 8, 5 * (weights * 16 + (12_000 + 36_000) * 8)],
      'row-driver': [72 * 128, 0],
      clt: [128, (5 * weights) / 2],
      multiplier: [256 + 256, 5 * weights + 5 * macs],
      adder: [256, 5 * weights],
      accumulator: [256, 5 * macs],
      ...periphery,
    },
    cycles: [141, 2],
    times: [141 / 500e6, 2 / 500e6],
    rounds: 5,
    peak: 2 * 256 * 500e6,
    draws: 5 * weights,
  },
  {
    name: 'tiles of SRAM, drawn at every use of binary weights',
    more: { entropy: 'generator', weightBits: 1, posterior: 'bernoulli' },
    architecture: { kind: 'digital-sram', tile, organisation: 'tiled', resample: 'per-read', access: 'macro' },
    counts: {
      'sram-buffer': [7 * 4096 * 8 + 8192, 5 * macs * 8 + moved],
      lfsr: [7 * 32, 5 * macs],
      comparator: [7 * 32, 5 * macs],
      accumulator: [7 * 32 + 40, 5 * macs + partialSums],
      wire: [256, moved],
      activation: [40, 5 * 3 * 40],
      softmax: [1, 5 * 10],
      control: [1, 1],
    },
    cycles: [3 * 128, 41],
    times: [(3 * 128) / 500e6, 41 / 500e6],
    rounds: 5,
    peak: 2 * 7 * 32 * 500e6,
    draws: 5 * macs,
  },
];

const digital = (name: string, more: Partial<Workload>, architecture: object, counts: Case['counts']) => ({
  name,
  more: { samples: 3, ...more },
  architecture: { kind: 'digital-sram', tile, ...architecture } as const,
  counts,
});

/** What lanes beside SRAM do in ways of their own, by component: instances, and uses in a decision of three samples. */
const predictors = [
  digital(
    'pre-activations are drawn, the first layer multiplied once',
    { entropy: 'generator' },
    { generator: 'clt', noise: 'moments' },
    {
      'sram-6t': [weights * 16, 36_000 * 16 + 3 * 410 * 16],
      clt: [256, 3 * (120 + 10)],
      multiplier: [512, 2 * (36_000 + 3 * 410)],
    },
  ),
  digital(
    'means and variances go through once',
    { entropy: 'none' },
    { noise: 'propagated' },
    {
      'sram-6t': [weights * 16, (36_000 + 410) * 16],
      multiplier: [768, 2 * 36_000 + 3 * 410],
      // Once of the mean, which the periphery has, and once of the variance.
      activation: [80, 2 * 120],
    },
  ),
  digital(
    'weights are fixed',
    { entropy: 'none', samples: 1 },
    {},
    {
      'sram-6t': [weights * 8, macs * 8],
      multiplier: [256, macs],
    },
  ),
  digital(
    'the members of an ensemble are stored',
    { entropy: 'none' },
    { copies: 3 },
    {
      'sram-6t': [3 * weights * 8, 3 * macs * 8],
      multiplier: [256, 3 * macs],
    },
  ),
  digital(
    'inputs of all layers but the first are dropped',
    { entropy: 'generator' },
    { noise: 'dropout' },
    {
      'sram-6t': [weights * 8, (36_000 + 3 * 410) * 8],
      lfsr: [26, 3 * 41],
      comparator: [26, 3 * 41],
      multiplier: [256, 36_000 + 3 * 410],
    },
  ),
];

test.each(predictors)('digital: $name', ({ more, architecture, counts }) => {
  const { items } = estimate({ ...workload, ...more }, architectureOptions(architecture));
  const found = Object.fromEntries(items.map(item => [item.component.name, [item.instances, item.uses]]));
  expect(found).toMatchObject(counts);
  for (const generator of ['clt', 'lfsr']) if (!(generator in counts)) expect(found).not.toHaveProperty(generator);
});

test.each(cases)('$name', ({ more, architecture, counts, cycles, times, rounds, peak, draws = 0 }) => {
  const { items, schedule } = estimate({ ...workload, ...more }, architectureOptions(architecture));
  expect(Object.fromEntries(items.map(item => [item.component.name, [item.instances, item.uses]]))).toEqual(counts);
  expect(schedule.layers.map(layer => layer.cycles)).toEqual(cycles);
  schedule.layers.forEach(({ time }, i) => {
    expect(time / times[i]!).toBeCloseTo(1, 12);
  });
  expect(schedule.rounds).toBe(rounds);
  expect(schedule.peakOperations / peak).toBeCloseTo(1, 12);
  expect(schedule.draws).toBe(draws);
});

test('a wire is as long as the side of the arrays', () => {
  const { items, technology } = estimate(workload, architectureOptions({ kind: 'analog-core', tile }));
  const before = ['sram-buffer', 'wire', 'activation', 'softmax', 'control'];
  const arrays = items.filter(item => !before.includes(item.component.name)).reduce((sum, { area }) => sum + area, 0);
  const { energy, uses } = items.find(item => item.component.name === 'wire')!;
  // A third of 0.2 fF/µm · length · V² a bit.
  expect(energy / uses / ((0.2e-9 / 3) * Math.sqrt(arrays) * technology.voltage ** 2)).toBeCloseTo(1, 9);
});

test('a quarter of what is clocked is clock and control, whatever the cells conduct', () => {
  const at = (conductance: string) =>
    estimate(workload, architectureOptions({ kind: 'analog-core', tile, conductance })).items;
  const items = at('10 uS');
  const control = items.at(-1)!;
  expect([...control.byLayer]).toEqual([0, 0]);
  const clocked = ['row-driver', 'pulse-width-driver', 'accumulator', 'sram-buffer', 'activation', 'softmax'];
  const sum = (names: readonly string[], of: 'energy' | 'area') =>
    items.filter(({ component }) => names.includes(component.name)).reduce((total, item) => total + item[of], 0);
  expect(control.energy / sum(clocked, 'energy')).toBeCloseTo(0.25, 12);
  expect(
    control.area /
      sum(
        clocked.filter(name => name !== 'sram-buffer'),
        'area',
      ),
  ).toBeCloseTo(0.25, 12);
  for (const adc of ['sar', 'cco']) {
    const [low, high] = ['5 uS', '150 uS'].map(
      conductance =>
        estimate(workload, architectureOptions({ kind: 'analog-core', tile, conductance, adc })).items.at(-1)!,
    );
    expect(low!.component.name).toBe('control');
    expect(high!.energy).toBe(low!.energy);
    expect(high!.area).toBe(low!.area);
  }
});

test('samples that are reads follow each other no faster than reads may', () => {
  const at = (readInterval: number, pipelined = true) =>
    estimate({ ...workload, readInterval }, architectureOptions({ kind: 'analog-core', tile, pipelined }));
  // 300 ns and 100 ns: a sample every 300 ns, or as far apart as reads are.
  expect(at(0).latency).toBeCloseTo(400e-9 + 4 * 300e-9, 15);
  expect(at(200e-9).latency).toBe(at(0).latency);
  expect(at(1e-6).latency).toBeCloseTo(400e-9 + 4 * 1e-6, 15);
  expect(at(1e-6).interval).toBeCloseTo(5e-6, 15);
  expect(at(300e-9, false).interval).toBeCloseTo(5 * 400e-9, 15);
  // Of three inputs in turn each waits for the others; all together take no longer.
  const inTurn = estimate(
    { ...workload, readInterval: 1e-6, batch: 3 },
    architectureOptions({ kind: 'analog-core', tile }),
  );
  expect(inTurn.latency).toBeCloseTo(400e-9 + 4 * 3e-6, 15);
  expect(inTurn.interval).toBeCloseTo(5e-6, 15);
  // Inputs that come every 60 µs in threes are one every 20 µs.
  const seldom = estimate(
    { ...workload, readInterval: 1e-6, batch: 3, inputPeriod: 60e-6 },
    architectureOptions({ kind: 'analog-core', tile }),
  );
  expect(seldom.interval).toBeCloseTo(20e-6, 15);
  expect(seldom.latency - seldom.idle.time).toBeCloseTo(inTurn.latency, 15);
  const frozen = { ...workload, entropy: 'frozen', readInterval: 1e-6 } as const;
  expect(estimate(frozen, architectureOptions({ kind: 'frozen-copies', tile })).interval).toBeCloseTo(5 * 300e-9, 15);
});

test('what digital designs draw waits for no cell, and keeps up with those that do', () => {
  const drawn = { ...workload, entropy: 'generator' } as const;
  const sram = architectureOptions({ kind: 'digital-sram', generator: 'clt' });
  expect(estimate({ ...drawn, readInterval: 1e-6 }, sram).interval).toBe(estimate(drawn, sram).interval);
  for (const waits of [{}, { batch: 3 }, { batch: 3, inputPeriod: 60e-6 }]) {
    const { baselines, latency, rate } = costOf(
      { ...workload, readInterval: 1e-6, ...waits },
      { kind: 'analog-core', tile },
    );
    const digital = baselines.filter(({ architecture }) => architecture === 'digital-sram');
    expect(digital.map(({ name }) => name)).toEqual(['drawn weights', 'drawn pre-activations']);
    for (const other of digital) {
      expect(other.latency).toBeLessThanOrEqual(latency! * (1 + 1e-9));
      expect(other.throughput).toBeGreaterThanOrEqual(rate! * (1 - 1e-9));
    }
  }
});

test('inputs that are read in turn wait in a memory, and so do their sums', () => {
  const bufferOf = (batch: number) =>
    estimate({ ...workload, batch, inputs: 7 }, architectureOptions({ kind: 'analog-core', tile })).items.find(
      ({ component }) => component.name === 'sram-buffer',
    )!;
  const [alone, three] = [bufferOf(1), bufferOf(3)];
  const { inputBits, samples, layers } = workload;
  const sums = 16 * layers.at(-1)!.columns * layers.at(-1)!.positions;
  expect(three.instances - alone.instances).toBe(3 * (7 * inputBits + sums));
  expect(three.uses - alone.uses).toBe((1 + samples) * 7 * inputBits + 2 * samples * sums);
  expect(three.energy).toBeGreaterThan(alone.energy);
});

test('the roofline sets operations against bytes of activations and against time', () => {
  const { peak, bandwidth, layers } = rooflineOf(
    estimate(workload, architectureOptions({ kind: 'analog-core', tile })),
  )!;
  expect(peak).toBeCloseTo((2 * 7 * 4096) / 100e-9, -3);
  // A port of 256 bits at 1 GHz.
  expect(bandwidth).toBeCloseTo(32e9, -3);
  // A multiply and an add a weight and position; 4 bits in and out.
  expect(layers.map(({ intensity }) => intensity)).toEqual(
    [(2 * 12_000) / (340 / 2), (2 * 410) / (51 / 2)].map(value => expect.closeTo(value, 9)),
  );
  expect(layers[0]!.attained / ((2 * 36_000) / 300e-9)).toBeCloseTo(1, 12);
});

test('figures of a design follow from its joules, seconds and square metres', () => {
  const design = estimate(
    { ...workload, entropy: 'generator', effectiveSamples: 2 },
    architectureOptions({ kind: 'digital-sram', tile, generator: 'clt' }),
  );
  const sums = (name: 'energy' | 'area' | 'leakage') => design.items.reduce((sum, item) => sum + item[name], 0);
  const { interval, latency } = design;
  const energy = sums('energy') + sums('leakage') * interval;
  const operations = 5 * 2 * macs;
  const mm2 = sums('area') * 1e6;
  const close = (value: number) => expect.closeTo(value, 9);
  const found = Object.entries({
    energyPerDecision: energy,
    energyPerSample: energy / 5,
    energyPerEffectiveSample: energy / 2,
    latency,
    throughput: 1 / interval,
    area: mm2 / 1e6,
    power: energy / interval,
    leakageShare: (sums('leakage') * interval) / energy,
    gopsPerWatt: operations / energy / 1e9,
    gopsPerMm2: operations / interval / 1e9 / mm2,
    gopsPerWattPerMm2: operations / energy / 1e9 / mm2,
    energyDelayArea: (energy * latency * mm2) / 1e6,
  }).map(([name, value]) => totalsOf(design)[name as keyof Totals] / value);
  expect(found).toEqual(found.map(() => close(1)));
});

test('quantiles of figures are those of the figures draw by draw', () => {
  const design = estimate({ ...workload, entropy: 'generator' }, architectureOptions({ kind: 'sram-cim', tile }));
  const { energy, area, standby } = drawDesign(design);
  const bands = bandsOf(drawDesign(design));
  for (const name of Object.keys(totalsOf(design)) as (keyof Totals)[]) {
    const values = [...energy].map((e, i) => summary(design, e - standby[i]!, area[i]!, standby[i]!)[name]);
    expect(bands[name].median! / bandOf(values).median!, name).toBeCloseTo(1, 12);
    expect(bands[name].low! / bandOf(values).low!, name).toBeCloseTo(1, 12);
    expect(bands[name].high! / bandOf(values).high!, name).toBeCloseTo(1, 12);
  }
});

test('figures in a draw are those under its factors', () => {
  const design = estimate({ ...workload, entropy: 'generator' }, architectureOptions({ kind: 'sram-cim', tile }));
  const spreads = new Map(design.items.map(({ component }) => [component.name, component.spread]));
  spreads.set('technology-scaling', { energy: 1.2, area: 1.15 }).set('leakage', { energy: 3, area: 1 });
  const drawn = drawnPrices(billOf(design), ['energyPerDecision', 'area', 'energyDelayArea']);
  for (const draw of [0, 17, 1000]) {
    const factors = (name: string) => {
      const { energy, area } = factorsOf(name, spreads.get(name)!);
      return { energy: energy[draw]!, area: area[draw]! };
    };
    const found = totalsOf(design, factors);
    for (const name of ['energyPerDecision', 'area', 'energyDelayArea'] as const) {
      expect(drawn[name]![draw]! / found[name], name).toBeCloseTo(1, 12);
    }
  }
  // Adders scale with the node, converters do not.
  const one = (only: string) =>
    totalsOf(design, name => ({ energy: name === only ? 2 : 1, area: 1 })).energyPerDecision -
    totalsOf(design).energyPerDecision;
  const energyOf = (scaled: boolean) =>
    design.items.reduce((sum, { component, energy }) => sum + ((component.scaled ?? true) === scaled ? energy : 0), 0);
  expect(one('technology-scaling') / energyOf(true)).toBeCloseTo(1, 9);
  expect(energyOf(false)).toBeGreaterThan(0);
});

test('a network twice as wide keeps its inputs and outputs', () => {
  const { layers } = widened(workload, 2);
  expect(layers.map(({ rows, columns }) => [rows, columns])).toEqual([
    [300, 80],
    [82, 10],
  ]);
});

test('converters inside SRAM work as fast as one bit product', () => {
  const design = estimate(
    { ...workload, entropy: 'generator' },
    architectureOptions({ kind: 'sram-cim', tile, readTime: '2 ns' }),
  );
  const { area, instances } = design.items.find(item => item.component.name === 'adc-sar')!;
  expect(area / instances / 1e-12 / adcRegression(6, 500e6, 22).area).toBeCloseTo(1, 9);
});

test('samples that differ in the last layer alone pass once through the others, which have one copy', () => {
  const layers = [
    { name: 'a', rows: 20, columns: 10, positions: 1 },
    { name: 'b', rows: 11, columns: 4, positions: 1 },
  ];
  const price = (samples: number, more: object) =>
    estimate(
      { name: 'x', layers, samples, inputBits: 8, outputBits: 8, weightBits: 6, posterior: 'point', entropy: 'none' },
      architectureOptions({ kind: 'digital-sram', generator: 'none', differing: 'last', ...more }),
    );
  const uses = (design: ReturnType<typeof price>, name: string) =>
    design.items.find(({ component }) => component.name === name);
  for (const samples of [1, 5]) {
    const design = price(samples, { copies: samples, rate: 1e4 });
    expect(uses(design, 'multiplier')!.uses).toBe(200 + 44 * samples);
    expect(uses(design, 'sram-6t')).toMatchObject({
      uses: 6 * (200 + 44 * samples),
      instances: 6 * (200 + 44 * samples),
    });
    const stored = price(samples, { copies: samples, rate: 1e4, memory: 'embedded', clock: 100e6 });
    const bits = 6 * (200 + 44 * samples);
    expect(uses(stored, 'embedded-memory')).toMatchObject({ uses: bits, instances: bits });
    expect(uses(stored, 'sram-6t')).toBeUndefined();
    // Written anew every ten years: each bit costs period/3.15e8 s of a write.
    expect(uses(stored, 'programming')!.uses).toBeCloseTo((bits * 1e-4) / 3.15e8, 15);
  }
  const masked = (differing: string) =>
    estimate(
      {
        name: 'x',
        layers: [...layers, { name: 'c', rows: 5, columns: 2, positions: 1 }],
        samples: 3,
        inputBits: 8,
        outputBits: 8,
        weightBits: 6,
        posterior: 'point',
        entropy: 'generator',
      },
      architectureOptions({ kind: 'digital-sram', noise: 'dropout', differing, rate: 1e4 }),
    );
  expect(masked('all').schedule.draws).toBe(3 * (11 + 5));
  expect(masked('last').schedule.draws).toBe(3 * 5);
  expect(uses(masked('last'), 'multiplier')!.uses).toBe(244 + 3 * 10);
  expect(() => price(2, { memory: 'embedded' })).toThrow(
    'architecture.clock: must be at most the 100 MHz of an embedded memory, got 500 MHz; lower it or keep parameters in SRAM.',
  );
  expect(() => masked('first')).toThrow();
});
