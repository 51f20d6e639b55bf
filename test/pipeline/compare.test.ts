import { expect, test } from 'vitest';
import { ndArray } from '../../src/data/index.ts';
import { againstBase } from '../../src/pipeline/compare.ts';
import type { Evaluated } from '../../src/pipeline/index.ts';

/** Of an evaluation what comparisons look at. */
const evaluated = (
  task: 'classification' | 'regression',
  chips: readonly Readonly<Record<string, number>>[],
  evidence: Evaluated['evidence'] = {},
  data = 'some',
) => ({ evaluation: { task, data, hardware: { chips } }, evidence }) as unknown as Evaluated;

test('a variant with smaller errors wins, for regression as for classification', () => {
  const regression = againstBase(
    evaluated('regression', [
      { rmse: 2, nll: 1, coverage90: 0.9 },
      { rmse: 3, nll: 1, coverage90: 0.8 },
    ]),
    evaluated('regression', [
      { rmse: 1, nll: 2, coverage90: 0.7 },
      { rmse: 1, nll: 4, coverage90: 0.7 },
    ]),
  );
  expect(Object.keys(regression)).toEqual(['nll', 'rmse']);
  expect(regression.rmse).toMatchObject({ wins: 2, losses: 0, difference: { mean: 1.5 } });
  expect(regression.nll).toMatchObject({ wins: 0, losses: 2, difference: { mean: -2 } });

  const classification = againstBase(
    evaluated('classification', [
      { accuracy: 0.5, baseRate: 0.5, nll: 1, brier: 1, ece: 0.25, aurocError: Number.NaN },
    ]),
    evaluated('classification', [{ accuracy: 0.75, baseRate: 0.5, nll: 0.5, brier: 0.5, ece: 0.5, aurocError: 0.5 }]),
  );
  // Detection is not defined on both sides, nothing was unseen, and of a base rate neither side is better.
  expect(Object.keys(classification)).toEqual(['nll', 'brier', 'accuracy', 'ece']);
  expect(classification.accuracy).toMatchObject({ wins: 1, difference: { mean: 0.25 } });
  expect(classification.nll).toMatchObject({ wins: 1, difference: { mean: 0.5 } });
  expect(classification.ece).toMatchObject({ losses: 1, difference: { mean: -0.25 } });
});

test('what rows add to each side tells what they add to the difference, row by row', () => {
  const chips = [{ nll: 1 }, { nll: 1.5 }];
  const rows = (...values: number[]) => ({
    'hardware/nll': ndArray([2, 3], Float32Array.from(values)),
    'degrees/nll': ndArray([1], Float32Array.of(2)),
  });
  const base = evaluated('regression', chips, rows(0.5, -0.25, -0.25, 0.5, -0.25, -0.25));
  const half = evaluated('regression', [{ nll: 0.5 }, { nll: 1 }], rows(0.5, -0.25, -0.25, 0.5, -0.25, -0.25));
  const other = evaluated('regression', [{ nll: 0.5 }, { nll: 1 }], rows(-0.25, 0.5, -0.25, -0.25, 0.5, -0.25));
  const { difference } = againstBase(base, half).nll!;
  // What both sides owe to the same rows cancels.
  expect(difference).toEqual({
    mean: 0.5,
    chips: { low: 0.5, high: 0.5 },
    rows: { low: 0.5, high: 0.5 },
    both: { low: 0.5, high: 0.5 },
  });
  // stats.t.ppf(.975, 2)*sqrt(.75**2 + .75**2)
  const apart = againstBase(base, other).nll!.difference.rows!;
  expect(apart.high - 0.5).toBeCloseTo(4.302652729749462 * Math.sqrt(2 * 0.75 ** 2), 6);
});

test('different numbers of chips, and other data, do not compare', () => {
  expect(againstBase(evaluated('regression', [{ rmse: 1 }]), evaluated('regression', []))).toEqual({});
  const other = evaluated('regression', [{ rmse: 1 }], {}, 'other');
  expect(againstBase(evaluated('regression', [{ rmse: 1 }]), other)).toEqual({});
});
