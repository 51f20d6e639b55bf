import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Activation, type Convolution, reference, windowGrid } from '../../src/kernels/index.ts';
import { furthest, native, numbers, onEach, type Precision, precisions, sameBits } from './backends.ts';

const size = fc.integer({ min: 1, max: 4 });
const pad = fc.integer({ min: 0, max: 3 });

/** Convolutions of all kinds that fit their image: strides, groups, dilation, paddings of any side, signals. */
const convolutions = fc
  .record({
    groups: fc.integer({ min: 1, max: 3 }),
    part: size,
    own: fc.integer({ min: 1, max: 19 }),
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 40 }),
    kernelHeight: size,
    kernelWidth: fc.integer({ min: 1, max: 6 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 3 }),
    padding: fc.tuple(pad, pad, pad, pad),
  })
  .map(({ part, own, ...rest }): Convolution => ({ ...rest, channels: rest.groups * part, outputs: rest.groups * own }))
  .filter(shape => windowGrid(shape).rows >= 1 && windowGrid(shape).columns >= 1);

const activations = fc.constantFrom<Activation>('linear', 'relu', 'tanh', 'hardtanh');

const termsOf = ({ channels, groups, kernelHeight, kernelWidth }: Convolution) =>
  (channels / groups) * kernelHeight * kernelWidth;

/** Arrays of a convolution of `count` images. */
function arraysOf(precision: Precision, shape: Convolution, count: number, seed: number) {
  const { rows, columns } = windowGrid(shape);
  const results = count * shape.outputs * rows * columns;
  return {
    x: numbers(precision, count * shape.channels * shape.height * shape.width, seed),
    w: numbers(precision, termsOf(shape) * shape.outputs, seed + 1),
    bias: numbers(precision, shape.outputs, seed + 2),
    dy: numbers(precision, results, seed + 3),
    y: precision.make(results),
  };
}

onEach('convolution', (kernels, precision) => {
  it('is the sum of its terms, in double precision, to a few roundings', () => {
    fc.assert(
      fc.property(
        convolutions,
        activations,
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        (shape, f, count, biased) => {
          const { x, w, bias, y } = arraysOf(precision, shape, count, 7);
          kernels.convolve(y, x, w, biased ? bias : null, count, shape, f);
          const { x: u, w: v, y: exact } = arraysOf(precisions[1]!, shape, count, 7);
          for (const [to, from] of [[u, x] as const, [v, w] as const]) to.set(from);
          reference.convolve(exact, u, v, biased ? Float64Array.from(bias) : null, count, shape, f);
          expect(furthest(y, exact)).toBeLessThanOrEqual(precision.epsilon * (termsOf(shape) + 4));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('has the gradients of its terms, added to what was there', () => {
    fc.assert(
      fc.property(convolutions, activations, fc.integer({ min: 1, max: 5 }), fc.nat(7), (shape, f, count, wanted) => {
        const { x, w, bias, dy, y } = arraysOf(precision, shape, count, 11);
        kernels.convolve(y, x, w, bias, count, shape, f);
        const gradients = [x, w, bias].map((array, i) => (wanted & (1 << i) ? array.map((_, j) => j % 3) : null));
        const [dx, dw, db] = gradients as [typeof x | null, typeof x | null, typeof x | null];
        const exact = gradients.map(array => array && Float64Array.from(array));
        kernels.convolveGradient(dx, dw, db, dy, y, x, w, count, shape, f);
        const [u, v, z, s] = [x, w, y, dy].map(array => Float64Array.from(array)) as [
          Float64Array,
          Float64Array,
          Float64Array,
          Float64Array,
        ];
        reference.convolveGradient(exact[0]!, exact[1]!, exact[2]!, s, z, u, v, count, shape, f);
        const terms = count * windowGrid(shape).rows * windowGrid(shape).columns + termsOf(shape) * shape.outputs;
        gradients.forEach((array, i) => {
          expect(array ? furthest(array, exact[i]!) : 0).toBeLessThanOrEqual(precision.epsilon * (terms + 8));
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe.skipIf(!native)('convolutions on threads', () => {
  test('have the same bits on any number of them, of few images and of many', () => {
    const shape: Convolution = {
      ...{ channels: 3, height: 20, width: 21, kernelHeight: 3, kernelWidth: 5, stride: 1 },
      ...{ padding: [1, 1, 2, 2] as const, outputs: 18, groups: 1 },
    };
    for (const count of [3, 37]) {
      const { x, w, bias, y, dy } = arraysOf(precisions[0]!, shape, count, 3);
      const run = (threads: number) => {
        native!.setThreads(threads);
        native!.convolve(y, x, w, bias, count, shape, 'relu');
        const gradients = [x, w, bias].map(array => new Float32Array(array.length));
        native!.convolveGradient(gradients[0]!, gradients[1]!, gradients[2]!, dy, y, x, w, count, shape, 'relu');
        return [y.slice(), ...gradients];
      };
      const alone = run(1);
      for (const threads of [2, 3, 5]) expect(run(threads).every((array, i) => sameBits(array, alone[i]!))).toBe(true);
    }
    native!.setThreads(2);
  });

  test('refuse sizes that do not fit and arrays that are too short or overlap', () => {
    const shape: Convolution = {
      ...{ channels: 2, height: 4, width: 4, kernelHeight: 3, kernelWidth: 3, stride: 1 },
      ...{ padding: [0, 0, 0, 0] as const, outputs: 2, groups: 1 },
    };
    const [x, w, y] = [new Float32Array(32), new Float32Array(36), new Float32Array(8)];
    const run = (more: Partial<Convolution>, to = y) => {
      native!.convolve(to, x, w, null, 1, { ...shape, ...more }, 'linear');
    };
    expect(() => run({})).not.toThrow();
    expect(() => run({ kernelHeight: 5 })).toThrow(/^internal: windows do not fit/);
    expect(() => run({ groups: 3 })).toThrow(/^internal: the sizes of a convolution/);
    expect(() => run({ stride: 0 })).toThrow(/^internal: the sizes of a convolution/);
    expect(() => run({ padding: [2 ** 40, 2 ** 40, 2 ** 40, 2 ** 40] })).toThrow(/^internal/);
    expect(() => run({ outputs: 4 })).toThrow(/^internal: an array is shorter/);
    expect(() => run({}, x.subarray(0, 8))).toThrow(/overlap/);
  });
});
