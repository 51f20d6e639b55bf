import { describe, expect, test } from 'vitest';
import { fold, keyOf } from '../../src/random/index.ts';
import { sobolDimensions, sobolPoint } from '../../src/search/sobol-sequence.ts';

describe('Sobol’s sequence', () => {
  test('begins as published', () => {
    // scipy.stats.qmc.Sobol(5, scramble=False).random(8)
    const first = [
      [0, 0, 0, 0, 0],
      [0.5, 0.5, 0.5, 0.5, 0.5],
      [0.75, 0.25, 0.25, 0.25, 0.75],
      [0.25, 0.75, 0.75, 0.75, 0.25],
      [0.375, 0.375, 0.625, 0.875, 0.375],
      [0.875, 0.875, 0.125, 0.375, 0.875],
      [0.625, 0.125, 0.875, 0.625, 0.625],
      [0.125, 0.625, 0.375, 0.125, 0.125],
    ];
    expect(first.map((_, i) => Array.from(sobolPoint(i, 5)))).toEqual(first);
    // s = qmc.Sobol(64, scramble=False); s.fast_forward(1000); s.random(1)[0][[0, 1, 10, 31, 63]]
    const far = sobolPoint(1000, 64);
    expect([0, 1, 10, 31, 63].map(d => far[d])).toEqual([
      0.2197265625, 0.0966796875, 0.0849609375, 0.1455078125, 0.4462890625,
    ]);
  });

  test('stays balanced when scrambled: 256 points, one in each of 256 parts, in every dimension', () => {
    for (const key of [undefined, keyOf(1), keyOf(2)]) {
      const points = Array.from({ length: 256 }, (_, i) => sobolPoint(i, sobolDimensions, key));
      for (let d = 0; d < sobolDimensions; d++) {
        expect(new Set(points.map(point => Math.floor(point[d]! * 256))).size).toBe(256);
      }
      // The first two dimensions are a (0, 8, 2)-net: one point in each box of area 1/256, whatever its shape.
      for (let bits = 0; bits <= 8; bits++) {
        const boxes = points.map(([a, b]) => `${Math.floor(a! * 2 ** bits)} ${Math.floor(b! * 2 ** (8 - bits))}`);
        expect(new Set(boxes).size).toBe(256);
      }
    }
  });

  test('is uniform at every point when scrambled, and other keys give other points', () => {
    const draws = 4000;
    const drawn = Array.from({ length: draws }, (_, i) => sobolPoint(3, 2, fold(keyOf(3), i)));
    for (const d of [0, 1]) {
      const sorted = drawn.map(point => point[d]!).sort((a, b) => a - b);
      const largest = Math.max(...sorted.map((u, i) => Math.abs(u - (i + 0.5) / draws)));
      // Kolmogorov–Smirnov at one in a thousand.
      expect(largest).toBeLessThan(1.95 / Math.sqrt(draws));
    }
    const covariance = drawn.reduce((sum, [a, b]) => sum + (a! - 0.5) * (b! - 0.5), 0) / draws;
    expect(Math.abs(covariance)).toBeLessThan(4 / (12 * Math.sqrt(draws)));
  });

  test('has so many dimensions', () =>
    expect(() => sobolPoint(0, sobolDimensions + 1)).toThrow(/at most 64 variables, got 65/));
});
