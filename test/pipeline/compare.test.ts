import { expect, test } from 'vitest';
import { againstBase, againstOthers } from '../../src/pipeline/compare.ts';
import type { Evaluation } from '../../src/pipeline/evaluation.ts';

/** Of an evaluation what comparisons look at. */
const evaluation = (task: Evaluation['task'], chips: readonly Readonly<Record<string, number>>[]) =>
  ({ task, hardware: { chips } }) as unknown as Evaluation;

test('a variant with smaller errors wins, for regression as for classification', () => {
  const regression = againstBase(
    evaluation('regression', [
      { rmse: 2, nll: 1, coverage90: 0.9 },
      { rmse: 3, nll: 1, coverage90: 0.8 },
    ]),
    evaluation('regression', [
      { rmse: 1, nll: 2, coverage90: 0.7 },
      { rmse: 1, nll: 4, coverage90: 0.7 },
    ]),
  );
  expect(Object.keys(regression)).toEqual(['rmse', 'nll']);
  expect(regression.rmse).toMatchObject({ wins: 2, losses: 0, difference: { mean: 1.5 } });
  expect(regression.nll).toMatchObject({ wins: 0, losses: 2, difference: { mean: -2 } });

  const classification = againstBase(
    evaluation('classification', [
      { accuracy: 0.5, baseRate: 0.5, nll: 1, brier: 1, ece: 0.25, aurocError: Number.NaN },
    ]),
    evaluation('classification', [{ accuracy: 0.75, baseRate: 0.5, nll: 0.5, brier: 0.5, ece: 0.5, aurocError: 0.5 }]),
  );
  // Detection is not defined on both sides, nothing was unseen, and of a base rate neither side is better.
  expect(Object.keys(classification)).toEqual(['accuracy', 'nll', 'brier', 'ece']);
  expect(classification.accuracy).toMatchObject({ wins: 1, difference: { mean: 0.25 } });
  expect(classification.nll).toMatchObject({ wins: 1, difference: { mean: 0.5 } });
  expect(classification.ece).toMatchObject({ losses: 1, difference: { mean: -0.25 } });
});

test('different numbers of chips do not compare', () => {
  expect(againstBase(evaluation('regression', [{ rmse: 1 }]), evaluation('regression', []))).toEqual({});
});

test('chips are held against others by accuracy, regressions by RMSE', () => {
  const better = againstOthers('regression', [{ rmse: 1 }, { rmse: 2 }], [{ rmse: 3 }, { rmse: 2 }]);
  expect(better).toMatchObject({ wins: 1, losses: 0, ties: 1, difference: { mean: 1 } });
  expect(againstOthers('classification', [{ accuracy: 0.5 }], [{ accuracy: 0.75 }])).toMatchObject({
    losses: 1,
    difference: { mean: -0.25 },
  });
});
