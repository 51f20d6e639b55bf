import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillUniform, keyOf } from '../../src/random/index.ts';
import { nondominatedBoxes } from '../../src/search/boxes.ts';
import { contributionsOf } from '../../src/search/hypervolume.ts';
import { crowdingOf, dominates, frontOf, hypervolume, ranksOf, violationOf } from '../../src/search/index.ts';

/** Points frac((i + 1)·√p_j), as NumPy makes them for the golden values below. */
const points = (count: number, m: number) =>
  Array.from({ length: count }, (_, i) => [2, 3, 5, 7].slice(0, m).map(p => ((i + 1) * Math.sqrt(p)) % 1));

const clouds = fc
  .integer({ min: 1, max: 4 })
  .chain(m =>
    fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: m, maxLength: m }), { minLength: 1, maxLength: 25 }),
  );

/** Fronts taken off one after another. */
function peeled(values: readonly number[][]): number[] {
  const ranks = values.map(() => -1);
  for (let rank = 0; ranks.includes(-1); rank++) {
    const left = values.flatMap((_, i) => (ranks[i] === -1 ? [i] : []));
    for (const i of left) if (!left.some(k => dominates(values[k]!, values[i]!))) ranks[i] = -2 - rank;
    for (const i of left) if (ranks[i]! < -1) ranks[i] = rank;
  }
  return ranks;
}

describe('sorting', () => {
  test('agrees with taking off one front after another', () => {
    fc.assert(
      fc.property(clouds, values => {
        expect(Array.from(ranksOf(values))).toEqual(peeled(values));
      }),
    );
    // NonDominatedSorting().do(x, return_rank=True)[1], pymoo 0.6.2
    const ranks = [2, 2, 0, 3, 1, 1, 1, 2, 2, 0, 0, 3, 1, 1, 2, 2, 0, 0, 3, 1];
    expect(Array.from(ranksOf(points(20, 2)))).toEqual(ranks);
    expect(frontOf(points(20, 2))).toEqual([2, 9, 10, 16, 17]);
  });

  test('puts what exceeds constraints behind, by how much', () => {
    const values = [
      [0, 0],
      [1, 1],
      [2, 2],
      [0, 3],
      [5, 5],
    ];
    expect(Array.from(ranksOf(values, [2, 0, 0, 1, 1]))).toEqual([3, 0, 1, 2, 2]);
    expect(frontOf(values, [1, 1, 1, 1, 2])).toEqual([]);
    expect([violationOf(), violationOf([-1, 0.5, 2]), violationOf([Number.NaN])]).toEqual([
      0,
      2.5,
      Number.POSITIVE_INFINITY,
    ]);
  });

  test('puts NaN behind every number', () => {
    expect(
      Array.from(
        ranksOf([
          [Number.NaN, Number.NaN],
          [3, 3],
          [1, 4],
        ]),
      ),
    ).toEqual([1, 0, 0]);
    expect(dominates([1, 2], [1, Number.NaN])).toBe(true);
    expect(dominates([1, Number.NaN], [1, 2])).toBe(false);
  });

  test('measures crowding by the gap between neighbours', () => {
    // calc_crowding_distance(x[front]) of pymoo, which divides by the number of objectives
    const expected = [0.48775055601658834, 0.5122494439834134, Infinity, Infinity, 0.48775055601658657].map(d => 2 * d);
    const front = [2, 9, 10, 16, 17].map(i => points(20, 2)[i]!);
    expect(Array.from(crowdingOf(front))).toEqual(expected.map(d => (d === Infinity ? d : expect.closeTo(d, 12))));
    expect(Array.from(crowdingOf([[1, 2]]))).toEqual([Infinity]);
  });
});

describe('the hypervolume', () => {
  test.each([
    // HV(ref_point=np.ones(m) * 1.1)(x) of pymoo 0.6.2, x = np.mod((np.arange(20) + 1)[:, None] * np.sqrt(primes[:m]), 1)
    [2, 0.999107785149109],
    [3, 0.9736894783765879],
    [4, 0.7595981399266012],
  ])('of %d objectives is that of pymoo', (m, expected) => {
    expect(hypervolume(points(20, m), Array(m).fill(1.1))).toBeCloseTo(expected, 12);
  });

  test.each([2, 3, 4])(
    'of %d objectives is the share of random places below the reference that a point dominates',
    m => {
      const cloud = points(12, m);
      const draws = 20_000;
      const u = fillUniform(keyOf(m), new Float64Array(draws * m));
      let hits = 0;
      for (let i = 0; i < draws; i++) {
        if (cloud.some(point => point.every((x, j) => x < 1.1 * u[i * m + j]!))) hits++;
      }
      const share = hits / draws;
      const error = Math.sqrt((share * (1 - share)) / draws);
      expect(Math.abs(hypervolume(cloud, Array(m).fill(1.1)) / 1.1 ** m - share)).toBeLessThan(4 * error);
    },
  );

  test('knows a box, nothing, points outside and points twice', () => {
    expect(hypervolume([[1, 2, 3]], [4, 4, 4])).toBe(6);
    expect(hypervolume([], [1, 1])).toBe(0);
    expect(
      hypervolume(
        [
          [2, 0],
          [0, 1],
        ],
        [1, 1],
      ),
    ).toBe(0);
    expect(hypervolume([[0.25], [0.5]], [1])).toBe(0.75);
    expect(
      hypervolume(
        [
          [0, 1, 0, 1],
          [0, 1, 0, 1],
        ],
        [2, 2, 2, 2],
      ),
    ).toBe(4);
    expect(() => hypervolume([], [1, 1, 1, 1, 1])).toThrow(/takes 1 to 4 objectives, got 5/);
  });

  test('is fast enough for thousands of points in three objectives', () => {
    const sphere = points(2000, 2).map(([a, b]) => {
      const [s, t] = [(a! * Math.PI) / 2, (b! * Math.PI) / 2];
      return [1 - Math.cos(s) * Math.cos(t), 1 - Math.cos(s) * Math.sin(t), 1 - Math.sin(s)];
    });
    // The unit cube without an eighth of a ball of radius 1.
    const whole = Math.PI / 6;
    const found = hypervolume(sphere, [1, 1, 1]);
    expect(found).toBeLessThan(whole);
    expect(found).toBeGreaterThan(whole - 0.02);
    expect(nondominatedBoxes(sphere, [1, 1, 1]).count).toBeLessThanOrEqual(2 * 2000 + 1);
  });

  test('of a front falls by its contribution without a point', () => {
    fc.assert(
      fc.property(clouds, values => {
        const reference = values[0]!.map(() => 5.5);
        contributionsOf(values, reference).forEach((contribution, i) => {
          const front = frontOf(values).filter(k => k !== i);
          const without = hypervolume(
            front.map(k => values[k]!),
            reference,
          );
          expect(contribution).toBeCloseTo(hypervolume(values, reference) - without, 9);
        });
      }),
    );
  });

  test('leaves boxes that hold each free place once and no dominated one', () => {
    fc.assert(
      fc.property(clouds, fc.array(fc.integer({ min: -1, max: 5 }), { minLength: 4, maxLength: 4 }), (values, at) => {
        const m = values[0]!.length;
        const place = at.slice(0, m).map(x => x + 0.5);
        const { count, lower, upper } = nondominatedBoxes(values, Array(m).fill(5.75));
        let holding = 0;
        for (let b = 0; b < count; b++) {
          if (place.every((x, j) => x > lower[b * m + j]! && x < upper[b * m + j]!)) holding++;
        }
        const dominated = values.some(point => point.every((x, j) => x < place[j]!));
        expect(holding).toBe(Number(!dominated));
      }),
    );
  });
});
