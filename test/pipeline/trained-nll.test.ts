import { expect, test } from 'vitest';
import { trainedNll } from '../../src/pipeline/trained-nll.ts';
import { classPredicted, measure, predictive } from '../../src/uncertainty/index.ts';

/** One sample of probabilities, [rows][2]. */
const predictedOf = (rows: readonly (readonly [number, number])[], labels: Int32Array) =>
  classPredicted(predictive(Float32Array.from(rows.flat()), 1, rows.length, 2), labels);

const rows = [
  [0.9, 0.1],
  [0.6, 0.4],
  [0.3, 0.7],
] as const;
const labels = Int32Array.of(0, 0, 1);
const predicted = predictedOf(rows, labels);

test('a row whose class counted three times is three rows', () => {
  const repeated = [...rows, rows[2], rows[2]];
  const many = predictedOf(repeated, Int32Array.of(0, 0, 1, 1, 1));
  expect(trainedNll(predicted, labels, { info: { classWeights: [0.6, 1.8] } })).toBeCloseTo(
    measure(many, ['nll']).nll!,
    12,
  );
});

test('rows count alike where training took them alike', () => {
  expect(trainedNll(predicted, labels, { info: {} })).toBeCloseTo(measure(predicted, ['nll']).nll!, 12);
});
