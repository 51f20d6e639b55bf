import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  fillNormal,
  fillUniform,
  fold,
  type Key,
  keyOf,
  permutation,
  split,
  streamOf,
} from '../../src/random/index.ts';

const text = (key: Key) => `${key.word0}:${key.word1}`;

test('the same seed gives the same key, another seed another', () => {
  expect(keyOf(7)).toEqual(keyOf(7));
  const keys = Array.from({ length: 1000 }, (_, seed) => text(keyOf(seed)));
  expect(new Set([...keys, text(keyOf(2 ** 32)), text(keyOf(2 ** 52 + 1))]).size).toBe(1002);
});

test('split and fold give distinct keys', () => {
  const key = keyOf(1);
  const labels = ['programming', 'read', 'device', 'a', 'b', 'ab', 'ba', ''];
  const keys = [
    key,
    ...split(key, 500),
    ...labels.map(label => fold(key, label)),
    ...Array.from({ length: 500 }, (_, i) => fold(key, i)),
    ...split(fold(key, 'programming'), 100),
    ...split(keyOf(2), 100),
  ];
  expect(new Set(keys.map(text)).size).toBe(keys.length);
});

test('splitting into more keys keeps the first ones', () => {
  expect(split(keyOf(3), 10).slice(0, 4)).toEqual(split(keyOf(3), 4));
});

test('streams of split keys are uncorrelated', () => {
  const count = 20_000;
  const [a, b] = split(keyOf(4), 2).map(key => fillNormal(key, new Float64Array(count)));
  let dot = 0;
  for (let i = 0; i < count; i++) dot += a![i]! * b![i]!;
  // The correlation of independent normals has standard deviation 1/√n.
  expect(Math.abs(dot / count)).toBeLessThan(4 / Math.sqrt(count));
});

test('a stream gives the numbers of its fills one by one', () => {
  const key = keyOf(5);
  const stream = streamOf(key);
  const uniforms = fillUniform(fold(key, 'uniform'), new Float64Array(600));
  const normals = fillNormal(fold(key, 'normal'), new Float64Array(600));
  for (let i = 0; i < 600; i++) {
    expect(stream.uniform()).toBe(uniforms[i]);
    expect(stream.normal()).toBe(normals[i]);
  }
});

test('a permutation holds every index once', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 0, max: 300 }), (seed, count) => {
      const order = permutation(keyOf(seed), count);
      expect(Array.from(order).sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
    }),
    { numRuns: 50 },
  );
});

test('permutations are uniform', () => {
  const counts = new Map<string, number>();
  for (const key of split(keyOf(6), 6000)) {
    const order = Array.from(permutation(key, 3)).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  const chiSquare = [...counts.values()].reduce((total, count) => total + (count - 1000) ** 2 / 1000, 0);
  // 20.5 is exceeded by one chi-square of five degrees of freedom in a thousand.
  expect(chiSquare).toBeLessThan(20.5);
});
