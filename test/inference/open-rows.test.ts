import { expect, test } from 'vitest';
import { type ChipState, calibrateReadout, entropySources } from '../../src/inference/index.ts';
import { buildNetwork } from '../../src/network/index.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';

/** One linear layer, whose outputs are sums over twelve word lines and the bias line. */
const network = buildNetwork(['dense 2'], [12]);
const weights = fillNormal(keyOf(1), new Float32Array(network.size));
const count = 4000;
const inputs = fillNormal(keyOf(2), new Float32Array(count * 12));

const readoutOf = (bits: number | null, rowsPerConversion?: number) =>
  calibrateReadout(network, weights, inputs, count, {
    inputBits: null,
    outputBits: bits,
    arrayRows: 8,
    ...(rowsPerConversion && { rowsPerConversion }),
  });

function drawn(more: Partial<ChipState>, rowsPerConversion?: number, bits: number | null = null) {
  const chip: ChipState = { network, weights, readout: readoutOf(bits, rowsPerConversion), ...more };
  const out = new Float32Array(count * 2);
  const sampler = entropySources.frozen.open(keyOf(3), chip, { entropy: 'frozen', samples: 1 });
  const events = sampler.draw(out, { inputs, count }, 0, 1);
  return { out, events, chip };
}

const variance = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, i) => sum + (v - b[i]!) ** 2, 0) / a.length;

test('sums of steps that are converted exactly are those of whole arrays', () => {
  const whole = drawn({}).out;
  // Arrays of eight lines and of five: in steps of three, two and two.
  for (const [open, reads] of [
    [3, 3 + 2],
    [4, 2 + 2],
    [1, 13],
    [8, 2],
  ] as const) {
    const { out, events } = drawn({}, open);
    expect(variance(out, whole)).toBeLessThan(1e-11);
    expect(events).toMatchObject({
      reads: count * reads,
      conversions: count * 2 * reads,
      inputConversions: count * 12,
    });
  }
});

test('converters round steps within the smaller range of their sums', () => {
  const [exact, bits] = [drawn({}).out, 6];
  const ends = [8, 3, 1].map(open => {
    const { out, chip, events } = drawn({}, open, bits);
    const { low, high } = chip.readout.layers[0]!.output;
    const step = (high - low) / (2 ** bits - 2);
    const sums = events.conversions / count / 2;
    // Each partial sum is off by an even share of a step.
    expect(variance(out, exact) / ((sums * step ** 2) / 12)).toBeCloseTo(1, 1);
    return high;
  });
  expect(ends[1]! / ends[0]!).toBeLessThan(0.9);
  expect(ends[2]! / ends[1]!).toBeLessThan(0.9);
});

/** Noise of a read, where lines have these variances. */
function noise(lineVariance: (line: number) => number, open?: number): Float32Array {
  const variances = new Float32Array(network.size).map((_, i) => lineVariance(Math.floor(i / 2)));
  const [quiet, noisy] = [drawn({}, open).out, drawn({ variances }, open).out];
  return noisy.map((value, i) => value - quiet[i]!);
}

const product = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0) / a.length;

test('read noise of all steps together has the law of whole arrays', () => {
  const lineVariance = (line: number) => 0.01 * (1 + line);
  let asked = 0;
  for (let r = 0; r < 13; r++) {
    for (let n = 0; n < count; n++) asked += ((r < 12 ? inputs[n * 12 + r]! : 1) ** 2 * lineVariance(r)) / count;
  }
  for (const open of [undefined, 5, 2]) {
    const own = noise(lineVariance, open);
    expect(product(own, own) / asked).toBeCloseTo(1, 1);
  }
});

test('each step draws noise of its own', () => {
  const [line0, line1, line2] = [0, 1, 2].map(line => (r: number) => (r === line ? 0.01 : 0));
  const shared = (a: Float32Array, b: Float32Array) => product(a, b) / Math.sqrt(product(a, a) * product(b, b));
  // Lines of one step share a number, whose size goes by each input.
  expect(shared(noise(line0!, 2), noise(line1!, 2))).toBeGreaterThan(0.5);
  expect(Math.abs(shared(noise(line0!, 2), noise(line2!, 2)))).toBeLessThan(0.05);
  expect(shared(noise(line0!), noise(line2!))).toBeGreaterThan(0.5);
});
