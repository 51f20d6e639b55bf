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
    // Differences 1, 3 on one chip: mean 2, variance 2; 2 ± 1.6449·√(2/2).
    const found = pairedLoss(Float64Array.of(2, 5), [Float64Array.of(1, 2)]);
    expect(found).toMatchObject({ mean: 2, rowVariance: 2, chipVariance: 0, rows: 2, chips: 1 });
    expect(found.low).toBeCloseTo(2 - 1.6448536, 6);
    expect(found.high).toBeCloseTo(2 + 1.6448536, 6);
  });

  it('add the spread over chips, which more rows do not take away', () => {
    const chips = [Float64Array.of(0, 0), Float64Array.of(1, 1)];
    const found = pairedLoss(Float64Array.of(1, 1), chips);
    expect(found).toMatchObject({ mean: 0.5, rowVariance: 0, chipVariance: 0.5 });
    expect(found.high).toBeCloseTo(0.5 + 1.6448536 * 0.5, 6);
    expect(rowsToDecide(found, 0.6)).toBe(Number.POSITIVE_INFINITY);
  });

  it('lie below the upper bound in 95 cases of 100', () => {
    let below = 0;
    const cases = 400;
    for (let k = 0; k < cases; k++) {
      const { predictor, chips } = losses(`${k}`, 60, 12, 0.1);
      if (pairedLoss(predictor, chips).high > 0.1) below++;
    }
    // Four standard errors of 0.95 over 400, and what twelve chips leave of normality.
    expect(Math.abs(below / cases - 0.95)).toBeLessThan(4 * Math.sqrt(0.0475 / cases));
  });

  it('say with how many rows the bound would reach the margin', () => {
    const found = pairedLoss(Float64Array.of(0, 1, 2, 3), [new Float64Array(4)]);
    const needed = rowsToDecide(found, 2);
    const half = (rows: number) => 1.6448536 * Math.sqrt(found.rowVariance / rows);
    expect(found.mean + half(needed)).toBeLessThan(2);
    expect(found.mean + half(needed - 1)).toBeGreaterThan(2);
  });

  it('must be of the same rows', () => {
    expect(() => pairedLoss(Float64Array.of(1, 2), [Float64Array.of(1)])).toThrow('at least two rows, the same');
  });
});
