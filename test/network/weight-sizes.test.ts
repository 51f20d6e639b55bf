import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { atOnce } from '../../src/base/index.ts';
import {
  buildNetwork,
  columnScale,
  evenRanges,
  largestInputs,
  type RangeSharing,
  WeightSizes,
  weightLimits,
} from '../../src/network/index.ts';
import { normals } from '../support/normals.ts';

const network = buildNetwork(['dense 3 relu', 'dense 2'], [2]);
const { matrices, size } = network;

/** Sizes of vectors whose biases may be driven with up to 4 in the first layer and 5 in the second. */
const sizes = (vectors: Float32Array, sharing: RangeSharing, leastBiasDrive = 0) =>
  atOnce(WeightSizes.of(matrices, sharing, { vectors, size, inputs: [4, 5], leastBiasDrive }));

/** First layer [3, 3] with its biases last, then the second [4, 2]. */
const one = Float32Array.from([1, -2, 0.5, 0.25, 4, -1, 0.5, 2, 3, /* */ 10, 20, 30, 40, -50, 60, 5, 10]);

describe('ranges that hold all weights', () => {
  test('by layer are the largest weight, and bias lines are driven as the largest bias asks for', () => {
    expect(atOnce(sizes(one, 'layer').holding(1))).toEqual([
      { name: '0', limit: 4, biasDrive: 0.75 },
      { name: '1', limit: 60, biasDrive: expect.closeTo(10 / 60, 6) },
    ]);
  });

  test('by column are the largest of each column, one bias line serving all', () => {
    // Biases over limits: .5/1, 2/4, 3/1 in the first layer.
    expect(atOnce(sizes(one, 'column').holding(1))).toEqual([
      { name: '0', limit: [1, 4, 1], biasDrive: 3 },
      { name: '1', limit: [50, 60], biasDrive: expect.closeTo(10 / 60, 6) },
    ]);
  });

  test('of the network are one for all, bias lines driven with 1', () => {
    expect(atOnce(sizes(one, 'network').holding(1))).toEqual(evenRanges(matrices, 60));
  });

  test('hold biases that the largest input does not reach by being wider', () => {
    const heavy = one.slice();
    heavy[6] = 80;
    const [range] = atOnce(sizes(heavy, 'layer').holding(1));
    expect(range).toEqual({ name: '0', limit: 20, biasDrive: 4 });
  });

  test('leave out weights of 0, and are 0 where there are no others', () => {
    const pruned = one.map((w, i) => (i % 3 === 2 && i < 9 ? 0 : w));
    expect(atOnce(sizes(pruned, 'column').holding(1))[0]).toEqual({ name: '0', limit: [1, 4, 0], biasDrive: 0.5 });
    expect(atOnce(sizes(new Float32Array(size), 'layer').holding(1))[0]).toEqual({ name: '0', limit: 0, biasDrive: 0 });
  });

  test('drive bias lines with at least what is asked for, where inputs reach as far', () => {
    expect(atOnce(sizes(one, 'layer', 1).holding(1))[0]).toMatchObject({ biasDrive: 1 });
    expect(atOnce(sizes(one, 'layer', 9).holding(1))[0]).toMatchObject({ biasDrive: 4 });
  });
});

test('a quantile is that of a layer’s own weights over all vectors', () => {
  const vectors = normals(3, 400 * size);
  const draws = Float32Array.from(vectors);
  const own = [...draws.keys()].filter(i => i % size < 6).map(i => Math.abs(draws[i]!));
  const biases = [...draws.keys()].filter(i => i % size >= 6 && i % size < 9).map(i => Math.abs(draws[i]!));
  const sorted = [...own, ...biases.map(b => b / 4)].sort((a, b) => a - b);
  for (const share of [0.8, 0.95, 0.999]) {
    const { limit, biasDrive } = atOnce(sizes(draws, 'layer').holding(share))[0]! as {
      limit: number;
      biasDrive: number;
    };
    expect(limit).toBeCloseTo(sorted[Math.floor(share * sorted.length)]!, 6);
    const held = biases.map(b => b / limit).sort((a, b) => a - b)[Math.floor(share * biases.length)]!;
    expect(biasDrive).toBeCloseTo(Math.min(4, held), 5);
  }
});

test('of many vectors every weight is looked at', () => {
  const count = 40_000;
  const vectors = new Float32Array(count * size).fill(1);
  // Large where a stride that divides the row would never look.
  for (let s = 0; s < count; s++) vectors[s * size + 5] = 9;
  expect(atOnce(sizes(vectors, 'layer').holding(0.95))[0]!.limit).toBe(9);
});

test.each(['layer', 'column', 'network'] as const)('what ranges by %s clip is counted as it is clipped', sharing => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 3 * size, maxLength: 3 * size }),
      values => {
        const vectors = Float32Array.from(values);
        const all = sizes(vectors, sharing);
        for (const share of [0.5, 0.9, 1]) {
          const ranges = atOnce(all.holding(share));
          const limits = weightLimits(matrices, ranges);
          const counted = atOnce(all.counted(ranges));
          const beyond = (from: number, to: number) =>
            [...vectors.keys()].filter(
              i => i % size >= from && i % size < to && Math.abs(vectors[i]!) > limits[i % size]! * (1 + 1e-6),
            ).length;
          expect(counted.map(({ clipped }) => clipped)).toEqual([beyond(0, 9) / 27, beyond(9, 17) / 24]);
          if (share === 1) expect(counted.map(({ clipped }) => clipped)).toEqual([0, 0]);
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('given limits hold the biases where inputs reach far enough', () => {
  expect(sizes(one, 'layer').within([2, 100])).toEqual([
    { name: '0', limit: 2, biasDrive: 1.5 },
    { name: '1', limit: 100, biasDrive: expect.closeTo(0.1, 6) },
  ]);
  expect(sizes(one, 'layer').within([0.1, 100])[0]).toEqual({ name: '0', limit: 0.1, biasDrive: 4 });
  expect(sizes(one, 'network').within([2, 100])[0]).toEqual({ name: '0', limit: 2, biasDrive: 1 });
});

test('limits of weights follow matrix, column and bias line', () => {
  const ranges = [
    { name: '0', limit: [1, 2, 3], biasDrive: 0.5 },
    { name: '1', limit: 7, biasDrive: 2 },
  ];
  expect(Array.from(weightLimits(matrices, ranges))).toEqual([1, 2, 3, 1, 2, 3, 0.5, 1, 1.5, 7, 7, 7, 7, 7, 7, 14, 14]);
  expect(ranges.map(columnScale)).toEqual([Float32Array.from([1 / 3, 2 / 3, 1]), undefined]);
  expect(columnScale({ name: '0', limit: [0, 2], biasDrive: 1 })).toEqual(Float32Array.from([1, 1]));
  const plain = buildNetwork(['dense 3 bias=false'], [2]);
  expect(Array.from(weightLimits(plain.matrices, [{ name: '0', limit: 2, biasDrive: 9 }]))).toEqual(Array(6).fill(2));
});

test('largest inputs are those of each matrix, whatever the number of inputs', () => {
  const deep = buildNetwork(
    ['dense 3 relu', { kind: 'residual', layers: ['dense 3 tanh'], activation: 'relu' }, 'dense 2'],
    [2],
  );
  const weights = Float32Array.from(normals(5, deep.size));
  const count = 700;
  const inputs = Float32Array.from(normals(6, 2 * count));
  inputs[2 * 699] = 7;
  const most = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const first = Float32Array.from({ length: 3 * count }, (_, k) => {
    const [row, j] = [Math.floor(k / 3), k % 3];
    return Math.max(0, inputs[2 * row]! * weights[j]! + inputs[2 * row + 1]! * weights[3 + j]! + weights[6 + j]!);
  });
  const found = largestInputs(deep, weights, inputs, count);
  expect(found).toHaveLength(3);
  expect(found[0]).toBe(7);
  expect(found[1]).toBeCloseTo(most(first), 4);
  const wide = buildNetwork(['dense 20000 relu', 'dense 1'], [1]);
  const rows = Float32Array.from({ length: 450 }, (_, i) => (i === 449 ? 3 : 1));
  expect(largestInputs(wide, new Float32Array(wide.size).fill(2), rows, 450)).toEqual([3, 8]);
  expect(largestInputs(deep, weights, inputs, 0)).toEqual([1, 1, 1]);
  expect(largestInputs(deep, weights, new Float32Array(2), 1)[0]).toBe(1);
});
