import { describe, expect, test } from 'vitest';
import { spaceOf } from '../../src/search/index.ts';
import { poolByPoint, pooledFront, pooledHypervolume } from '../../src/search/pool.ts';

const space = spaceOf([{ kind: 'integer', name: 'n', low: 0, high: 9 }]);

describe('pooling', () => {
  const trials = [
    { number: 0, point: { n: 1 }, values: [0, 2], errors: [0.3, 0.4], constraints: [-1] },
    { number: 1, point: { n: 2 }, values: [1, 1], constraints: [-1] },
    { number: 2, point: { n: 1 }, values: [3, 5], errors: [0.6, 0.2], blocks: 2, constraints: [0.8] },
    { number: 3, point: { n: 3 }, values: [0, 0], constraints: [0.1] },
    { number: 4, point: { n: 4 }, values: [Number.NaN, Number.NaN], constraints: [0] },
  ];
  const pools = poolByPoint(space, trials);

  test('weighs trials of one point by their blocks', () => {
    expect(pools).toHaveLength(4);
    const [first] = pools;
    expect(first).toMatchObject({ point: { n: 1 }, values: [2, expect.closeTo(4, 12)], blocks: 3 });
    expect(first!.trials.map(({ number }) => number)).toEqual([0, 2]);
    expect(first!.constraints[0]).toBeCloseTo(0.2, 12);
    // np.hypot(.3 / 3, .6 * 2 / 3), np.hypot(.4 / 3, .2 * 2 / 3)
    expect(first!.errors[0]).toBeCloseTo(0.4123105625617661, 12);
    expect(first!.errors[1]).toBeCloseTo(0.18856180831641267, 12);
    expect(first!.errors[2]).toBeNaN();
  });

  test('reports the feasible front of means, not of lucky trials', () => {
    expect(pooledFront(pools).map(({ point }) => point)).toEqual([{ n: 2 }]);
    expect(pooledHypervolume(pools, [2, 3])).toBe(2);
  });
});
