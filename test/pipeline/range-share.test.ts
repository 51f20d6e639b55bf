import { describe, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { trainingHardware } from '../../src/bayes/index.ts';
import { deviceOf, devices, programCells } from '../../src/device/index.ts';
import { withinRange } from '../../src/device/spread.ts';
import { designOf } from '../../src/experiment/index.ts';
import { evaluateDesign, Pipeline, stages } from '../../src/pipeline/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { experimentOf, preparedOf } from './support.ts';

const fields = (rangeShare?: number) => ({
  data: { source: 'two-moons', train: 120, validation: 40, test: 60, noise: 0.2 },
  network: { layers: ['dense 5 tanh', 'dense 2'] },
  posterior: { method: 'hardware-aware', epochs: 20, limit: 2 },
  hardware: {
    device: 'oxram-hfo2',
    array: { rows: 16, columns: 32 },
    wires: { rowResistance: 2, columnResistance: 2 },
    ...(rangeShare !== undefined && { rangeShare }),
  },
  transfer: { method: 'mean-field' },
  sampling: { samples: 4, entropy: 'frozen' },
});
const how = { key: keyOf(1), job: jobOf() };

async function looked(rangeShare?: number) {
  const given = fields(rangeShare);
  const design = designOf(experimentOf(given), {});
  const prepared = await preparedOf(given);
  const pipeline = new Pipeline(prepared, design, how);
  const { prices } = await evaluateDesign(prepared, design, { metrics: [], chips: [], prices: true }, how);
  const names = await pipeline.names(stages.training, {});
  const { target, range } = await pipeline.get('plan');
  return { largest: target.reduce((a, b) => Math.max(a, b), 0), range, energy: prices.energyPerDecision!, ...names };
}

describe('a share of the range of conductances', () => {
  test('holds targets within it and takes less energy; training knows it', async () => {
    const [whole, half] = [await looked(), await looked(0.5)];
    const { low, high } = devices['oxram-hfo2']!.range;
    expect(whole.range.high).toBe(high);
    expect(half.range).toMatchObject({ low, high: low + 0.5 * (high - low) });
    expect(half.largest).toBeLessThanOrEqual(half.range.high * (1 + 1e-6));
    expect(whole.largest).toBeGreaterThan(half.range.high);
    expect(half.energy).toBeLessThan(whole.energy);
    expect(half.address).not.toBe(whole.address);
    expect((await looked(1)).address).toBe(whole.address);
  });

  test('leaves what becomes of a target as it is, keeps levels within it, and stuck cells as they conduct', () => {
    const device = { ...devices['oxram-hfo2']!, stuck: { high: 1, low: 0 } };
    const half = withinRange(device, 0.5);
    const { low, high } = device.range;
    const target = 60e-6;
    expect(half.programming.std(target)).toBe(device.programming.std(target));
    const { programmed } = programCells(keyOf(2), half, Float32Array.of(target), { kind: 'single-pulse' });
    expect(programmed[0]).toBe(Math.fround(high));
    // From rest at 1 µS: 149 µS where weights go to 84.
    expect(trainingHardware(half, { time: 6 }).stuck!.reach).toBeCloseTo(149 / 84, 10);
    expect(trainingHardware(device, { time: 6 }).stuck!.reach).toBe(1);
    const levels = [low, 0.4 * high, 0.6 * high, high];
    expect(withinRange({ ...device, levels }, 0.5).levels).toEqual(levels.slice(0, 2));
    expect(withinRange({ ...device, levels }, 1e-3)).toMatchObject({
      levels: levels.slice(0, 2),
      range: { high: levels[1] },
    });
    expect(deviceOf({ preset: 'oxram-hfo2', spread: 1, share: 0.5 }).range.high).toBeCloseTo(85e-6, 12);
  });
});
