import { type Demand, demand } from '../base/index.ts';
import type { Posterior } from '../bayes/index.ts';
import type { Device } from '../device/index.ts';
import {
  addEvents,
  type ChipCells,
  type ChipState,
  calibrateReadout,
  type EntropySource,
  type Events,
  noEvents,
} from '../inference/index.ts';
import { buildNetwork } from '../network/index.ts';
import { fillNormal, fillUniform, fold, keyOf } from '../random/index.ts';

const [rows, width] = [11, 5];
const network = buildNetwork(['dense 6 tanh', 'dense 3'], [width]);
const inputs = fillNormal(keyOf(2), new Float32Array(rows * width));

const range = { low: 10e-6, high: 100e-6 };

/** A device whose cells differ, in the two randomnesses of programming. */
const device: Device = {
  name: 'contract',
  title: 'Cells that differ',
  provenance: 'assumption',
  cite: [],
  range,
  rest: { mean: range.low, std: 0, shape: 'normal' },
  readVoltage: 0.2,
  referenceTime: 1,
  programming: { std: () => 4e-6, deviceStd: () => 3e-6 },
  read: { std: { absolute: () => 2e-6 }, shape: 'normal', spectrum: 'white', duration: 1e-6 },
  switching: { voltage: 1, width: 0.05 },
  stuck: { high: 0, low: 0 },
};

/** Cells that are drawn anew around the means of a posterior each time, and banks of them. */
const cells: ChipCells = {
  device,
  key: keyOf(9),
  weightPerSiemens: new Float32Array(network.size).fill(0.5 / range.high),
  cellsPerCopy: 2 * network.size,
  reprogram(key, times) {
    const weights = fillNormal(key, new Float32Array(times * network.size)).map(z => 0.5 * z);
    return { weights, variances: new Float32Array(weights.length).fill(0.01) };
  },
  bank(name, targets) {
    const spread = fillNormal(fold(keyOf(6), name), new Float32Array(targets.length));
    return {
      conductance: targets.map((g, i) => g + 4e-6 * spread[i]!),
      readStd: new Float32Array(targets.length).fill(2e-6),
      share: 1,
    };
  },
};

/** A posterior of normal weights, or of signs where a source wants those. */
function posteriorFor(source: EntropySource): Posterior {
  const common = { method: 'contract', parameters: network.parameters, size: network.size, info: {} };
  const mean = fillNormal(keyOf(7), new Float32Array(network.size)).map(z => 0.5 * z);
  const std = fillUniform(keyOf(8), new Float32Array(network.size)).map(u => 0.3 * u);
  const options = source.schema.parse({ entropy: source.name });
  const lacks = (kind: Posterior['kind']) => source.lacks(device, { kind }, options, { readNoise: true });
  if (lacks('moments') === undefined || lacks('bernoulli') !== undefined) {
    return { ...common, kind: 'moments', mean, std };
  }
  const probability = std.map(s => s / 0.3);
  const magnitude = new Float32Array(network.size).fill(0.5);
  return { ...common, kind: 'bernoulli', probability, magnitude, mean: probability.map(p => p - 0.5) };
}

/** A chip with read noise, its memory, and converters with every fault, on tiles of a few word lines, not all of which are open at once. */
function chipOf(source: EntropySource, heldOnce = 0): ChipState {
  const copies = source.copies(source.schema.parse({ entropy: source.name }));
  const weights = fillNormal(keyOf(1), new Float32Array(copies * network.size)).map(z => 0.5 * z);
  return {
    network,
    heldOnce,
    weights,
    posterior: posteriorFor(source),
    cells,
    variances: fillUniform(keyOf(4), new Float32Array(weights.length)).map(u => 0.02 * u),
    readout: calibrateReadout(network, weights, inputs, rows, {
      inputBits: 6,
      outputBits: 7,
      arrayRows: 4,
      rowsPerConversion: 3,
      share: 0.9,
      errors: { gainError: 0.02, offset: 0.01, noise: 0.01 },
    }),
    converterKey: keyOf(5),
    readCorrelation: lag => Math.exp(-lag / 3e-6),
  };
}

/** A source with its usual options and a chip that it can draw from, which has so many layers once for all samples. */
function opened(source: EntropySource, seed = 3, heldOnce = 0) {
  const options = source.schema.parse({ entropy: source.name });
  const samples = source.samples(options);
  const sampler = source.open(keyOf(seed), chipOf(source, heldOnce), options);
  return { samples, sampler };
}

/** All samples of all rows in one call: [samples, rows, outputs]. */
function whole(
  source: EntropySource,
  heldOnce = 0,
): { readonly samples: number; readonly values: Float32Array; readonly events: Events } {
  const { samples, sampler } = opened(source, 3, heldOnce);
  const values = new Float32Array(samples * rows * network.outputs);
  const events = sampler.draw(values, { inputs, count: rows }, 0, samples);
  return { samples, values, events };
}

/** What every source of randomness on a chip does. */
export const entropySourceContract: readonly Demand<EntropySource>[] = [
  {
    name: 'has a default for every option',
    check({ schema, name }) {
      demand(schema.safeParse({ entropy: name }).success, `'entropy: ${name}' alone is refused.`);
      demand(!schema.safeParse({ entropy: `not ${name}` }).success, 'another name is taken for its own.');
    },
  },
  {
    name: 'asks for whole numbers of copies and samples, at least one of each',
    check(source) {
      const options = source.schema.parse({ entropy: source.name });
      for (const number of [source.copies(options), source.samples(options)]) {
        demand(Number.isInteger(number) && number >= 1, `asks for ${number}.`);
      }
    },
  },
  {
    name: 'draws the same bits for the same key, finite ones',
    check(source) {
      const [{ values }, { values: again }] = [whole(source), whole(source)];
      demand(
        values.every(value => Number.isFinite(value)),
        'an output is not finite.',
      );
      demand(
        values.every((value, i) => value === again[i]),
        'one key gave two predictions.',
      );
    },
  },
  {
    name: 'draws samples that differ',
    check(source) {
      const { values, samples } = whole(source);
      const size = rows * network.outputs;
      const moved = values.some((value, i) => value !== values[i % size]);
      demand(samples === 1 || moved, 'all samples are one.');
    },
  },
  {
    name: 'says the law of each weight, as spreads of 0 or more, where it says any',
    check(source) {
      const options = source.schema.parse({ entropy: source.name });
      const law = source.law?.(keyOf(3), chipOf(source), options);
      if (!law) return;
      demand(law.mean.length === network.size && law.std.length === network.size, 'not one number for each weight.');
      demand(law.mean.every(Number.isFinite) && law.std.every(s => s >= 0), 'a mean or a spread is no number.');
    },
  },
  ...[0, 1].map(heldOnce => ({
    name: `draws sample m of a row by the key, m, the number of the row and its inputs alone, however work is cut, ${heldOnce} layers held once`,
    check: (source: EntropySource) => checkCuts(source, heldOnce),
  })),
];

/** Rows from the last to the first, two at a time; samples in pieces of seven. */
function checkCuts(source: EntropySource, heldOnce: number): void {
  const { values, samples, events } = whole(source, heldOnce);
  const { sampler } = opened(source, 3, heldOnce);
  const { outputs } = network;
  let counted = noEvents;
  for (let last = rows; last > 0; last -= 2) {
    const numbers = [last - 1, last - 2].filter(row => row >= 0);
    const count = numbers.length;
    const own = new Float32Array(count * width);
    numbers.forEach((row, i) => {
      own.set(inputs.subarray(row * width, (row + 1) * width), i * width);
    });
    const part = { inputs: own, count, numbers };
    for (let first = 0; first < samples; first += 7) {
      const some = Math.min(7, samples - first);
      const out = new Float32Array(some * count * outputs);
      counted = addEvents(counted, sampler.draw(out, part, first, some));
      out.forEach((value, at) => {
        const m = first + Math.floor(at / (count * outputs));
        const row = numbers[Math.floor(at / outputs) % count]!;
        const expected = values[(m * rows + row) * outputs + (at % outputs)];
        demand(value === expected, `sample ${m} of row ${row} depends on what was drawn with it.`);
      });
    }
  }
  const told = (of: Events) => JSON.stringify(of);
  demand(told(counted) === told(events), `parts count ${told(counted)}, the whole ${told(events)}.`);
}
