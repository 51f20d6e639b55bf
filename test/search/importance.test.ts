import { describe, expect, test } from 'vitest';
import { fillNormal, fold, keyOf } from '../../src/random/index.ts';
import { importancesOf, spaceOf } from '../../src/search/index.ts';
import { randomPoint } from '../../src/search/space.ts';

const space = spaceOf([
  { kind: 'real', name: 'a', low: 0, high: 1 },
  { kind: 'integer', name: 'b', low: 1, high: 100, log: true },
  { kind: 'categorical', name: 'c', values: ['x', 'y'] },
  { kind: 'real', name: 'd', low: 0, high: 1 },
]);
const points = Array.from({ length: 150 }, (_, i) => randomPoint(fold(keyOf(2), i), space));

describe('importances', () => {
  test('are the shares of variance of an additive function, and add up to at most 1', () => {
    // Variances 9/12, about 1/12 (the place of b is uniform) and 1/4: shares .692, .077, .231.
    const values = points.map(
      ({ a, b, c }) => 3 * (a as number) + Math.log(b as number) / Math.log(100) + Number(c === 'x'),
    );
    const { variables, reliability } = importancesOf(keyOf(1), space, points, values);
    const share = Object.fromEntries(variables.map(v => [v.variable, v.share]));
    expect(Math.abs(share.a! - 0.692)).toBeLessThan(0.08);
    expect(Math.abs(share.b! - 0.077)).toBeLessThan(0.04);
    expect(Math.abs(share.c! - 0.231)).toBeLessThan(0.06);
    expect(share.d!).toBeLessThan(0.03);
    expect(variables.reduce((sum, v) => sum + v.share, 0)).toBeLessThan(1 + 1e-9);
    expect(variables[0]!.spread).toBeGreaterThan(0);
    expect(reliability).toBeGreaterThan(0.85);
  });

  test('give to none what variables do together', () => {
    const values = points.map(({ a, d }) => ((a as number) - 0.5) * ((d as number) - 0.5));
    const { variables } = importancesOf(keyOf(1), space, points, values);
    expect(variables.reduce((sum, v) => sum + v.share, 0)).toBeLessThan(0.5);
  });

  test('say that they cannot be relied on where there is nothing but noise', () => {
    const noise = Array.from(fillNormal(keyOf(3), new Float64Array(150)));
    expect(importancesOf(keyOf(1), space, points, noise).reliability).toBeLessThan(0.1);
    expect(importancesOf(keyOf(1), space, points.slice(0, 5), [1, 1, 1, 1, 1])).toMatchObject({ reliability: 0 });
  });
});
