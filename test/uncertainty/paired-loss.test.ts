import { describe, expect, it } from 'vitest';
import { fillNormal, fold, keyOf } from '../../src/random/index.ts';
import { pairedLoss, rowsToDecide } from '../../src/uncertainty/index.ts';

/** Losses of a predictor and of chips with effects of rows, of chips, and of both. */
function losses(key: string, rows: number, chips: number, gap: number) {
  const draw = (name: string, size: number) => fillNormal(fold(fold(keyOf(1), key), name), new Float64Array(size));
  const [row, chip, both] = [draw('row', rows), draw('chip', chips), draw('both', rows * chips)];
  const predictor = row.map(x => 3 * x + gap);
  const own = draw('own', rows);
  return {
    predictor,
    chips: Array.from({ length: chips }, (_, c) =>
      predictor.map((loss, i) => loss - gap + 0.5 * own[i]! + 0.2 * chip[c]! + 0.3 * both[c * rows + i]!),
    ),
  };
}

describe('losses paired by row', () => {
  it('have the mean of the differences and bounds of one side', () => {
    // Differences 1, 3 on one chip: mean 2, variance 2 of a row; 2 ± 6.3138·√(2/2), the t of one degree of freedom.
    const found = pairedLoss(Float64Array.of(2, 5), [Float64Array.of(1, 2)]);
    expect(found).toMatchObject({ mean: 2, byChips: 0, degrees: 1, rows: 2 });
    expect(found.byRows).toBeCloseTo(1, 12);
    expect(found.low).toBeCloseTo(2 - 6.3137515, 6);
    expect(found.high).toBeCloseTo(2 + 6.3137515, 6);
  });

  it('add the spread over chips, which more rows do not take away', () => {
    const chips = [Float64Array.of(0, 0), Float64Array.of(1, 1)];
    const found = pairedLoss(Float64Array.of(1, 1), chips);
    expect(found).toMatchObject({ mean: 0.5, byRows: 0, byChips: 0.25, degrees: 1 });
    expect(found.high).toBeCloseTo(0.5 + 6.3137515 * 0.5, 6);
    expect(rowsToDecide(found, 0.6)).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([3, 12])('lie below the upper bound in 95 cases of 100 with %i chips', count => {
    let below = 0;
    const cases = 1000;
    for (let k = 0; k < cases; k++) {
      const { predictor, chips } = losses(`${k}`, 60, count, 0.1);
      if (pairedLoss(predictor, chips).high > 0.1) below++;
    }
    // Four standard errors; with three chips the law of Satterthwaite is a little wide.
    expect(below / cases).toBeGreaterThan(0.95 - 4 * Math.sqrt(0.0475 / cases));
    expect(below / cases).toBeLessThan(0.98);
  });

  it('count rows of one group as one piece of evidence', () => {
    // Every row four times, in groups: the bounds of the rows once.
    const once = losses('groups', 30, 5, 0.1);
    const fold4 = (values: Float64Array) => Float64Array.from({ length: 120 }, (_, i) => values[i >> 2]!);
    const groups = Int32Array.from({ length: 120 }, (_, i) => i >> 2);
    const single = pairedLoss(once.predictor, once.chips);
    const grouped = pairedLoss(fold4(once.predictor), once.chips.map(fold4), groups);
    expect(grouped.high).toBeCloseTo(single.high, 10);
    expect(grouped.low).toBeCloseTo(single.low, 10);
    expect(pairedLoss(fold4(once.predictor), once.chips.map(fold4)).high).toBeLessThan(single.high);
  });

  it('are open where one group is all there is', () => {
    const found = pairedLoss(Float64Array.of(1, 2), [Float64Array.of(0, 0)], [3, 3]);
    expect([found.low, found.high]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(rowsToDecide(found, 5)).toBe(Number.POSITIVE_INFINITY);
  });

  it('say with how many rows the bound would reach the margin', () => {
    const found = pairedLoss(Float64Array.of(0, 1, 2, 3), [new Float64Array(4)]);
    const needed = rowsToDecide(found, 2);
    const half = (rows: number) => 2.3533634 * Math.sqrt((found.byRows * found.rows) / rows);
    expect(found.mean + half(needed)).toBeLessThan(2);
    expect(found.mean + half(needed - 1)).toBeGreaterThan(2);
  });

  it('must be of the same rows', () => {
    expect(() => pairedLoss(Float64Array.of(1, 2), [Float64Array.of(1)])).toThrow('at least two rows, the same');
  });
});
