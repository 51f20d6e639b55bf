import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Pooling } from '../../src/kernels/index.ts';
import { furthest, numbers, onEach } from './backends.ts';

const shapes = fc
  .record({
    height: fc.integer({ min: 1, max: 7 }),
    width: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 120, max: 290 })),
    kernelHeight: fc.integer({ min: 1, max: 4 }),
    kernelWidth: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 125, max: 135 })),
    stride: fc.integer({ min: 1, max: 3 }),
    kind: fc.constantFrom<Pooling>('max', 'average'),
  })
  .filter(s => s.height >= s.kernelHeight && s.width >= s.kernelWidth);

onEach('pooling', (kernels, precision) => {
  it('takes the largest or the mean of every window, and gives their gradient back', () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 3 }), fc.boolean(), (shape, planes, ties) => {
        const { height, width, kernelHeight, kernelWidth, stride, kind } = shape;
        const rows = Math.floor((height - kernelHeight) / stride) + 1;
        const columns = Math.floor((width - kernelWidth) / stride) + 1;
        const x = numbers(precision, planes * height * width, 5).map(v => (ties ? Math.round(2 * v) : v));
        const y = precision.make(planes * rows * columns);
        const dy = numbers(precision, y.length, 6);
        const dx = x.map((_, i) => i % 2);
        kernels.pool(y, x, planes, shape);
        kernels.poolGradient(dx, dy, y, x, planes, shape);
        const expected = Float64Array.from(x, (_, i) => i % 2);
        let off = 0;
        const size = kernelHeight * kernelWidth;
        for (let at = 0; at < y.length; at++) {
          const corner =
            (Math.floor(at / (rows * columns)) * height + (Math.floor(at / columns) % rows) * stride) * width +
            (at % columns) * stride;
          const place = (k: number) => corner + Math.floor(k / kernelWidth) * width + (k % kernelWidth);
          let [largest, sum] = [0, 0];
          for (let k = 0; k < size; k++) {
            if (x[place(k)]! > x[place(largest)]!) largest = k;
            sum += x[place(k)]!;
          }
          off = Math.max(off, Math.abs(y[at]! - (kind === 'max' ? x[place(largest)]! : sum / size)));
          if (kind === 'max') expected[place(largest)]! += dy[at]!;
          else for (let k = 0; k < size; k++) expected[place(k)]! += dy[at]! / size;
        }
        expect(off).toBeLessThanOrEqual(kind === 'max' ? 0 : size * precision.epsilon);
        // Windows that may share a place.
        const most = Math.min(rows * columns, size);
        expect(furthest(dx, expected)).toBeLessThanOrEqual((8 + most ** 2) * precision.epsilon);
      }),
      { numRuns: 80 },
    );
  });

  it('gives NaN for windows with NaN', () => {
    const shape = { height: 2, width: 4, kernelHeight: 2, kernelWidth: 2, stride: 2, kind: 'max' } as const;
    for (const at of [0, 1, 4, 5]) {
      const x = precision.make(8).fill(1);
      x[at] = Number.NaN;
      const y = precision.make(2);
      kernels.pool(y, x, 1, shape);
      expect([...y]).toEqual([Number.NaN, 1]);
    }
  });
});
