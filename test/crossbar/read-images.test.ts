import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Converter } from '../../src/crossbar/index.ts';
import { driveLines, readImages, readsImages, readTiles, Scratch, tileLayer } from '../../src/crossbar/index.ts';
import { type Activation, type Convolution, kernels, windowGrid } from '../../src/kernels/index.ts';
import { fillNormal, fold, keyOf } from '../../src/random/index.ts';
import { sameBits } from '../kernels/backends.ts';

const size = fc.integer({ min: 1, max: 4 });
const pad = fc.integer({ min: 0, max: 2 });

const convolutions = fc
  .record({
    groups: fc.integer({ min: 1, max: 3 }),
    part: size,
    own: fc.integer({ min: 1, max: 19 }),
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(8, 10, 16, 32)),
    kernelHeight: size,
    kernelWidth: size,
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    padding: fc.tuple(pad, pad, pad, pad),
  })
  .map(({ part, own, ...rest }): Convolution => ({ ...rest, channels: rest.groups * part, outputs: rest.groups * own }))
  .filter(shape => windowGrid(shape).rows >= 1 && windowGrid(shape).columns >= 1);

/** Zero may be no level and even out of range, so that what stands around an image is converted like the rest. */
const inputs = fc.constantFrom<Converter | undefined>(
  undefined,
  { bits: 4, low: -1.5, high: 1.5 },
  { bits: 3, low: -0.7, high: 1.3, code: 'straight' },
  { bits: 3, low: 0.2, high: 1.3, code: 'straight' },
);

const cases = fc.record({
  shape: convolutions,
  bias: fc.boolean(),
  tiles: fc.integer({ min: 1, max: 4 }),
  copies: fc.integer({ min: 1, max: 3 }),
  count: fc.integer({ min: 1, max: 3 }),
  shared: fc.boolean(),
  held: fc.constantFrom<number>(1, 2, 4),
  matrix: fc.integer({ min: 0, max: 3 }),
  noise: fc.boolean(),
  input: inputs,
  output: fc.constantFrom<Converter | undefined>(undefined, { bits: 5, low: -1, high: 1 }),
  errors: fc.subarray(['range', 'gainError', 'offset', 'noise'] as const),
  activation: fc.constantFrom<Activation>('linear', 'relu', 'tanh', 'hardtanh'),
});

type Case = typeof cases extends fc.Arbitrary<infer C> ? C : never;

const normals = (key: number, count: number) => fillNormal(keyOf(key), new Float32Array(count));

/** One group of channels of a case, with what it is read with. */
function groupOf(of: Case, group: number) {
  const { shape, bias, tiles, copies, count, shared, errors, noise, held } = of;
  const grid = windowGrid(shape);
  const positions = grid.rows * grid.columns;
  const patch = (shape.channels / shape.groups) * shape.kernelHeight * shape.kernelWidth;
  const [lines, outputs] = [patch + (bias ? 1 : 0), shape.outputs / shape.groups];
  const edges = Array.from({ length: tiles + 1 }, (_, t) => Math.round((t * lines) / tiles));
  const positive = (key: number) => normals(key, outputs).map(x => 0.7 + Math.abs(x));
  const columns = {
    ...(errors.includes('range') && { range: positive(5) }),
    ...(errors.includes('gainError') && { gainError: normals(6, outputs).map(x => 0.1 * x) }),
    ...(errors.includes('offset') && { offset: normals(7, outputs).map(x => 0.1 * x) }),
    ...(errors.includes('noise') && { noise: { key: keyOf(8), std: 0.2 } }),
  };
  const drive = {
    ...{ copies: held, count, inputs: patch, outputs, bias, shared },
    boundaries: [...new Set(edges)],
    input: of.input,
    output: of.output,
    ...(errors.length > 0 && { columns }),
    ...(noise && {
      readNoise: { key: fold(keyOf(4), group), variance: normals(3, held * lines * outputs).map(x => x * x) },
    }),
  };
  const layer = tileLayer(new Float32Array(), normals(2, held * lines * outputs), held, drive);
  const rows = Uint32Array.from({ length: count }, (_, i) => 7 * i + 3);
  const pass = {
    ...{ copies, matrix: of.matrix % held, sample: 5, count: count * positions, shared },
    ...{ again: copies > held, rows, positions },
  };
  return { layer, pass, positions, patch, outputs };
}

const imagesOf = ({ shape, copies, count, shared }: Case) =>
  normals(1, (shared ? 1 : copies) * count * shape.channels * shape.height * shape.width);

function byImages(of: Case): { y: Float32Array; counts: number[] } {
  const { shape: convolution, copies, count, activation } = of;
  const counts = [0, 0];
  let y = new Float32Array();
  for (let group = 0; group < convolution.groups; group++) {
    const { layer, pass, positions } = groupOf(of, group);
    if (group === 0) y = new Float32Array(copies * count * convolution.outputs * positions);
    const found = readImages(y, imagesOf(of), layer, { convolution, group, activation }, pass);
    counts[0]! += found.inputs;
    counts[1]! += found.outputs;
  }
  return { y, counts };
}

/** The same with gathered windows, a product for each tile, and sums put into planes. */
function byWindows(of: Case): { y: Float32Array; counts: number[] } {
  const { shape, copies, count, shared, activation } = of;
  const counts = [0, 0];
  let y = new Float32Array();
  for (let group = 0; group < shape.groups; group++) {
    const { layer, pass, positions, patch, outputs } = groupOf(of, group);
    if (group === 0) y = new Float32Array(copies * count * shape.outputs * positions);
    const images = (shared ? 1 : copies) * count;
    const windows = new Float32Array(images * positions * patch);
    const part = shape.channels / shape.groups;
    const channels = { firstChannel: group * part, patchChannels: part, bias: false };
    kernels().patches(windows, imagesOf(of), images, { ...shape, ...channels });
    const scratch = new Scratch(length => new Float32Array(length));
    const driven = driveLines(layer, windows, images * positions, scratch, 'x');
    const sums = new Float32Array(copies * count * positions * outputs);
    counts[0]! += driven.saturated * (shared ? copies : 1);
    counts[1]! += readTiles(sums, driven, layer, pass, scratch);
    for (let n = 0; n < copies * count; n++) {
      for (let p = 0; p < positions; p++) {
        for (let j = 0; j < outputs; j++) {
          const to = (n * shape.outputs + group * outputs + j) * positions + p;
          y[to] = sums[(n * positions + p) * outputs + j]!;
        }
      }
    }
  }
  if (activation !== 'linear') kernels().unary(activation, y, y);
  return { y, counts };
}

const plain: Case = {
  shape: {
    ...{ channels: 3, height: 8, width: 16, kernelHeight: 3, kernelWidth: 3, stride: 1 },
    ...{ padding: [1, 1, 1, 1], outputs: 21, groups: 1 },
  },
  ...{ bias: true, tiles: 2, copies: 3, count: 7, shared: false, held: 4, matrix: 1, noise: true },
  ...{ input: { bits: 4, low: -1, high: 1 }, output: { bits: 6, low: -3, high: 3 }, errors: [], activation: 'relu' },
};

describe.skipIf(!kernels().convolveTiles)('tiles read for whole images', () => {
  afterEach(() => kernels().setThreads(2));

  test('have the bits of gathered windows, and as many inputs and sums out of range', () => {
    fc.assert(
      fc.property(cases, of => {
        const [images, windows] = [byImages(of), byWindows(of)];
        expect(images.counts).toEqual(windows.counts);
        expect(Array.from(images.y)).toEqual(Array.from(windows.y));
      }),
      { numRuns: 150 },
    );
  });

  test('have the same bits on any number of threads and in any pieces', () => {
    for (const shared of [false, true]) {
      for (const held of [1, 2, 4]) {
        const of = { ...plain, shared, held };
        kernels().setThreads(1);
        const alone = byImages(of).y;
        kernels().setThreads(5);
        expect(sameBits(byImages(of).y, alone)).toBe(true);
        const { layer, pass, positions } = groupOf(of, 0);
        const [from, image, result] = [3, 3 * 8 * 16, 21 * positions];
        const piece = new Float32Array(2 * result);
        const of1 = {
          ...pass,
          copies: 1,
          matrix: (pass.matrix + 1) % held,
          sample: pass.sample + 1,
          count: 2 * positions,
        };
        const at = (shared ? 0 : of.count) + from;
        const images = imagesOf(of).subarray(at * image, (at + 2) * image);
        const group = { convolution: of.shape, group: 0, activation: of.activation };
        readImages(piece, images, layer, group, { ...of1, rows: pass.rows.subarray(from, from + 2) });
        const first = (of.count + from) * result;
        expect(sameBits(piece, alone.subarray(first, first + 2 * result))).toBe(true);
      }
    }
  });

  test('noise has the variance of the cells that inputs drive', () => {
    const of = { ...plain, count: 1, copies: 1, output: undefined, activation: 'linear' as const };
    const { layer, pass } = groupOf(of, 0);
    const group = { convolution: of.shape, group: 0, activation: of.activation };
    const [still, moving] = [new Float32Array(21 * 128), new Float32Array(21 * 128)];
    readImages(still, imagesOf(of), { ...layer, variances: undefined }, group, pass);
    const one = { ...layer, weights: layer.variances! };
    const variance = new Float32Array(21 * 128);
    // Levels of the 4-bit inputs, whose squares are exact in single precision.
    const squares = imagesOf(of).map(x => (Math.max(-7, Math.min(7, Math.round(x * 7))) / 7) ** 2);
    const ideal = { ...one, variances: undefined, input: { bits: null, low: -1, high: 1 } };
    readImages(variance, squares, ideal, group, pass);
    let total = 0;
    for (let sample = 0; sample < 8; sample++) {
      readImages(moving, imagesOf(of), layer, group, { ...pass, sample });
      for (let i = 0; i < moving.length; i++) total += (moving[i]! - still[i]!) ** 2 / variance[i]!;
    }
    const draws = 8 * moving.length;
    expect(Math.abs(total / draws - 1)).toBeLessThan(4 * Math.sqrt(2 / draws));
  });

  test('are not for noise that is remembered, slots and rounded operands', () => {
    const { layer } = groupOf(plain, 0);
    expect(readsImages(layer, undefined)).toBe(true);
    expect(readsImages(layer, new Float32Array(9))).toBe(false);
    expect(readsImages({ ...layer, slot: 0.1 }, undefined)).toBe(false);
    expect(readsImages({ ...layer, precision: 'bf16' }, undefined)).toBe(false);
  });

  test('refuse arrays that are too short, overlap, or hold too few copies', () => {
    const { layer, pass } = groupOf(plain, 0);
    const group = { convolution: plain.shape, group: 0, activation: plain.activation };
    const y = new Float32Array(21 * 21 * 128);
    const read = (out: Float32Array, x: Float32Array, more: object = {}, other = group) =>
      readImages(out, x, { ...layer, ...more }, other, pass);
    expect(() => read(y.subarray(1), imagesOf(plain))).toThrow(/shorter/);
    expect(() => read(y, imagesOf(plain).subarray(1))).toThrow(/shorter/);
    expect(() => read(y, y)).toThrow(/overlap/);
    expect(() => read(y, imagesOf(plain), { copies: 5 })).toThrow(/shorter/);
    expect(() => read(y, imagesOf(plain), {}, { ...group, group: 1 })).toThrow(/not there/);
    expect(() => read(y, imagesOf(plain), { boundaries: Int32Array.of(0, 5, 9) })).toThrow(/boundaries/);
  });
});
