import { describe, expect, test } from 'vitest';
import { deviceOf } from '../../src/device/index.ts';
import { type Design, designOf, type Fields } from '../../src/experiment/index.ts';
import { entropySources } from '../../src/inference/index.ts';
import { buildNetwork } from '../../src/network/index.ts';
import { checkPrice, costOfDesign } from '../../src/pipeline/index.ts';
import { pricesOf } from '../../src/pipeline/pricing.ts';
import { sourcePrice } from '../../src/pipeline/source-price.ts';
import { experimentOf, preparedOf } from './support.ts';

const experiment = {
  data: { source: 'two-moons', train: 16, validation: 16, test: 32 },
  network: { layers: ['dense 8 tanh', 'dense 2'] },
  posterior: { method: 'map' },
};

type Priced = Awaited<ReturnType<typeof pricedOf>>;

async function pricedOf(more: Fields) {
  const input = { ...experiment, ...more };
  const { data, deviceFiles } = await preparedOf(input);
  return { design: designOf(experimentOf(input), deviceFiles), data, name: 'x' };
}

/** A design with a posterior that has spreads. */
const spread = { posterior: { method: 'mean-field' }, hardware: { device: 'oxram-hfo2' } };
const noisy = { ...spread, hardware: { device: 'pcm-ibm' } };
const signs = { method: 'bernoulli' };
const pricedFor: Readonly<Record<string, Fields & { sampling?: Fields }>> = {
  binary: {
    posterior: signs,
    hardware: { device: 'pcm-ibm', mapping: { mapping: 'offset' } },
    transfer: { method: 'threshold' },
  },
  switching: { posterior: signs, sampling: { cells: 'mram-sot' } },
};

test('every source of the package has a price, on an architecture that realises it', async () => {
  for (const entropy of Object.keys(entropySources)) {
    const of = { ...noisy, ...pricedFor[entropy], sampling: { samples: 5, ...pricedFor[entropy]?.sampling, entropy } };
    const { energyPerDecision, latency } = pricesOf(await pricedOf(of));
    expect(energyPerDecision, entropy).toBeGreaterThan(0);
    expect(latency, entropy).toBeGreaterThan(0);
  }
});

test.each([
  ['reprogram', 'frozen-copies', "'frozen-copies' draws its samples from its copies, but the entropy is 'reprogram'"],
  ['output', 'digital-sram', "'digital-sram' draws its samples from a generator circuit, but the entropy is 'output'"],
  ['sum', 'analog-core', "'analog-core' does not realise the entropy 'sum'; choose 'sram-cim'"],
  ['generator', 'analog-core', "'analog-core' does not realise the entropy 'generator'; choose 'digital-sram'"],
  ['generator', 'sram-cim', "'sram-cim' does not realise the entropy 'generator'; choose 'digital-sram'"],
  ['frozen', 'analog-core', "entropy 'frozen' needs one copy of the cells per sample"],
])('%s is not priced on %s, which does not realise it', async (entropy, kind, sentence) => {
  const priced = await pricedOf({ ...spread, sampling: { entropy, samples: 5 } });
  const architecture = { kind } as unknown as NonNullable<Design['architecture']>;
  expect(() => pricesOf({ ...priced, design: { ...priced.design, architecture } })).toThrow(sentence);
});

test.each([
  ['generator', { hold: 'input' }, { resample: 'per-read' }, "resample: must be 'per-sample'"],
  ['generator', { bits: 6 }, { parameterBits: 8 }, 'parameterBits: must be 6'],
  ['generator', {}, { generator: 'wallace' }, "generator: must be 'box-muller'"],
  ['generator', {}, { noise: 'moments' }, "noise: must be 'weights'"],
  ['generator', {}, { lanesPerDraw: 4 }, 'lanesPerDraw: must be 1'],
  ['sum', { hold: 'position' }, { resample: 'per-sample' }, "resample: must be 'per-read'"],
])('%s with %o refuses an architecture of %o', async (entropy, sampling, stated, sentence) => {
  const kind = entropy === 'sum' ? 'sram-cim' : 'digital-sram';
  const of = (more: Fields) => pricedOf({ ...spread, sampling: { entropy, samples: 5, ...sampling }, ...more });
  const contradictory = await of({ architecture: { kind, ...stated } });
  expect(() => pricesOf(contradictory)).toThrow(`architecture.${sentence}, as sampling has the entropy '${entropy}'`);
  expect(pricesOf(await of({ architecture: { kind } }))).toEqual(pricesOf(await of({})));
});

test('events of a decision are what its price counts', async () => {
  const uses = async (sampling: Fields) => {
    const priced = await pricedOf({ ...spread, sampling: { samples: 5, ...sampling } });
    const { components } = costOfDesign(priced);
    const of = (name: string) => components.find(found => found.name === name)?.uses;
    return { of, latency: pricesOf(priced).latency! };
  };
  // 3·8 + 9·2 weights, two cells each, written five times.
  const again = await uses({ entropy: 'reprogram' });
  expect(again.of('programming')).toBe(5 * 42 * 2);
  // Word lines one after the other, 100 ns a pulse, and 1 ms to settle, in layers that work at the same time.
  const still = await uses({ entropy: 'output', spread: 'constant', interval: 1e-9 });
  expect(again.latency).toBeGreaterThan(5 * 1e-3);
  expect(still.latency).toBeLessThan(1e-3);
  // One number for each of 8 + 2 outputs; a second product where the variance follows the inputs.
  expect(still.of('box-muller')).toBe(5 * 10);
  const matched = await uses({ entropy: 'output' });
  expect(matched.of('box-muller')).toBe(5 * 10);
  for (const name of ['rram-array', 'adc-sar', 'row-driver']) expect(matched.of(name)).toBe(2 * still.of(name)!);
  // 16 cells for each weight, half of them chosen by 14 bits: there are 12,870 halves.
  const sums = await uses({ entropy: 'sum' });
  expect(sums.of('lfsr')).toBe(5 * 42);
  expect(sums.of('rram-array')).toBe(5 * 42 * 16);
  const drawn = await uses({ entropy: 'generator', generator: 'wallace' });
  expect(drawn.of('wallace')).toBe(5 * 42);
  // Five copies, and two that are read in turn: the same reads, fewer cells.
  const [five, two] = await Promise.all([
    pricedOf({ ...noisy, sampling: { entropy: 'frozen', samples: 5 } }),
    pricedOf({ ...noisy, sampling: { entropy: 'frozen-read', samples: 5, copies: 2 } }),
  ]);
  const cells = (priced: Priced) => costOfDesign(priced).components.find(({ name }) => name === 'pcm-array')!;
  expect(cells(two).uses).toBe(cells(five).uses);
  expect(costOfDesign(five).programming!.cells).toBe(5 * 42 * 2);
  expect(costOfDesign(two).programming!.cells).toBe(2 * 42 * 2);
  // A bit is a reset and a pulse; a sign is a read of one cell and two noise cells.
  const bits = costOfDesign(
    await pricedOf({
      ...noisy,
      ...pricedFor.switching,
      sampling: { entropy: 'switching', cells: 'mram-sot', samples: 5 },
    }),
  );
  const of = (name: string) => bits.components.find(found => found.name === name)?.uses;
  // Masks of one input of the last layer each: the bits beside the usual tiles.
  const masks = costOfDesign(
    await pricedOf({
      ...noisy,
      posterior: { method: 'dropout' },
      sampling: { entropy: 'switching', cells: 'mram-sot', samples: 5 },
    }),
  );
  const usesOf = (name: string) => masks.components.find(found => found.name === name)?.uses;
  expect([usesOf('programming'), usesOf('sense-amplifier'), usesOf('adc-sar')]).toEqual([5 * 8 * 2, 5 * 8, 5 * 10]);
  expect([of('programming'), of('sense-amplifier'), of('adc-sar')]).toEqual([5 * 42 * 2, 5 * 42, undefined]);
});

test('weights drawn at each position of a convolution are priced as often', async () => {
  const layers = ['conv1d 3 5', 'dense 8'];
  const beats = { source: 'heartbeats', features: 'samples', train: 16, validation: 16, test: 16 };
  const uses = async (more: Fields) => {
    const input = { ...experiment, data: beats, network: { layers }, ...more };
    const { data, deviceFiles } = await preparedOf(input);
    const priced = { design: designOf(experimentOf(input), deviceFiles), data, name: 'x' };
    const { components } = costOfDesign(priced);
    const of = (name: string) => components.find(found => found.name === name)?.uses;
    return { of, latency: pricesOf(priced).latency!, width: data.validation.inputs.length / data.validation.count };
  };
  const each = async (sampling: Fields, more: Fields = {}) => {
    const of = (hold: string) => uses({ ...noisy, ...more, sampling: { samples: 5, ...sampling, hold } });
    return { input: await of('input'), position: await of('position') };
  };
  const drawn = await each({ entropy: 'generator' });
  const [first, second] = buildNetwork(layers, [1, drawn.input.width]).matrices;
  const dense = second!.rows * second!.columns;
  const kernel = first!.rows * first!.columns;
  const once = kernel + dense;
  const often = first!.positions * kernel + dense;
  const counted = ({ input, position }: typeof drawn, name: string) => [input.of(name), position.of(name)];
  expect(first!.positions).toBeGreaterThan(100);
  expect(counted(drawn, 'box-muller')).toEqual([5 * once, 5 * often]);
  expect(counted(await each({ entropy: 'sum' }), 'lfsr')).toEqual([5 * once, 5 * often]);
  const pulsed = await each({ entropy: 'switching', cells: 'mram-sot' }, { posterior: signs });
  expect(counted(pulsed, 'programming')).toEqual([5 * once * 2, 5 * often * 2]);
  expect(counted(pulsed, 'sense-amplifier')).toEqual([5 * often, 5 * often]);
  expect(pulsed.position.latency).toBeGreaterThan(pulsed.input.latency);
  // A sign that is held is kept in SRAM, written once and read at every position.
  const read = await each({ entropy: 'binary', interval: 1e-9 }, pricedFor.binary);
  expect(counted(read, 'sense-amplifier')).toEqual([5 * once, 5 * often]);
  expect(read.input.of('accumulator')).toBe(read.position.of('accumulator'));
  expect(read.input.of('sram-buffer')! - read.position.of('sram-buffer')!).toBe(5 * (1 + first!.positions) * kernel);
  expect(read.input.latency).toBeLessThan(read.position.latency);
});

test('waiting for inputs in turn is in the latency, and reads that are further apart are worth more', async () => {
  const of = async (sampling: Fields) =>
    pricesOf(await pricedOf({ ...noisy, sampling: { entropy: 'read', samples: 20, interval: '1 us', ...sampling } }));
  const [together, inTurn, seldom] = [await of({}), await of({ batch: 50 }), await of({ batch: 50, period: '1 s' })];
  expect(inTurn.latency! / together.latency!).toBeGreaterThan(40);
  // The memory in which the others wait.
  const memory = inTurn.energyPerDecision! / together.energyPerDecision!;
  expect(memory).toBeGreaterThan(1);
  expect(memory).toBeLessThan(1.05);
  expect(inTurn.energyPerEffectiveSample).toBeLessThan(0.9 * together.energyPerEffectiveSample!);
  expect(seldom.energyPerDecision).toBeGreaterThan(inTurn.energyPerDecision!);
  expect(seldom.energyPerEffectiveSample! / seldom.energyPerDecision!).toBeCloseTo(
    inTurn.energyPerEffectiveSample! / inTurn.energyPerDecision!,
    12,
  );
});

test('sums and generators are priced with the bits that they are asked for', async () => {
  const of = async (sampling: Fields) =>
    sourcePrice((await pricedOf({ ...spread, sampling: { samples: 5, ...sampling } })).design);
  const summed = (await of({ entropy: 'sum', cells: 6, bits: 5 })).workload;
  // Three of six cells in 20 ways: 5 bits.
  expect(summed).toMatchObject({ weightBits: 5, summed: { cells: 6, bits: 5 } });
  expect((await of({ entropy: 'sum', cells: 16, bits: 5 })).workload.summed!.bits).toBe(14);
  const drawn = await of({ entropy: 'generator', bits: 6 });
  expect([drawn.workload.weightBits, drawn.fields!.parameterBits]).toEqual([6, 6]);
  // Wider words take more energy to move and to multiply.
  const energy = async (bits: number) =>
    pricesOf(await pricedOf({ ...spread, sampling: { entropy: 'generator', bits, samples: 5 } })).energyPerDecision!;
  expect(await energy(8)).toBeGreaterThan(1.05 * (await energy(4)));
});

test('programming anew is not priced where the device says not what a pulse takes', async () => {
  const priced = await pricedOf({ ...spread, hardware: { device: 'rram-cmo' }, sampling: { entropy: 'reprogram' } });
  expect(() => pricesOf(priced)).toThrow('states no energy and duration of a programming pulse');
});

test.each(['frozen', 'read'])(
  'columns with weight ranges of their own cost a multiplication each, entropy %s',
  async entropy => {
    const priced = (weightRange: string) =>
      pricedOf({ hardware: { device: 'pcm-ibm', weightRange }, sampling: { entropy, samples: 5 } });
    const multipliers = async (weightRange: string) => {
      const { components } = costOfDesign(await priced(weightRange));
      return components.find(({ name }) => name === 'multiplier');
    };
    expect(await multipliers('layer')).toBeUndefined();
    // 8 and 2 outputs of 5 samples.
    const found = (await multipliers('column'))!;
    expect(found.uses).toBe(5 * (8 + 2));
    expect(pricesOf(await priced('column')).energyPerDecision).toBeGreaterThan(
      pricesOf(await priced('layer')).energyPerDecision!,
    );
  },
);

test('inputs are as large as those of the validation rows, and the test rows stay closed', async () => {
  const priced = await pricedOf({ hardware: { device: 'pcm-ibm' }, sampling: { entropy: 'read', samples: 4 } });
  const energyWith = (split: 'validation' | 'test', inputs: Float32Array) =>
    pricesOf({ ...priced, data: { ...priced.data, [split]: { ...priced.data[split], inputs } } }).energyPerDecision!;
  const { energyPerDecision } = pricesOf(priced);
  expect(energyWith('test', new Float32Array(64).fill(1))).toBe(energyPerDecision);
  // All at full scale drive longer than inputs whose mean is below it.
  expect(energyWith('validation', new Float32Array(32).fill(1))).toBeGreaterThan(energyPerDecision!);
});

test('a source of randomness that the cost model does not know is not priced as another', async () => {
  const known = await pricedOf({});
  checkPrice(known);
  const sampling = { ...known.design.sampling, entropy: 'dice' as 'read' };
  expect(() => checkPrice({ ...known, design: { ...known.design, sampling } as typeof known.design })).toThrow(
    /sampling\.entropy: no architecture realises 'dice', so that it has no price/,
  );
});

describe('naming the default architecture leaves the price as it is', () => {
  test.each([
    [
      'frozen copies of pairs',
      'frozen-copies',
      { hardware: { device: 'oxram-hfo2', array: { rows: 64, columns: 6 } } },
    ],
    [
      'frozen copies of pairs of pairs that are read for long',
      'frozen-copies',
      { hardware: { device: 'pcm-ibm', mapping: { mapping: 'pairs' } } },
    ],
    [
      'reads with few bits',
      'analog-core',
      { hardware: { device: 'rram-lin', outputBits: 3 }, sampling: { entropy: 'read', samples: 4 } },
    ],
  ] as const)('%s', async (_name, kind, more) => {
    const without = pricesOf(await pricedOf(more));
    expect(Object.keys(without).length).toBeGreaterThan(8);
    expect(pricesOf(await pricedOf({ ...more, architecture: { kind } }))).toEqual(without);
  });
});

describe('cells are priced as the device says', () => {
  test.each([
    ['pcm-ibm', 'pcm-array'],
    ['pcm-hermes-1', 'pcm-array'],
    ['mram-sot', 'mram-array'],
    ['fefet', 'fefet-array'],
    ['oxram-hfo2', 'rram-array'],
  ])('%s as %s', async (device, component) => {
    const { components } = costOfDesign(await pricedOf({ hardware: { device } }));
    expect(components.map(({ name }) => name)).toContain(component);
  });

  test('whatever its name', async () => {
    const priced = await pricedOf({ hardware: { device: 'pcm-ibm' } });
    const file = {
      name: 'pcm-like',
      range: { low: 0, high: 25e-6 },
      programming: { std: 1e-7 },
      cell: 'mram',
    };
    const device = { file, path: 'x.yaml', spread: 1 } as unknown as typeof priced.design.hardware.device;
    const design = { ...priced.design, hardware: { ...priced.design.hardware, device } };
    expect(deviceOf(device).cell).toBe('mram');
    expect(costOfDesign({ ...priced, design }).components.map(({ name }) => name)).toContain('mram-array');
  });
});

test('reads follow each other as far apart as the design says', async () => {
  const at = async (interval: string) =>
    costOfDesign(
      await pricedOf({
        hardware: { device: 'pcm-ibm' },
        sampling: { entropy: 'read', samples: 10, interval },
        evaluate: { chips: 1 },
      }),
    );
  const [fast, slow] = [await at('1 ns'), await at('1 ms')];
  // Nine intervals between ten reads, and the time of one pass.
  expect(slow.latency! - 9e-3).toBeLessThan(1e-5);
  expect(fast.latency!).toBeLessThan(1e-4);
  // Reads further apart are worth more samples.
  const worth = ({ energyPerEffectiveSample, energyPerSample }: typeof slow) =>
    energyPerSample! / energyPerEffectiveSample!;
  expect(worth(slow)).toBeGreaterThan(worth(fast));
});
