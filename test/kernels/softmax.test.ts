import { describe, expect, test } from 'vitest';
import { native, numbers, onCompiled, onEach, precisions, sameBits } from './backends.ts';

onEach('softmax', (kernels, { name, make, epsilon }) => {
  const precision = precisions.find(p => p.name === name)!;

  test('two classes by hand', () => {
    const out = make(4);
    kernels.logSoftmax(out, make([0, Math.log(3), 1000, 1000]), 2, 2);
    const expected = [Math.log(1 / 4), Math.log(3 / 4), Math.log(1 / 2), Math.log(1 / 2)];
    for (let i = 0; i < 4; i++) expect(Math.abs(out[i]! - expected[i]!)).toBeLessThanOrEqual(4 * epsilon);
  });

  test.each([
    [1, 2],
    [15, 10],
    [16, 10],
    [33, 2],
    [40, 1],
    [5, 64],
    [7, 65],
    [3, 1001],
  ])('%i rows of %i classes', (m, n) => {
    const x = numbers(precision, m * n, n).map(value => value * 12);
    const labels = Int32Array.from({ length: m }, (_, i) => (i * 7) % n);
    const out = make(m * n);
    const gradient = make(m * n);
    kernels.logSoftmax(out, x, m, n);
    const loss = kernels.softmaxCrossEntropy(gradient, x, labels, m, n);
    expect(kernels.softmaxCrossEntropy(null, x, labels, m, n)).toBe(loss);
    let expected = 0;
    let worst = 0;
    for (let i = 0; i < m; i++) {
      const row = Array.from(x.subarray(i * n, (i + 1) * n));
      const top = Math.max(...row);
      const normaliser = top + Math.log(row.reduce((total, value) => total + Math.exp(value - top), 0));
      expected += normaliser - row[labels[i]!]!;
      for (let j = 0; j < n; j++) {
        const log = row[j]! - normaliser;
        worst = Math.max(worst, Math.abs(out[i * n + j]! - log) / 24);
        worst = Math.max(worst, Math.abs(gradient[i * n + j]! - (Math.exp(log) - (j === labels[i] ? 1 : 0))) / 24);
      }
    }
    expect(worst).toBeLessThanOrEqual(4 * epsilon);
    expect(Math.abs(loss - expected)).toBeLessThanOrEqual(30 * m * epsilon);
  });

  test.each([2, 3, 64, 65, 67])('one of %i numbers far above the others takes all, wherever it is', n => {
    const x = make(n * n);
    for (let i = 0; i < n; i++) x[i * n + i] = 2000;
    const out = make(n * n);
    kernels.logSoftmax(out, x, n, n);
    expect(Array.from(out)).toEqual(Array.from(x, v => v - 2000));
  });

  test('the gradient is that of the loss', () => {
    const [m, n] = [3, 4];
    const x = numbers(precision, m * n, 9);
    const labels = new Int32Array([0, 3, 1]);
    const gradient = make(m * n);
    kernels.softmaxCrossEntropy(gradient, x, labels, m, n);
    const h = name === 'single' ? 2 ** -6 : 2 ** -16;
    for (let i = 0; i < x.length; i++) {
      const at = (shift: number) => {
        const moved = x.slice();
        moved[i]! += shift;
        return kernels.softmaxCrossEntropy(null, moved, labels, m, n);
      };
      expect((at(h) - at(-h)) / (2 * h)).toBeCloseTo(gradient[i]!, name === 'single' ? 3 : 8);
    }
  });

  test('a NaN stays within its row', () => {
    const out = make(4);
    kernels.logSoftmax(out, make([1, Number.NaN, 0, 0]), 2, 2);
    expect(Array.from(out.subarray(0, 2))).toEqual([Number.NaN, Number.NaN]);
    expect(Array.from(out.subarray(2)).every(Number.isFinite)).toBe(true);
  });
});

describe.skipIf(!native)('native softmax', () => {
  test('has the same bits on any number of threads', () => {
    const [m, n] = [20_000, 10];
    for (const precision of precisions) {
      const x = numbers(precision, m * n, 1);
      const labels = Int32Array.from({ length: m }, (_, i) => i % n);
      const [one, three] = [1, 3].map(threads => {
        native!.setThreads(threads);
        const gradient = precision.make(m * n);
        return { loss: native!.softmaxCrossEntropy(gradient, x, labels, m, n), gradient };
      });
      expect(three!.loss).toBe(one!.loss);
      expect(sameBits(three!.gradient, one!.gradient)).toBe(true);
    }
  });
});

onCompiled('compiled softmax', fast => {
  test('refuses a label outside the classes', () => {
    const x = new Float64Array(4);
    for (const label of [-1, 2]) {
      const labels = new Int32Array([0, label]);
      expect(() => fast.softmaxCrossEntropy(null, x, labels, 2, 2)).toThrow(/^internal: a label/);
    }
  });
});
