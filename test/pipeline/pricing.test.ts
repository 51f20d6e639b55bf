import { describe, expect, test } from 'vitest';
import { cellEntropies } from '../../src/cost/index.ts';
import { deviceOf } from '../../src/device/index.ts';
import { designOf, type Fields } from '../../src/experiment/index.ts';
import { entropySources } from '../../src/inference/index.ts';
import { checkPrice, costOfDesign } from '../../src/pipeline/index.ts';
import { pricesOf } from '../../src/pipeline/pricing.ts';
import { experimentOf, preparedOf } from './support.ts';

const experiment = {
  data: { source: 'two-moons', train: 16, validation: 16, test: 32 },
  network: { layers: ['dense 8 tanh', 'dense 2'] },
  posterior: { method: 'map' },
};

async function pricedOf(more: Fields) {
  const input = { ...experiment, ...more };
  const { data, deviceFiles } = await preparedOf(input);
  return { design: designOf(experimentOf(input), deviceFiles), data, name: 'x' };
}

test('the randomness of cells that is priced is what chips predict with', () => {
  expect([...cellEntropies].sort()).toEqual(Object.keys(entropySources).sort());
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
    /sampling\.entropy: must be one of read, frozen to be priced, got 'dice'/,
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
