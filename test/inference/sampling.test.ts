import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import {
  addEvents,
  type ChipState,
  calibrateReadout,
  collect,
  type Events,
  entropySources,
  noEvents,
  predictChip,
  type Sampler,
} from '../../src/inference/index.ts';
import { buildNetwork, type Network } from '../../src/network/index.ts';
import { fillNormal, fillUniform, keyOf } from '../../src/random/index.ts';

const key = keyOf(3);
const [rows, samples] = [23, 7];

/** A chip with read noise and converters of every fault, on tiles of a few word lines. */
function chipOf(
  network: Network,
  width: number,
  more: Partial<Parameters<typeof calibrateReadout>[4]> = {},
): ChipState {
  const weights = fillNormal(keyOf(1), new Float32Array(samples * network.size)).map(z => 0.5 * z);
  const readout = calibrateReadout(network, weights, inputsOf(width), rows, {
    inputBits: 6,
    outputBits: 7,
    arrayRows: 5,
    share: 0.9,
    errors: { gainError: 0.02, offset: 0.01, noise: 0.01 },
    ...more,
  });
  return {
    network,
    weights,
    variances: fillUniform(keyOf(4), new Float32Array(weights.length)).map(u => 0.02 * u),
    readout,
    converterKey: keyOf(5),
    readCorrelation: lag => Math.exp(-lag / 3e-6),
  };
}

const inputsOf = (width: number) => fillNormal(keyOf(2), new Float32Array(rows * width));
const dense = chipOf(buildNetwork(['dense 9 tanh', 'dense 6 relu', 'dense 3'], [8]), 8);
const plain = chipOf(buildNetwork(['dense 9 tanh', 'dense 3'], [8]), 8, {
  inputBits: null,
  outputBits: null,
  arrayRows: 64,
  errors: undefined,
});
const images = chipOf(
  buildNetwork(['conv2d 4 3x3 relu', 'conv2d 4 2x2 tanh groups=2', 'flatten', 'dense 3'], [1, 6, 6]),
  36,
);
const rounded = chipOf(buildNetwork(['dense 9 tanh', 'dense 3'], [8]), 8, { precision: 'bf16' });

const reads = { entropy: 'read', batch: 1, interval: 1e-6 } as const;
const frozen = (chip: ChipState) => entropySources.frozen.open(key, chip, { entropy: 'frozen', samples });
const read = (chip: ChipState, memory: boolean, count = samples) =>
  entropySources.read.open(key, chip, { ...reads, samples: count, memory });

const cases: readonly [string, ChipState, number, () => Sampler][] = [
  ['frozen copies', dense, 8, () => frozen(dense)],
  ['frozen copies with ideal converters', plain, 8, () => frozen(plain)],
  ['frozen copies of a convolution', images, 36, () => frozen(images)],
  ['frozen copies in bfloat16', rounded, 8, () => frozen(rounded)],
  ['white reads', dense, 8, () => read(dense, false)],
  ['reads with memory', dense, 8, () => read(dense, true)],
  ['reads of a convolution with memory', images, 36, () => read(images, true)],
];

const draw = (sampler: Sampler, width: number, chosen: readonly number[], first: number, count: number) => {
  const inputs = new Float32Array(chosen.length * width);
  chosen.forEach((row, i) => {
    inputs.set(inputsOf(width).subarray(row * width, (row + 1) * width), i * width);
  });
  const values = new Float32Array(count * chosen.length * 3);
  const events = sampler.draw(values, { inputs, count: chosen.length, numbers: chosen }, first, count);
  return { values, events };
};
const all = [...Array(rows).keys()];

describe.each(cases)('%s', (_name, chip, width, open) => {
  const whole = draw(open(), width, all, 0, samples);

  it('give the same bits for any rows and samples in any order', () => {
    const sampler = open();
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: rows - 1 }), { minLength: 1 }),
        fc.integer({ min: 0, max: samples - 1 }),
        fc.integer({ min: 1, max: samples }),
        (chosen, first, most) => {
          const count = Math.min(most, samples - first);
          const { values } = draw(sampler, width, chosen, first, count);
          for (let s = 0; s < count; s++) {
            chosen.forEach((row, i) => {
              const at = (s * chosen.length + i) * 3;
              const from = ((first + s) * rows + row) * 3;
              expect(values.slice(at, at + 3)).toEqual(whole.values.slice(from, from + 3));
            });
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it('add up to the events of the whole, whatever the cut', () => {
    const sampler = open();
    let events: Events = noEvents;
    for (const part of [all.slice(0, 9), all.slice(9)]) {
      const inputs = inputsOf(width).slice(part[0]! * width, (part.at(-1)! + 1) * width);
      const given = { inputs, count: part.length, numbers: part };
      for (const [first, count] of [
        [0, 3],
        [3, 4],
      ] as const) {
        const out = new Float32Array(count * part.length * 3);
        events = addEvents(events, sampler.draw(out, given, first, count));
      }
    }
    expect(events).toEqual(whole.events);
    expect(events.saturation.outputsOf).toBe(chip === plain ? 0 : events.conversions);
    expect(events.saturation.inputs > 0).toBe(chip !== plain);
  });

  it('are handed over in blocks of rows with all samples', async () => {
    const cut: Sampler = { ...open(), piece: { rows: 4, samples: 2 } };
    const given = { inputs: inputsOf(width), count: rows };
    let turns = 0;
    const job = { ...jobOf(), turn: () => void turns++ };
    const { outputs, events } = await collect(cut, 3, given, { first: 0, count: samples }, job);
    expect(outputs.values).toEqual(whole.values);
    expect(events).toEqual(whole.events);
    expect(turns).toBe(6 * 4);
    const seen: number[] = [];
    await predictChip(
      open(),
      3,
      { ...given, numbers: all.map(row => row + 1) },
      { first: 2, count: 3 },
      job,
      (block, at) => {
        expect(block.values.length).toBe(3 * block.count * 3);
        seen.push(at, block.count);
        // Other numbers, other noise.
        expect(block.values).not.toEqual(whole.values.subarray(0, block.values.length));
      },
    );
    expect(seen.length).toBeGreaterThan(0);
  });
});

it('more samples leave earlier ones as they were', () => {
  const few = draw(read(dense, false, 4), 8, all, 0, 4).values;
  expect(draw(read(dense, false, 64), 8, all, 0, 4).values).toEqual(few);
  // What reads remember goes by the schedule that is declared, of which more or fewer samples are drawn.
  const declared = draw(read(dense, true, 64), 8, all, 0, 64).values;
  expect(draw(read(dense, true, 64), 8, all, 0, 4).values).toEqual(declared.subarray(0, few.length));
  const copies = { ...dense, weights: dense.weights.slice(0, 3 * dense.network.size) };
  const some = entropySources.frozen.open(key, copies, { entropy: 'frozen', samples: 3 });
  expect(draw(some, 8, all, 0, 3).values).toEqual(draw(frozen(dense), 8, all, 0, 3).values);
});

it('a prediction can be stopped between pieces', async () => {
  const stop = new AbortController();
  const cut: Sampler = { ...frozen(dense), piece: { rows: 2, samples: 1 } };
  let pieces = 0;
  const job = jobOf({ signal: stop.signal, progress: () => void (++pieces === 5 && stop.abort(new Error('stopped'))) });
  const done = predictChip(cut, 3, { inputs: inputsOf(8), count: rows }, { first: 0, count: samples }, job, () => {});
  await expect(done).rejects.toThrow('stopped');
  expect(pieces).toBe(5);
});

describe('noise', () => {
  const many = 20_000;
  /** Samples of a chip of zero weights, whose outputs are its noise: [many, outputs]. */
  const noiseOf = (network: Network, width: number, arrayRows: number, more: Partial<ChipState> = {}, noise = 0) => {
    const weights = new Float32Array(network.size);
    const inputs = new Float32Array(many * width).fill(1);
    const ideal = calibrateReadout(network, weights, inputs, 4, { inputBits: null, outputBits: null, arrayRows });
    const output = { bits: 16, low: -1, high: 1 };
    const errors = { gainError: 0, offset: 0, noise };
    const readout = noise > 0 ? { ...ideal, layers: ideal.layers.map(layer => ({ ...layer, output })), errors } : ideal;
    const variances = new Float32Array(network.size).fill(0.01);
    const chip = { network, weights, variances, readout, converterKey: keyOf(5), ...more };
    const values = new Float32Array(many * network.outputs);
    entropySources.frozen
      .open(key, chip, { entropy: 'frozen', samples: 1 })
      .draw(values, { inputs, count: many }, 0, 1);
    return values;
  };
  const variance = (values: Float32Array) => values.reduce((total, v) => total + v * v, 0) / values.length;

  it('of tiles and of columns is independent', () => {
    // Eight inputs and the bias line, on tiles of 4, 4 and 1; a shared key would add spreads instead of variances.
    const values = noiseOf(buildNetwork(['linear 2'], [8]), 8, 4);
    expect(Math.abs(variance(values) / 0.09 - 1)).toBeLessThan(4 * Math.sqrt(2 / values.length));
    let product = 0;
    for (let i = 0; i < many; i++) product += values[2 * i]! * values[2 * i + 1]!;
    expect(Math.abs(product / many / 0.09)).toBeLessThan(4 / Math.sqrt(many));
  });

  it('of groups and of positions is independent', () => {
    // Two groups of one column at two positions each: four outputs, no two alike.
    const network = buildNetwork(['conv2d 2 1x1 groups=2', 'flatten'], [2, 1, 2]);
    const values = noiseOf(network, 4, 8);
    for (let a = 0; a < 4; a++) {
      for (let b = 0; b < a; b++) {
        let product = 0;
        for (let i = 0; i < many; i++) product += values[4 * i + a]! * values[4 * i + b]!;
        expect(Math.abs(product / many / 0.02)).toBeLessThan(4 / Math.sqrt(many));
      }
    }
  });

  it('of cells and of conversions is independent', () => {
    const network = buildNetwork(['linear 2'], [8]);
    // Both of spread 0.05, well within the converter's range of 1.
    const variances = new Float32Array(network.size).fill(0.0025 / 9);
    const values = noiseOf(network, 8, 16, { variances }, 0.05);
    expect(Math.abs(variance(values) / 0.005 - 1)).toBeLessThan(4 * Math.sqrt(2 / values.length));
  });
});

it.each(['of conversions', 'of reads'])('noise %s of one layer is independent of that of the next', kind => {
  // A layer of zero weights and one that passes its noise on: a shared key would double the spread, not add squares.
  const width = 4;
  const network = buildNetwork(['linear 4', 'linear 4'], [width]);
  const weights = new Float32Array(network.size);
  const { weight, columns } = network.matrices[1]!;
  for (let j = 0; j < width; j++) weights[weight.offset + j * columns + j] = 1;
  const many = 5000;
  const inputs = new Float32Array(many * width);
  const std = 0.1;
  const converters = kind === 'of conversions';
  const [ideal, fine] = [
    { bits: null, low: -1, high: 1 },
    { bits: 16, low: -1, high: 1 },
  ];
  const chip: ChipState = {
    network,
    weights,
    readout: {
      layers: network.matrices.map(() => ({ input: ideal, output: converters ? fine : ideal })),
      arrayRows: 64,
      ...(converters && { errors: { gainError: 0, offset: 0, noise: std } }),
    },
    ...(converters ? { converterKey: keyOf(5) } : { variances: new Float32Array(network.size).fill(std ** 2) }),
  };
  const values = new Float32Array(many * width);
  entropySources.frozen.open(key, chip, { entropy: 'frozen', samples: 1 }).draw(values, { inputs, count: many }, 0, 1);
  const variance = values.reduce((total, v) => total + v * v, 0) / values.length;
  // Reads of the second layer also multiply the noise of the first: 4 % more.
  const expected = std ** 2 * (converters ? 2 : 2 + width * std ** 2);
  expect(Math.abs(variance / expected - 1)).toBeLessThan(5 * Math.sqrt(2 / values.length));
});
