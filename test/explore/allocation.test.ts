import { describe, expect, test } from 'vitest';
import { allocationOf, type Candidate } from '../../src/explore/allocation.ts';
import { fold, keyOf, streamOf } from '../../src/random/index.ts';
import { frontOf } from '../../src/search/index.ts';

/** Candidates of these means, noise and blocks. */
const candidates = (means: readonly number[][], spread: readonly number[], blocks: readonly number[]): Candidate[] =>
  means.map((values, i) => ({
    levels: [{ values, constraints: [], errors: [], blocks: blocks[i]! }],
    spreads: values.map(() => spread[i]!),
    blocks: blocks[i]!,
  }));

describe('the allocation', () => {
  const same = (n: number, value: number) => new Array<number>(n).fill(value);

  test('of one objective with two designs is equal for equal noise, and as noise where it differs', () => {
    // The one whose place is in question takes (σ₁² + σ₂²/ρ)/δ², the rival √(σ₂²/σ₁²) of that.
    expect(allocationOf(candidates([[0], [1]], [1, 1], [4, 4]))).toEqual([0.5, 0.5]);
    const [a, b] = allocationOf(candidates([[0], [1]], [1, 3], [4, 4]))!;
    expect(b! / a!).toBeCloseTo(3, 12);
    // Chen et al. 2000: the best of three takes σ √Σ(α/σ)² of the others, which take (σ/δ)².
    const [best, near, far] = allocationOf(candidates([[0], [1], [2]], [1, 1, 1], [1, 1, 1]))!;
    expect(near! / far!).toBeCloseTo(4, 12);
    expect(best! / far!).toBeCloseTo(Math.hypot(4, 1), 12);
  });

  test('gives blocks to those that can hardly be told apart', () => {
    // Two that nearly tie, one far behind both, one on the front and far from all.
    const means = [
      [0, 1],
      [0.1, 1.05],
      [3, 4],
      [5, -3],
    ];
    const shares = allocationOf(candidates(means, same(4, 1), same(4, 5)))!;
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(shares[0]! + shares[1]!).toBeGreaterThan(0.9);
    const closer = allocationOf(candidates(means.with(1, [0.01, 1.005]), same(4, 1), same(4, 5)))!;
    expect(closer[2]!).toBeLessThan(shares[2]!);
  });

  test('asks for nothing where nothing is in question', () => {
    expect(allocationOf(candidates([[0, 1]], [1], [1]))).toBeUndefined();
    expect(
      allocationOf(
        candidates(
          [
            [0, 1],
            [1, 0],
            [2, 2],
          ],
          same(3, 0),
          same(3, 1),
        ),
      ),
    ).toBeUndefined();
  });

  test('compares two trials on the evidence that both have', () => {
    const [first, second] = candidates([[0], [1]], [1, 1], [8, 4]);
    const level = (value: number) => ({ values: [value], constraints: [], errors: [], blocks: 4 });
    // On what they share they are 1 apart; what one was measured beyond that would make it 5.
    const more = { ...first!, levels: [level(0), level(-4)] };
    const third = candidates([[2]], [1], [4])[0]!;
    expect(allocationOf([more, second!, third])).toEqual(allocationOf([first!, second!, third]));
  });

  test('keeps certain objectives out of it', () => {
    // The price is exact: the second can never dominate the first, whatever its noisy loss.
    const own = candidates(
      [
        [0, 1],
        [0.01, 2],
      ],
      same(2, 1),
      same(2, 4),
    ).map(candidate => ({ ...candidate, spreads: [1, 0] }));
    const [first, second] = allocationOf(own)!;
    // What hangs on noise is whether the second is on the front.
    expect(second).toBeCloseTo(0.5, 6);
    expect(first).toBeCloseTo(0.5, 6);
  });

  test('finds the true front more often than equal shares do', () => {
    const truth = [
      [0, 3],
      [1, 2],
      [2, 1],
      [3, 0],
      [1.2, 2.4],
      [2.5, 1.5],
      [4, 4],
      [5, 3],
      [4, 6],
      [6, 5],
      [7, 3],
      [5, 7],
    ];
    const front = JSON.stringify(frontOf(truth));
    const start = 4;
    const more = 120;
    const correct = (choose: (found: Candidate[], total: number) => number) => {
      let right = 0;
      for (let run = 0; run < 100; run++) {
        const counts = truth.map(() => 0);
        const sums = truth.map(values => values.map(() => 0));
        const squares = truth.map(values => values.map(() => 0));
        const stream = streamOf(fold(keyOf(5), run));
        const draw = (i: number) => {
          for (const [k, value] of truth[i]!.entries()) {
            const drawn = value + stream.normal();
            sums[i]![k]! += drawn;
            squares[i]![k]! += drawn ** 2;
          }
          counts[i]!++;
        };
        const found = () =>
          truth.map((_, i): Candidate => {
            const n = counts[i]!;
            const values = sums[i]!.map(sum => sum / n);
            const spreads = values.map((mean, k) => Math.sqrt((squares[i]![k]! - n * mean ** 2) / (n - 1)));
            return { levels: [{ values, constraints: [], errors: [], blocks: n }], spreads, blocks: n };
          });
        for (let i = 0; i < truth.length; i++) for (let n = 0; n < start; n++) draw(i);
        for (let t = 0; t < more; t++) draw(choose(found(), start * truth.length + t));
        right += Number(JSON.stringify(frontOf(found().map(({ levels }) => levels[0]!.values))) === front);
      }
      return right / 100;
    };
    const equal = correct((_, total) => total % truth.length);
    const allotted = correct((found, total) => {
      const shares = allocationOf(found) ?? found.map(() => 1 / found.length);
      const lack = found.map(({ blocks }, i) => shares[i]! * (total + 1) - blocks);
      return lack.indexOf(Math.max(...lack));
    });
    expect(allotted).toBeGreaterThan(equal + 0.05);
  });
});
