import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawWeights, evenOrder, type Posterior } from '../../src/bayes/index.ts';
import { keyOf } from '../../src/random/index.ts';

test('eight numbers come in the order of their reversed bits, others without those too large', () => {
  // sorted(range(8), key=lambda i: int(f'{i:03b}'[::-1], 2)) in Python
  expect([...evenOrder(8)]).toEqual([0, 4, 2, 6, 1, 5, 3, 7]);
  expect([...evenOrder(5)]).toEqual([0, 4, 2, 1, 3]);
  expect([...evenOrder(1)]).toEqual([0]);
});

test('every number comes once, and every beginning holds each stretch in proportion', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 1, max: 9 }), (count, chains) => {
      const order = evenOrder(count);
      expect(new Set(order).size).toBe(count);
      expect(Math.max(...order)).toBe(count - 1);
      const length = new Array<number>(chains).fill(0);
      for (let i = 0; i < count; i++) length[chainOf(i, count, chains)]!++;
      const found = new Array<number>(chains).fill(0);
      let worst = 0;
      order.forEach((i, m) => {
        found[chainOf(i, count, chains)]!++;
        for (let c = 0; c < chains; c++) {
          worst = Math.max(worst, Math.abs(found[c]! - ((m + 1) * length[c]!) / count));
        }
      });
      expect(worst).toBeLessThanOrEqual(1 + Math.log2(count) / 2);
    }),
  );
});

const chainOf = (i: number, count: number, chains: number) => Math.floor((i * chains) / count);

test('more draws leave the first as they were, and begin again after the last', () => {
  const size = 3;
  const count = 13;
  const samples = Float32Array.from({ length: count * size }, (_, i) => Math.floor(i / size));
  const common = { method: 'x', parameters: [], size, info: {} };
  const posteriors: Posterior[] = [
    { ...common, kind: 'samples', count, chains: 1, best: 0, samples },
    { ...common, kind: 'moments', mean: Float32Array.of(1, 2, 3), std: Float32Array.of(1, 0.5, 2) },
    {
      ...common,
      kind: 'bernoulli',
      mean: Float32Array.of(0, 0, 0),
      probability: Float32Array.of(0.5, 0.2, 0.9),
      magnitude: Float32Array.of(1, 2, 3),
    },
    { ...common, kind: 'point', mean: Float32Array.of(1, 2, 3) },
  ];
  fc.assert(
    fc.property(fc.constantFrom(...posteriors), fc.nat(40), fc.nat(40), (posterior, fewer, more) => {
      const all = drawWeights(keyOf(4), posterior, fewer + more);
      expect(drawWeights(keyOf(4), posterior, fewer)).toEqual(all.subarray(0, fewer * size));
    }),
  );
  const drawn = drawWeights(keyOf(4), posteriors[0]!, 2 * count).filter((_, i) => i % size === 0);
  expect([...drawn]).toEqual([...evenOrder(count), ...evenOrder(count)]);
});
