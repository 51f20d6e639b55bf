import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Convolution, windowGrid, windowReach } from '../../src/kernels/index.ts';
import { channelAffine, convolve, normalise, pool, sum, Tape } from '../../src/tensor/index.ts';
import { quantise } from '../../src/tensor/quantise.ts';
import { dot } from '../../src/tensor/reduce.ts';
import { checkGradient } from '../support/finite-differences.ts';
import { normals } from '../support/normals.ts';

const small = fc.integer({ min: 1, max: 3 });
const pad = fc.integer({ min: 0, max: 2 });

/** Convolutions of all kinds that fit their image: strides, groups, dilation, paddings of any side, signals. */
const convolution = fc
  .record({
    groups: fc.integer({ min: 1, max: 2 }),
    part: small,
    outputs: small,
    height: fc.integer({ min: 1, max: 6 }),
    width: fc.integer({ min: 3, max: 7 }),
    kernelHeight: small,
    kernelWidth: small,
    stride: fc.integer({ min: 1, max: 2 }),
    dilation: fc.integer({ min: 1, max: 3 }),
    padding: fc.tuple(pad, pad, pad, pad),
    symmetric: fc.boolean(),
  })
  .map(({ groups, part, outputs, symmetric, dilation, ...rest }): Convolution => {
    const side = rest.padding[0];
    const kernelHeight = Math.min(rest.kernelHeight, rest.height);
    const fits =
      windowReach(kernelHeight, dilation) <= rest.height && windowReach(rest.kernelWidth, dilation) <= rest.width;
    return {
      ...rest,
      groups,
      channels: groups * part,
      outputs: groups * outputs,
      kernelHeight,
      ...(fits && { dilation }),
      padding: symmetric ? [side, side, side, side] : rest.padding,
    };
  });

/** The sum that a convolution is, term by term. */
function direct(x: Float64Array, w: Float64Array, bias: Float64Array, count: number, shape: Convolution): number[] {
  const { channels, height, width, kernelHeight, kernelWidth, stride, padding, groups, outputs, dilation = 1 } = shape;
  const { rows, columns } = windowGrid(shape);
  const part = channels / groups;
  const out: number[] = [];
  for (let n = 0; n < count; n++) {
    for (let o = 0; o < outputs; o++) {
      const first = Math.floor(o / (outputs / groups)) * part;
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++) {
          let total = bias[o]!;
          for (let k = 0; k < part; k++) {
            for (let i = 0; i < kernelHeight; i++) {
              for (let j = 0; j < kernelWidth; j++) {
                const y = r * stride + i * dilation - padding[0];
                const z = c * stride + j * dilation - padding[2];
                if (y < 0 || y >= height || z < 0 || z >= width) continue;
                const weight = w[((k * kernelHeight + i) * kernelWidth + j) * outputs + o]!;
                total += weight * x[((n * channels + first + k) * height + y) * width + z]!;
              }
            }
          }
          out.push(total);
        }
      }
    }
  }
  return out;
}

const patchOf = ({ channels, groups, kernelHeight, kernelWidth }: Convolution) =>
  (channels / groups) * kernelHeight * kernelWidth;

test('a convolution is the sum of its terms', () => {
  fc.assert(
    fc.property(convolution, fc.constantFrom(1, 3), fc.nat(1000), (shape, count, seed) => {
      const imageSize = shape.channels * shape.height * shape.width;
      const [x, w, bias] = [count * imageSize, patchOf(shape) * shape.outputs, shape.outputs].map((size, i) =>
        normals(seed + i, size),
      ) as [Float64Array, Float64Array, Float64Array];
      const tape = new Tape('f64');
      const y = convolve(
        tape,
        tape.constant([count, shape.channels, shape.height, shape.width], x),
        tape.constant([patchOf(shape), shape.outputs], w),
        tape.constant([shape.outputs], bias),
        'linear',
        shape,
      );
      const expected = direct(x, w, bias, count, shape);
      expect(y.size).toBe(expected.length);
      expected.forEach((value, i) => {
        expect(y.value[i]).toBeCloseTo(value, 11);
      });
    }),
    { numRuns: 60 },
  );
});

test('batches in pieces give what single images give', () => {
  const shape: Convolution = {
    channels: 4,
    height: 32,
    width: 32,
    kernelHeight: 5,
    kernelWidth: 5,
    stride: 1,
    padding: [2, 2, 2, 2],
    outputs: 3,
    groups: 1,
  };
  const count = 11;
  const x = normals(1, count * 4096);
  const w = normals(2, 300);
  const run = (images: Float64Array) => {
    const tape = new Tape('f64');
    const weights = tape.parameter([100, 3], w);
    const input = tape.parameter([images.length / 4096, 4, 32, 32], images);
    const y = convolve(tape, input, weights, null, 'relu', shape);
    tape.backward(sum(tape, y));
    return { y: y.value, dx: input.gradient!, dw: weights.gradient! };
  };
  const all = run(x);
  const dw = new Float64Array(300);
  for (let n = 0; n < count; n++) {
    const one = run(x.slice(n * 4096, (n + 1) * 4096));
    expect(one.y.every((value, i) => Math.abs(value - all.y[n * one.y.length + i]!) < 1e-12)).toBe(true);
    expect(one.dx.every((value, i) => Math.abs(value - all.dx[n * 4096 + i]!) < 1e-12)).toBe(true);
    for (let i = 0; i < 300; i++) dw[i]! += one.dw[i]!;
  }
  expect(dw.every((value, i) => Math.abs(value - all.dw[i]!) < 1e-9)).toBe(true);
});

test('gradients of convolutions agree with central differences', () => {
  fc.assert(
    fc.property(
      convolution,
      fc.constantFrom('linear', 'tanh'),
      fc.boolean(),
      fc.nat(1000),
      (shape, f, biased, seed) => {
        const shapes = [
          [2, shape.channels, shape.height, shape.width],
          [patchOf(shape), shape.outputs],
          ...(biased ? [[shape.outputs]] : []),
        ];
        checkGradient(shapes, (t, [x, w, b]) => convolve(t, x!, w!, b ?? null, f, shape), {
          seed: seed + 1,
          domain: x => 0.5 * x,
        });
      },
    ),
    { numRuns: 15 },
  );
});

test('gradients of pooling and normalisation agree with central differences', () => {
  const side = fc.integer({ min: 2, max: 5 });
  fc.assert(
    fc.property(
      small,
      side,
      side,
      fc.integer({ min: 1, max: 2 }),
      fc.nat(1000),
      (channels, height, width, stride, s) => {
        const windows = {
          channels,
          height,
          width,
          kernelHeight: 2,
          kernelWidth: 2,
          stride,
          padding: [0, 0, 0, 0],
        } as const;
        const shape = [2, channels, height, width];
        checkGradient([shape], (t, [x]) => pool(t, x!, windows, 'average'), { seed: s + 1 });
        checkGradient([shape], (t, [x]) => pool(t, x!, windows, 'max'), { seed: s + 1 });
        checkGradient([shape], (t, [x]) => normalise(t, x!, height * width), { seed: s + 1 });
        checkGradient([shape], (t, [x]) =>
          channelAffine(t, x!, normals(s, channels), normals(s + 1, channels), height * width),
        );
      },
    ),
    { numRuns: 10 },
  );
});

test('pooling takes the mean and the largest of each window', () => {
  const tape = new Tape('f64');
  const x = tape.constant([1, 1, 2, 5], Float64Array.of(1, 2, 3, 4, 9, 5, -6, 7, 8, 9));
  const windows = {
    channels: 1,
    height: 2,
    width: 5,
    kernelHeight: 2,
    kernelWidth: 2,
    stride: 2,
    padding: [0, 0, 0, 0],
  } as const;
  expect([...pool(tape, x, windows, 'max').value]).toEqual([5, 8]);
  expect([...pool(tape, x, windows, 'average').value]).toEqual([0.5, 5.5]);
});

test('normalised runs have mean 0 and variance 1', () => {
  const tape = new Tape('f64');
  const x = tape.constant(
    [3, 50],
    normals(1, 150).map(v => 3 * v + 7),
  );
  const y = normalise(tape, x, 50).value;
  for (let run = 0; run < 3; run++) {
    const part = Array.from(y.subarray(run * 50, (run + 1) * 50));
    const mean = part.reduce((a, b) => a + b) / 50;
    expect(mean).toBeCloseTo(0, 12);
    expect(part.reduce((a, b) => a + (b - mean) ** 2, 0) / 50).toBeCloseTo(1, 5);
  }
});

test('quantisation rounds ahead and lets gradients inside the range through', () => {
  const tape = new Tape('f64');
  const x = tape.parameter([5], Float64Array.of(-2, -0.6, 0.24, 0.26, 3));
  const y = quantise(tape, x, { step: 0.5, low: -1, high: 1 });
  expect([...y.value]).toEqual([-1, -0.5, 0, 0.5, 1]);
  tape.backward(dot(tape, y, y));
  expect([...x.gradient!]).toEqual([0, -1, 0, 1, 0]);
  const inside = (v: number) => Math.sign(v) * (Math.abs(v) < 1 ? 0.1 + 0.8 * Math.abs(v) : Math.abs(v) + 0.1);
  checkGradient([[4, 5]], (t, [v]) => quantise(t, v!, { step: 0, low: -1, high: 1 }), { domain: inside });
});
