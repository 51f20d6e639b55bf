import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  convolutionOutput,
  foldBatchNormalisation,
  gatherPatches,
  patchSize,
  pool,
  scatterOutputs,
} from '../../src/crossbar/convolution.ts';
import { forwardCopies } from '../../src/crossbar/forward.ts';
import { type ConvolutionShape, convolutionMatrix, tileBoundaries } from '../../src/crossbar/index.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';

/** The definition of a grouped convolution. */
const plain = (images: Float64Array, kernel: Float64Array, bias: Float64Array, count: number, s: ConvolutionShape) => {
  const { height, width } = convolutionOutput(s);
  const { groups = 1, stride = 1, padding = 0 } = s;
  const own = s.channels / groups;
  const out = new Float64Array(count * s.outputChannels * height * width);
  let at = 0;
  for (let n = 0; n < count; n++)
    for (let o = 0; o < s.outputChannels; o++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          let sum = bias[o]!;
          for (let c = 0; c < own; c++)
            for (let i = 0; i < s.kernelHeight; i++)
              for (let j = 0; j < s.kernelWidth; j++) {
                const [yy, xx] = [y * stride + i - padding, x * stride + j - padding];
                if (yy < 0 || yy >= s.height || xx < 0 || xx >= s.width) continue;
                const channel = Math.floor(o / (s.outputChannels / groups)) * own + c;
                sum +=
                  images[((n * s.channels + channel) * s.height + yy) * s.width + xx]! *
                  kernel[((o * own + c) * s.kernelHeight + i) * s.kernelWidth + j]!;
              }
          out[at++] = sum;
        }
  return out;
};

const shapes = fc
  .record({
    groups: fc.integer({ min: 1, max: 3 }),
    own: fc.integer({ min: 1, max: 3 }),
    outs: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 1, max: 7 }),
    width: fc.integer({ min: 3, max: 7 }),
    kernelHeight: fc.integer({ min: 1, max: 3 }),
    kernelWidth: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 2 }),
    padding: fc.integer({ min: 1, max: 2 }),
  })
  .map(
    ({ own, outs, ...s }): ConvolutionShape => ({ ...s, channels: own * s.groups, outputChannels: outs * s.groups }),
  );

describe('convolutions on tiles', () => {
  it('are the definition, whatever the tiles', () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 12 }), (shape, tileRows) => {
        const count = 2;
        const groups = shape.groups!;
        const patch = patchSize(shape);
        const columns = shape.outputChannels / groups;
        const images = fillNormal(keyOf(1), new Float64Array(count * shape.channels * shape.height * shape.width));
        const kernel = fillNormal(keyOf(2), new Float64Array(shape.outputChannels * patch));
        const bias = fillNormal(keyOf(3), new Float64Array(shape.outputChannels));
        const { height, width } = convolutionOutput(shape);
        const vectors = count * height * width;
        const out = new Float64Array(vectors * shape.outputChannels);
        const pooling = { size: 2, kind: 'average' } as const;
        const cells = count * shape.outputChannels * Math.floor(height / 2) * Math.floor(width / 2);
        const [pooled, pooledLater] = [new Float64Array(cells), new Float64Array(cells)];
        for (let g = 0; g < groups; g++) {
          const patches = new Float64Array(vectors * (patch + 1));
          gatherPatches(patches, images, count, shape, g, true);
          const matrix = new Float64Array((patch + 1) * columns);
          convolutionMatrix(matrix, kernel, bias, shape, g);
          const sums = new Float64Array(vectors * columns);
          forwardCopies(sums, patches, matrix, {
            copies: 1,
            count: vectors,
            inputs: patch + 1,
            outputs: columns,
            bias: false,
            shared: true,
            boundaries: tileBoundaries(patch + 1, tileRows),
          });
          scatterOutputs(out, sums, count, shape, g);
          scatterOutputs(pooled, sums, count, shape, g, pooling);
        }
        pool(pooledLater, out, count * shape.outputChannels, height, width, pooling);
        expect(pooled).toEqual(pooledLater);
        const wanted = plain(images, kernel, bias, count, shape);
        expect(out.length).toBe(wanted.length);
        for (let i = 0; i < wanted.length; i++) expect(out[i]).toBeCloseTo(wanted[i]!, 10);
      }),
      { numRuns: 60 },
    );
  });

  it('pool', () => {
    const image = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const out = new Float64Array(2);
    pool(out, image, 1, 3, 5, { size: 2, kind: 'max' });
    expect([...out]).toEqual([7, 9]);
    pool(out, image, 1, 3, 5, { size: 2, kind: 'average' });
    expect([...out]).toEqual([4, 6]);
    const single = Float64Array.of(0, 0, 0);
    pool(single, Float64Array.of(-3, -1, -2), 1, 1, 3, { size: 1, kind: 'max' });
    expect([...single]).toEqual([-3, -1, -2]);
  });

  it('take a batch normalisation in', () => {
    const weights = Float64Array.of(1, 2, 3, 4);
    const bias = Float64Array.of(0.5, -1);
    const norm = { mean: [1, 2], variance: [4, 0.25], scale: [2, -1], shift: [0.1, 0.2], epsilon: 0 };
    const before = (x: number[], j: number) => 1 * x[0]! * [1, 3][j]! + x[1]! * [2, 4][j]! + [0.5, -1][j]!;
    foldBatchNormalisation(weights, bias, norm);
    for (const j of [0, 1]) {
      const x = [0.3, -0.7];
      const wanted = ((before(x, j) - norm.mean[j]!) / Math.sqrt(norm.variance[j]!)) * norm.scale[j]! + norm.shift[j]!;
      expect(weights[2 * j]! * x[0]! + weights[2 * j + 1]! * x[1]! + bias[j]!).toBeCloseTo(wanted, 12);
    }
  });

  it('refuse kernels that do not fit and groups that do not divide', () => {
    const shape = { channels: 4, height: 2, width: 2, outputChannels: 4, kernelHeight: 3, kernelWidth: 3 };
    expect(() => convolutionOutput(shape)).toThrow('a kernel of 3×3 does not fit an image of 2×2 with padding 0');
    expect(() => convolutionOutput({ ...shape, padding: 1, groups: 3 })).toThrow('multiples of the 3 groups');
  });
});
