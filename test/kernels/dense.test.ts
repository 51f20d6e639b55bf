import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Activation, reference } from '../../src/kernels/index.ts';
import { furthest, native, numbers, onCompiled, precisions, sameBits } from './backends.ts';

const double = precisions[1]!;
const units = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 21 }));

const networks = fc.record({
  widths: fc.array(units, { minLength: 2, maxLength: 5 }).map(widths => Int32Array.from(widths)),
  rows: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 100, max: 300 })),
  hidden: fc.constantFrom<Activation>('tanh', 'relu', 'hardtanh', 'linear'),
});

function sizeOf(widths: Int32Array): number {
  let size = 0;
  for (let l = 0; l + 1 < widths.length; l++) size += (widths[l]! + 1) * widths[l + 1]!;
  return size;
}

function dataOf(widths: Int32Array, rows: number) {
  const classes = widths[widths.length - 1]!;
  return {
    weights: numbers(double, sizeOf(widths), 3) as Float64Array,
    inputs: numbers(double, widths[0]! * rows, 4).map(x => 2 * x) as Float64Array,
    labels: Int32Array.from({ length: rows }, (_, i) => (7 * i + 1) % classes),
  };
}

test('the definition is that of its sentence: a gradient by differences', () => {
  const widths = Int32Array.of(3, 4, 2, 3);
  const { weights, inputs, labels } = dataOf(widths, 7);
  const loss = (w: Float64Array, gradient = new Float64Array(w.length)) =>
    reference.softmaxNetwork(gradient, w, inputs, labels, { widths, rows: 7, hidden: 'tanh' });
  const gradient = new Float64Array(weights.length).fill(9);
  loss(weights, gradient);
  const step = 1e-6;
  for (let i = 0; i < weights.length; i++) {
    const [more, less] = [step, -step].map(by => loss(weights.map((w, j) => (j === i ? w + by : w))));
    expect(gradient[i]).toBeCloseTo((more! - less!) / (2 * step), 7);
  }
  // log 2 for each row of two classes that are alike.
  const even = { widths: Int32Array.of(3, 2), rows: 7, hidden: 'tanh' } as const;
  const two = labels.map(label => label % 2);
  const nothing = new Float64Array(8);
  expect(reference.softmaxNetwork(new Float64Array(8), nothing, inputs, two, even)).toBeCloseTo(7 * Math.LN2, 12);
});

onCompiled('networks of dense layers', kernels => {
  it('agree with the definition', () => {
    fc.assert(
      fc.property(networks, ({ widths, rows, hidden }) => {
        const { weights, inputs, labels } = dataOf(widths, rows);
        const [gradient, exact] = [new Float64Array(weights.length).fill(9), new Float64Array(weights.length)];
        const shape = { widths, rows, hidden };
        const loss = kernels.softmaxNetwork(gradient, weights, inputs, labels, shape);
        const expected = reference.softmaxNetwork(exact, weights, inputs, labels, shape);
        expect(Math.abs(loss - expected)).toBeLessThan(1e-13 * (rows + expected));
        expect(furthest(gradient, exact)).toBeLessThan(1e-12 * rows);
      }),
      { numRuns: 60 },
    );
  });

  it('bear logits far apart', () => {
    const shape = { widths: Int32Array.of(1, 3), rows: 2, hidden: 'linear' } as const;
    const weights = Float64Array.of(1000, 0, -1000, 0, 0, 0);
    const gradient = new Float64Array(6);
    const loss = kernels.softmaxNetwork(gradient, weights, Float64Array.of(1, 1), Int32Array.of(0, 2), shape);
    expect(loss).toBe(2000);
    expect([...gradient]).toEqual([1, 0, -1, 1, 0, -1]);
  });
});

describe.skipIf(!native)('networks of dense layers on threads', () => {
  test('have the same bits on any number of them', () => {
    const shape = { widths: Int32Array.of(5, 9, 3), rows: 5000, hidden: 'tanh' } as const;
    const { weights, inputs, labels } = dataOf(shape.widths, shape.rows);
    const run = (threads: number) => {
      native!.setThreads(threads);
      const gradient = new Float64Array(weights.length);
      return Float64Array.of(native!.softmaxNetwork(gradient, weights, inputs, labels, shape), ...gradient);
    };
    const alone = run(1);
    expect([2, 3].every(threads => sameBits(run(threads), alone))).toBe(true);
    native!.setThreads(2);
  });

  test('refuse what does not fit', () => {
    const shape = { widths: Int32Array.of(2, 2), rows: 4, hidden: 'tanh' } as const;
    const [w, x, l] = [new Float64Array(6), new Float64Array(8), new Int32Array(4)];
    const run = (gradient: Float64Array, more: Partial<{ widths: Int32Array; rows: number }> = {}) =>
      native!.softmaxNetwork(gradient, w, x, l, { ...shape, ...more });
    expect(run(new Float64Array(6))).toBeCloseTo(4 * Math.LN2, 12);
    expect(() => run(new Float64Array(5))).toThrow(/^internal: an array is shorter/);
    expect(() => run(new Float64Array(6), { rows: 5 })).toThrow(/^internal: an array is shorter/);
    expect(() => run(new Float64Array(6), { widths: Int32Array.of(2, 0) })).toThrow(/^internal: a layer of a network/);
    expect(() => run(w)).toThrow(/overlap/);
  });
});
