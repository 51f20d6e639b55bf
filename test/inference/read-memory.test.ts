import { describe, expect, test } from 'vitest';
import { CellStates } from '../../src/crossbar/cell-states.ts';
import { layerMemory, type ReadMemory } from '../../src/crossbar/index.ts';
import { blockOf } from '../../src/crossbar/read-memory.ts';
import { findDevice, readCorrelation, relaxationsPerDecade } from '../../src/device/index.ts';
import { chipSampler } from '../../src/inference/chip-sampler.ts';
import type { Readout } from '../../src/inference/index.ts';
import { buildNetwork, type Network } from '../../src/network/index.ts';
import { fillNormal, fillUniform, keyOf } from '../../src/random/index.ts';

const device = findDevice('pcm-ibm');
const interval = 1e-4;
const shared = (lag: number) => readCorrelation(device, lag * interval, 86_400);
const relaxations = relaxationsPerDecade(shared);

describe('relaxations of read noise', () => {
  test('follow 1/f noise within 0.02 over nine decades', () => {
    for (let i = 0; i <= 60; i++) {
      const lag = 10 ** (i / 10);
      const found = relaxations.reduce((sum, { weight, time }) => sum + weight * Math.exp(-lag / time), 0);
      expect(Math.abs(found - shared(lag)), `${lag}`).toBeLessThan(0.02);
    }
    expect(relaxations.reduce((sum, { weight }) => sum + weight, 0)).toBeLessThanOrEqual(1 + 1e-9);
  });
});

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('states of cells', () => {
  const cells = 6000;
  const of = layerMemory({ samples: 10, copies: 1, batch: 1, stride: 10, relaxations }, 128, 1);
  const states = () => new CellStates(keyOf(1), of, new Float32Array(cells).fill(4));

  test('keep the variance and the correlation of what lasts', () => {
    const slow = relaxations.filter(({ time }) => time >= 4 * of.block);
    const one = states();
    const first = one.offsets({ batch: 0, block: 0 }).slice();
    for (const blocks of [0, 1, 3, 10, 30]) {
      const other = one.offsets({ batch: 0, block: blocks });
      const found = mean(Array.from(first, (x, i) => (x * other[i]!) / 4));
      const lag = blocks * of.block;
      const wanted = slow.reduce((sum, { weight, time }) => sum + weight * Math.exp(-lag / time), 0);
      expect(Math.abs(found - wanted), `${blocks}`).toBeLessThan(0.06);
    }
  });

  test('have the variance of their parts in every block, and forget each in its time', () => {
    const two = [
      { weight: 0.25, time: 40 },
      { weight: 0.5, time: 400 },
    ];
    const memory = layerMemory({ samples: 10, copies: 1, batch: 1, stride: 1000, relaxations: two }, 8, 1);
    expect(memory.levels.map(({ between }) => between)).toEqual(['anew', 'bridged']);
    const one = new CellStates(keyOf(2), memory, new Float32Array(cells).fill(4));
    const at = (read: number, batch = 0) => one.offsets({ batch, block: Math.floor(read / memory.block) }).slice();
    const covariance = (a: ArrayLike<number>, b: ArrayLike<number>) => mean(Array.from(a, (x, i) => (x * b[i]!) / 4));
    const first = at(0);
    for (const lag of [0, 16, 80, 240]) {
      const other = at(lag);
      const wanted = two.reduce((sum, { weight, time }) => sum + weight * Math.exp(-lag / time), 0);
      expect(Math.abs(covariance(other, other) - 0.75), `${lag}`).toBeLessThan(0.06);
      expect(Math.abs(covariance(first, other) - wanted), `${lag}`).toBeLessThan(0.06);
    }
    // From one batch to the next: reads of both count from the start of the first, 1,000 apart.
    for (const [read, next] of [
      [0, 0],
      [600, 0],
      [960, 0],
      [600, 200],
      [960, 960],
    ] as const) {
      const wanted = 0.5 * Math.exp(-(1000 + next - read) / 400);
      const [before, after] = [at(read), at(next, 1)];
      expect(Math.abs(covariance(before, after) - wanted), `${read} ${next}`).toBeLessThan(0.06);
      expect(Math.abs(covariance(before, before) - 0.75), `${read}`).toBeLessThan(0.06);
    }
  });

  test('count reads of a batch in turn, sample after sample', () => {
    const memory = layerMemory(
      { samples: 5, copies: 1, batch: 3, stride: 15, relaxations: [{ weight: 0.6, time: 2 }] },
      8,
      1,
    );
    expect(memory.block).toBe(1);
    // Rows 3, 4, 5 follow the 15 reads of rows 0, 1, 2.
    expect([0, 1, 2, 3, 4].map(row => blockOf(memory, row, 2))).toEqual([
      { batch: 0, block: 6 },
      { batch: 0, block: 7 },
      { batch: 0, block: 8 },
      { batch: 1, block: 6 },
      { batch: 1, block: 7 },
    ]);
    // Samples of one row are three reads apart: M Mᵀ is what they share.
    const product = (m: number, n: number) =>
      [0, 1, 2, 3, 4].reduce((sum, k) => sum + memory.mixing[m * 5 + k]! * memory.mixing[n * 5 + k]!, 0);
    expect(product(3, 3)).toBeCloseTo(1, 5);
    expect(product(3, 2)).toBeCloseTo(0.6 * Math.exp(-1.5), 5);
    expect(product(0, 2)).toBeCloseTo(0.6 * Math.exp(-3), 5);
  });

  test('are those of their block, in whatever order blocks are asked for', () => {
    const forward = states();
    const all = [0, 5, 255, 256, 700].map(block => forward.offsets({ batch: 0, block }).slice());
    const backward = states();
    for (const [i, block] of [700, 256, 255, 5, 0].entries()) {
      expect(backward.offsets({ batch: 0, block })).toEqual(all[4 - i]);
    }
  });
});

/** The same for every copy. */
const repeated = (values: Float32Array, copies: number) =>
  Float32Array.from({ length: copies * values.length }, (_, i) => values[i % values.length]!);

/** Reads without converters of weights that are 0, so that outputs are noise alone; `noisy` names matrices with noise. */
function noiseOf(network: Network, inputs: Float32Array, rows: number, memory: ReadMemory, noisy: readonly number[]) {
  const { copies } = memory;
  const ideal = { bits: null, low: -1e3, high: 1e3 };
  const readout: Readout = { layers: network.matrices.map(() => ({ input: ideal, output: ideal })), arrayRows: 4096 };
  const weights = new Float32Array(network.size);
  const variances = new Float32Array(network.size);
  network.matrices.forEach(({ weight, bias }, m) => {
    const end = (bias ?? weight).offset + (bias ?? weight).size;
    if (m + 1 < network.matrices.length) fillNormal(keyOf(5), weights.subarray(weight.offset, end));
    if (noisy.includes(m)) fillUniform(keyOf(6), variances.subarray(weight.offset, end));
  });
  const sampler = chipSampler(
    keyOf(7),
    { network, weights: repeated(weights, copies), variances: repeated(variances, copies), readout },
    { copies, samples: memory.samples, memory },
  );
  const out = new Float32Array(memory.samples * rows * network.outputs);
  sampler.draw(out, { inputs, count: rows }, 0, memory.samples);
  return { out, variances, sampler };
}

describe('reads of one chip', () => {
  const [rows, samples] = [5, 6];
  const width = 7;
  const inputs = fillNormal(keyOf(2), new Float32Array(rows * width));
  const memory = { samples, copies: 1, batch: 1, stride: samples, relaxations };
  /** Number of a read, as the schedule has it. */
  const read = (row: number, m: number, batch = 1, stride = batch * samples) =>
    Math.floor(row / batch) * stride + m * batch + (row % batch);
  const pairs: [number, number, number, number][] = [
    [0, 0, 0, 0],
    [0, 0, 0, 1],
    [0, 0, 0, 5],
    [0, 0, 1, 0],
    [0, 2, 4, 3],
    [3, 1, 4, 1],
  ];

  /** What two reads share: all of one row, of different rows what lasts for four reads at least. */
  const law = ([row, m, row2, m2]: readonly number[], batch = 1, stride = batch * samples) => {
    const lag = Math.abs(read(row!, m!, batch, stride) - read(row2!, m2!, batch, stride));
    if (row === row2) return shared(lag);
    return relaxations.reduce((sum, { weight, time }) => sum + (time >= 4 ? weight * Math.exp(-lag / time) : 0), 0);
  };

  /** Mean over columns of y y′ over Σ x x′ σ², for two reads. */
  function ratio(
    out: Float32Array,
    x: (m: number, row: number) => ArrayLike<number>,
    variance: (r: number, j: number) => number,
    columns: number,
    [r, m, r2, m2]: readonly number[],
  ) {
    let [found, wanted] = [0, 0];
    const [a, b] = [x(m!, r!), x(m2!, r2!)];
    for (let j = 0; j < columns; j++) {
      found += out[(m! * rows + r!) * columns + j]! * out[(m2! * rows + r2!) * columns + j]!;
      for (let i = 0; i <= a.length; i++) wanted += (i < a.length ? a[i]! * b[i]! : 1) * variance(i, j);
    }
    return { found: found / columns, wanted: wanted / columns };
  }

  /** Root of the product of their variances. */
  const sizeOf = (...[out, x, variance, columns, [r, m, r2, m2]]: Parameters<typeof ratio>) =>
    Math.sqrt(
      ratio(out, x, variance, columns, [r!, m!, r!, m!]).wanted *
        ratio(out, x, variance, columns, [r2!, m2!, r2!, m2!]).wanted,
    );

  test.each([
    [1, 6],
    [5, 30],
    [1, 4000],
  ])('share ρ Σ x x′ σ² across samples and rows, %d rows in turn, %d reads from batch to batch', (batch, stride) => {
    const columns = 3000;
    const network = buildNetwork([`dense ${columns}`], [width]);
    const { out, variances } = noiseOf(network, inputs, rows, { ...memory, batch, stride }, [0]);
    const { weight } = network.matrices[0]!;
    const x = (_m: number, row: number) => inputs.subarray(row * width, (row + 1) * width);
    for (const pair of pairs) {
      const { found, wanted } = ratio(out, x, (i, j) => variances[weight.offset + i * columns + j]!, columns, pair);
      const rho = law(pair, batch, stride);
      const scale = sizeOf(out, x, (i, j) => variances[weight.offset + i * columns + j]!, columns, pair);
      expect(Math.abs(found - rho * wanted) / scale, `${pair}`).toBeLessThan(0.07);
    }
  });

  test('of a layer behind the first share it by the inputs that each read has', () => {
    const [hidden, columns] = [8, 3000];
    const deep = buildNetwork([`dense ${hidden} tanh`, `dense ${columns}`], [width]);
    const { out, variances } = noiseOf(deep, inputs, rows, memory, [0, 1]);
    const first = buildNetwork([`dense ${hidden} tanh`], [width]);
    const readout: Readout = {
      layers: [{ input: { bits: null, low: -1e3, high: 1e3 }, output: { bits: null, low: -1e3, high: 1e3 } }],
      arrayRows: 4096,
    };
    // The first layer alone draws the same noise: its outputs are what the second one is driven with.
    const weights = fillNormal(keyOf(5), new Float32Array(first.size));
    const own = { network: first, weights, variances: variances.slice(0, first.size), readout };
    const x = new Float32Array(samples * rows * hidden);
    chipSampler(keyOf(7), own, { copies: 1, samples, memory }).draw(x, { inputs, count: rows }, 0, samples);
    const at = (m: number, row: number) => x.subarray((m * rows + row) * hidden, (m * rows + row + 1) * hidden);
    expect(at(0, 0)).not.toEqual(at(1, 0));
    const { weight } = deep.matrices[1]!;
    const variance = (i: number, j: number) => variances[weight.offset + i * columns + j]!;
    for (const pair of pairs) {
      const { found, wanted } = ratio(out, at, variance, columns, pair);
      const scale = sizeOf(out, at, variance, columns, pair);
      const rho = law(pair);
      expect(Math.abs(found - rho * wanted) / scale, `${pair}`).toBeLessThan(0.07);
    }
  });

  test.each([2, 4])(
    'of %d copies in turn remember those of the same copy alone, behind the first layer too',
    copies => {
      const columns = 3000;
      const stride = samples;
      const inTurn = { ...memory, copies, stride };
      const one = buildNetwork([`dense ${columns}`], [width]);
      const { out, variances } = noiseOf(one, inputs, rows, inTurn, [0]);
      const x = (_m: number, row: number) => inputs.subarray(row * width, (row + 1) * width);
      const variance = (i: number, j: number) => variances[i * columns + j]!;
      const behind = buildNetwork(['dense 8 tanh', `dense ${columns}`], [width]);
      const deep = noiseOf(behind, inputs, rows, inTurn, [1]);
      const weights = fillNormal(keyOf(5), new Float32Array(behind.size));
      const hidden = Float32Array.from({ length: rows * 8 }, (_, at) => {
        const [row, j] = [Math.floor(at / 8), at % 8];
        const { weight, bias } = behind.matrices[0]!;
        let sum = weights[bias!.offset + j]!;
        for (let i = 0; i < width; i++) sum += inputs[row * width + i]! * weights[weight.offset + i * 8 + j]!;
        return Math.tanh(sum);
      });
      const driven = (_m: number, row: number) => hidden.subarray(row * 8, (row + 1) * 8);
      const { weight } = behind.matrices[1]!;
      const second = (i: number, j: number) => deep.variances[weight.offset + i * columns + j]!;
      for (const pair of [...pairs, [0, 0, 0, 4], [0, 0, 4, 4], [1, 1, 3, 5]]) {
        const same = (pair[1]! - pair[3]!) % copies === 0;
        const rho = same ? law(pair, 1, stride) : 0;
        const single = ratio(out, x, variance, columns, pair);
        const size = sizeOf(out, x, variance, columns, pair);
        expect(Math.abs(single.found - rho * single.wanted) / size, `${pair}`).toBeLessThan(0.07);
        const later = ratio(deep.out, driven, second, columns, pair);
        const largest = sizeOf(deep.out, driven, second, columns, pair);
        expect(Math.abs(later.found - rho * later.wanted) / largest, `${pair}`).toBeLessThan(0.07);
      }
    },
  );

  test('forget what does not last from batch to batch, and keep what does', () => {
    const two = [
      { weight: 0.4, time: 200 },
      { weight: 0.4, time: 40_000 },
    ];
    const columns = 3000;
    const network = buildNetwork([`dense ${columns}`], [width]);
    const seldom = { samples, copies: 1, batch: 1, stride: 4097, relaxations: two };
    const { out, variances } = noiseOf(network, inputs, rows, seldom, [0]);
    const x = (_m: number, row: number) => inputs.subarray(row * width, (row + 1) * width);
    const variance = (i: number, j: number) => variances[i * columns + j]!;
    for (const [r, m, r2, m2, wanted] of [
      [2, 0, 2, 0, 1],
      [2, 0, 2, 5, 0.4 * Math.exp(-5 / 200) + 0.4],
      [0, 0, 1, 0, 0.4 * Math.exp(-4097 / 40_000)],
      [0, 3, 4, 1, 0.4 * Math.exp(-(4 * 4097) / 40_000)],
    ] as const) {
      const { found, wanted: full } = ratio(out, x, variance, columns, [r, m, r2, m2]);
      const size = sizeOf(out, x, variance, columns, [r, m, r2, m2]);
      expect(Math.abs(found - wanted * full) / size, `${[r, m, r2, m2]}`).toBeLessThan(0.07);
    }
  });

  test('are nearly the same at all positions of one pass', () => {
    const channels = 2000;
    const network = buildNetwork([`conv2d ${channels} 2`], [1, 3, 3]);
    const images = fillUniform(keyOf(9), new Float32Array(rows * 9));
    const { out } = noiseOf(network, images, rows, memory, [0]);
    const positions = network.outputs / channels;
    expect(positions).toBe(4);
    const lasting = relaxations.reduce((sum, { weight, time }) => sum + (time >= 4 ? weight : 0), 0);
    const covariance = (p: number, q: number) =>
      mean(Array.from({ length: channels }, (_, c) => out[c * positions + p]! * out[c * positions + q]!));
    const r = covariance(0, 3) / Math.sqrt(covariance(0, 0) * covariance(3, 3));
    // Inputs are uniform, so that patches have most of their weights in common beside the bias.
    expect(r).toBeGreaterThan(0.8 * lasting);
    expect(r).toBeLessThan(lasting + 0.05);
  });

  test('stay as they were where there are more samples, if inputs come when they came', () => {
    const network = buildNetwork(['dense 8 tanh', 'dense 200 tanh', 'dense 3'], [width]);
    const spaced = { ...memory, stride: 50 };
    const { out } = noiseOf(network, inputs, rows, spaced, [0, 1, 2]);
    const more = noiseOf(network, inputs, rows, { ...spaced, samples: samples + 9 }, [0, 1, 2]).out;
    expect(more.subarray(0, out.length)).toEqual(out);
    const packed = noiseOf(network, inputs, rows, memory, [0, 1, 2]).out;
    expect(packed).not.toEqual(out);
  });

  test('are those of their row and sample, however they are cut', () => {
    const network = buildNetwork(['dense 8 tanh', 'dense 40 tanh', 'dense 3'], [width]);
    const { out, sampler } = noiseOf(network, inputs, rows, memory, [0, 1, 2]);
    const part = new Float32Array(2 * 2 * 3);
    sampler.draw(part, { inputs: inputs.subarray(3 * width), count: 2, numbers: [3, 4] }, 4, 2);
    for (let s = 0; s < 2; s++) {
      expect(part.subarray(s * 6, s * 6 + 6)).toEqual(out.subarray(((4 + s) * rows + 3) * 3, ((4 + s) * rows + 5) * 3));
    }
  });
});
