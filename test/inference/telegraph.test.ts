import { describe, expect, test } from 'vitest';
import { type Device, findDevice, readSequence, trapLaw, trappedCells } from '../../src/device/index.ts';
import { type ChipState, calibrateReadout, type EntropySource, entropySources } from '../../src/inference/index.ts';
import { buildNetwork } from '../../src/network/index.ts';
import { fillUniform, keyOf } from '../../src/random/index.ts';
import { deviceKeyOf, programChip, readChip } from '../../src/transfer/index.ts';
import { planned } from './planned.ts';

const telegraph = { amplitude: 0.2, dwellHigh: 30e-6, dwellLow: 10e-6, share: 0.4 };
const { occupied, time } = trapLaw(telegraph);
const [samples, inputs, outputs] = [240, 4, 200];
const network = buildNetwork([`linear ${outputs} bias=false`], [inputs]);
const { size } = network;

/** Weights with a trap each, whose reads have next to no other noise. */
function chipOf(copies: number): ChipState {
  const weights = fillUniform(keyOf(1), new Float32Array(copies * size)).map(u => 1 + u);
  const eye = new Float32Array(inputs * inputs).map((_, i) => (i % (inputs + 1) === 0 ? 1 : 0));
  return {
    network,
    weights,
    variances: new Float32Array(weights.length).fill(1e-10),
    traps: { jumps: [weights.map(w => -0.2 * w), new Float32Array(weights.length)], occupied, time },
    readout: calibrateReadout(network, weights, eye, inputs, { inputBits: null, outputBits: null, arrayRows: 3 }),
  };
}

/** Whether the trap of each weight is occupied in each sample, [samples, size]: a unit vector leads each weight to its output. */
function pathsOf(name: 'read' | 'frozen-read' | 'frozen', more: object = {}, copies = 1, reads = samples) {
  const chip = chipOf(copies);
  const source = entropySources[name] as EntropySource;
  const options = source.schema.parse({ entropy: name, samples, ...more });
  const eye = new Float32Array(inputs * inputs).map((_, i) => (i % (inputs + 1) === 0 ? 1 : 0));
  const out = new Float32Array(reads * size);
  source.open(keyOf(3), chip, options).draw(out, { inputs: eye, count: inputs }, 0, reads);
  let between = 0;
  const low = out.map((w, at) => {
    const whole = chip.weights[(Math.floor(at / size) % copies) * size + (at % size)]!;
    const share = (whole - w) / (0.2 * whole);
    between = Math.max(between, Math.min(Math.abs(share), Math.abs(share - 1)));
    return Math.round(share);
  });
  // Two levels and nothing in between.
  expect(between).toBeLessThan(0.01);
  return { low, law: source.law!(keyOf(3), chip, options), chip };
}

/** Mean over weights of the covariance of two samples `lag` apart, over that of one with itself. */
function correlation(low: ArrayLike<number>, cells: number, lag: number): number {
  let sum = 0;
  const end = low.length - lag * cells;
  for (let at = 0; at < end; at++) sum += (low[at]! - occupied) * (low[at + lag * cells]! - occupied);
  return sum / end / (occupied * (1 - occupied));
}

const meanOf = (values: ArrayLike<number>) => Array.from(values).reduce((sum, x) => sum + x, 0) / values.length;

describe('reads of cells with traps', () => {
  test.each([
    ['close together', 1e-6],
    ['as far apart as dwells last', 5e-6],
    ['far apart', 100e-6],
  ])('%s are two levels with the dwells of the device', (_, interval) => {
    const { low } = pathsOf('read', { interval });
    // Dwells make fewer independent ones of the reads.
    const worth = low.length * Math.min(1, interval / (2 * time));
    const error = 5 / Math.sqrt(worth);
    expect(Math.abs(meanOf(low) - occupied)).toBeLessThan(error * Math.sqrt(occupied * (1 - occupied)));
    for (const lag of [1, 2, 5, 20]) {
      const wanted = Math.exp((-lag * interval) / time);
      expect(Math.abs(correlation(low, size, lag) - wanted), `${lag}`).toBeLessThan(error + 0.01);
    }
  });

  test('have the law of the path cell by cell', () => {
    const [interval, reads, cells] = [3e-6, 240, 1000];
    const device: Device = { ...findDevice('ideal'), telegraph: { ...telegraph, share: 1 } };
    const g = new Float32Array(cells).fill(50e-6);
    const options = { count: reads, lag: interval, time: 1 };
    const path = readSequence(keyOf(5), device, { target: g }, g, options, new Float32Array(reads * cells));
    const cellByCell = path.map(x => Math.round((1 - x / 50e-6) / 0.2));
    const { low } = pathsOf('read', { interval });
    expect(Math.abs(meanOf(low) - meanOf(cellByCell))).toBeLessThan(0.015);
    for (const lag of [1, 3, 8]) {
      const difference = correlation(low, size, lag) - correlation(cellByCell, cells, lag);
      expect(Math.abs(difference), `${lag}`).toBeLessThan(0.04);
    }
  });

  test('share nothing where memory is off, and keep the two levels', () => {
    const { low } = pathsOf('read', { memory: false });
    const error = 5 / Math.sqrt(low.length);
    expect(Math.abs(meanOf(low) - occupied)).toBeLessThan(error);
    for (const lag of [1, 2]) expect(Math.abs(correlation(low, size, lag))).toBeLessThan(error + 0.005);
  });

  test('of frozen copies find traps anew, and each row has its own', () => {
    const { low } = pathsOf('frozen', { samples: 60 }, 60, 60);
    const error = 5 / Math.sqrt(low.length);
    expect(Math.abs(meanOf(low) - occupied)).toBeLessThan(error);
    expect(Math.abs(correlation(low, size, 1))).toBeLessThan(error + 0.005);
    // Unit vectors of different rows meet different cells.
    expect(Math.abs(correlation(low, outputs, 1))).toBeLessThan(error + 0.005);
  });

  test('of copies in turn remember those of the same copy', () => {
    const { low } = pathsOf('frozen-read', { interval: 2e-6, copies: 3 }, 3);
    for (const lag of [1, 2, 4]) expect(Math.abs(correlation(low, size, lag)), `${lag}`).toBeLessThan(0.03);
    expect(Math.abs(correlation(low, size, 3) - Math.exp(-6e-6 / time))).toBeLessThan(0.03);
  });

  test('have the mean and the spread of their law', () => {
    const { law, chip } = pathsOf('read');
    for (const i of [0, 7, size - 1]) {
      const w = chip.weights[i]!;
      expect(law.mean[i]).toBeCloseTo(w * (1 - 0.2 * occupied), 5);
      expect(law.std[i]).toBeCloseTo(0.2 * w * Math.sqrt(occupied * (1 - occupied)), 5);
    }
  });
});

test('a chip has traps in the share of its cells that the device says, which lose their own current', () => {
  const device: Device = { ...findDevice('pcm-ibm'), telegraph };
  const wide = buildNetwork(['linear 100 bias=false'], [20]);
  const posterior = {
    kind: 'moments' as const,
    method: 'test',
    parameters: wide.parameters,
    size: wide.size,
    info: {},
    mean: fillUniform(keyOf(1), new Float32Array(wide.size)).map(u => u - 0.5),
    std: new Float32Array(wide.size),
  };
  const plan = planned(posterior, wide.matrices, device);
  const chip = programChip(keyOf(4), plan, device, { kind: 'single-pulse' });
  const how = { time: 1, compensation: 'global', readNoise: true } as const;
  const { jumps, weights } = readChip(chip, device, how);
  const trapped = trappedCells(deviceKeyOf(keyOf(4)), device, plan.target.length);
  expect(Math.abs(meanOf(trapped) - 0.4)).toBeLessThan(0.04);
  let both = 0;
  for (let i = 0; i < wide.size; i++) {
    for (const k of [0, 1]) if (!trapped[2 * i + k]) expect(Math.abs(jumps![k]![i]!)).toBe(0);
    // Where both cells of a pair are trapped, both occupied take a fifth of the weight.
    if (!trapped[2 * i] || !trapped[2 * i + 1]) continue;
    both++;
    expect(jumps![0]![i]! + jumps![1]![i]!).toBeCloseTo(-0.2 * weights[i]!, 5);
  }
  expect(both).toBeGreaterThan(100);
  expect(readChip(chip, device, { ...how, readNoise: false }).jumps).toBeUndefined();
  expect(() => readChip({ ...chip, key: undefined } as unknown as typeof chip, device, how)).toThrow('telegraph noise');
});
