import { describe, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { type Evaluated, evaluateDesign, overSeeds, type Subject } from '../../src/pipeline/index.ts';
import { crossedInterval } from '../../src/uncertainty/index.ts';
import { folderWith } from '../cli/shell.ts';
import { evaluatedFor } from './support.ts';

const small = {
  seed: 2,
  data: { source: 'two-moons', train: 30, validation: 30, test: 40, noise: 0.3 },
  network: { layers: ['dense 6 tanh', 'dense 2'] },
  posterior: { method: 'map', epochs: 40 },
  hardware: { array: { rows: 32, columns: 32 }, layout: 'rows' },
  transfer: { limit: 2 },
  sampling: { samples: 4 },
  evaluate: { chips: 3, grid: 5, times: [6, 600] },
};

/** Losses [chips, rows] at the headline time. */
async function lossesOf({ own, design, root, headlineTime }: Subject, chips: readonly number[]) {
  const { arrays } = await evaluateDesign(
    own.prepared,
    design,
    { metrics: [], chips, times: [headlineTime], losses: true },
    { key: root, job: jobOf() },
  );
  return Float64Array.from(arrays['losses/nll']!);
}

describe('an evaluation', async () => {
  const { subject, ...evaluated } = await evaluatedFor(small);
  const { evaluation } = evaluated as Evaluated;
  const { software, hardware, deterministic } = evaluation;

  test('says of every metric what chips and what rows settle', async () => {
    const losses = await lossesOf(subject, [0, 1, 2]);
    const expected = crossedInterval(losses, { chips: 3, rows: 40, bounds: [0, Number.POSITIVE_INFINITY] });
    expect(hardware.metrics.nll!.mean).toBeCloseTo(expected.mean, 5);
    for (const way of ['chips', 'rows', 'both'] as const) {
      expect(hardware.metrics.nll![way]!.low, way).toBeCloseTo(expected[way]!.low, 5);
      expect(hardware.metrics.nll![way]!.high, way).toBeCloseTo(expected[way]!.high, 5);
    }
    for (const side of [hardware, deterministic]) {
      for (const { metrics } of side.byTime) {
        for (const [name, found] of Object.entries(metrics)) {
          const whole = !Number.isNaN(found.mean);
          expect(Object.keys(found), name).toEqual(whole ? ['mean', 'chips', 'rows', 'both'] : expect.anything());
        }
      }
    }
    expect(Object.keys(software.metrics.nll!)).toEqual(['mean', 'rows']);
    // Rows of a grid are no sample.
    expect(Object.keys(evaluation.preserved.metrics.decisionAgreement!)).toEqual(['mean', 'chips']);
    expect(evaluation.evidence).toEqual({ chips: 3, rows: 40 });
  });

  test('names classes, and counts what was decided for what', () => {
    expect(evaluation.outputs).toEqual(['upper', 'lower']);
    for (const { confusion, metrics } of [software, hardware, deterministic]) {
      expect(confusion!.map(row => row[0]! + row[1]!)).toEqual([20, 20]);
      expect(metrics['recall:lower']!.mean).toBeCloseTo(confusion![1]![1]! / 20, 12);
      expect(metrics.accuracy!.mean).toBeCloseTo((confusion![0]![0]! + confusion![1]![1]!) / 40, 12);
    }
  });

  test('compares with one weight vector by every headline metric, on the same rows', () => {
    expect(Object.keys(evaluation.againstDeterministic)).toEqual(
      expect.arrayContaining(['nll', 'brier', 'accuracy', 'ece', 'calibrationErrorDebiased']),
    );
    const { difference } = evaluation.againstDeterministic.nll!;
    expect(difference.mean).toBeCloseTo(deterministic.metrics.nll!.mean - hardware.metrics.nll!.mean, 12);
    // Rows that are hard for one are hard for the other: the difference owes them less than the sum of the two would.
    const width = (of: typeof difference) => of.rows!.high - of.rows!.low;
    expect(width(difference)).toBeLessThan(width(deterministic.metrics.nll!) + width(hardware.metrics.nll!));
  });
});

test('rows of one group are one piece of evidence', async () => {
  const lines = Array.from({ length: 60 }, (_, i) => `${Math.sin(i)},${Math.cos(3 * i)},${i % 7},${i % 5},${i % 2}`);
  const folder = folderWith({ 't.csv': ['x,y,z,patient,kind', ...lines].join('\n') });
  const { subject, evaluation } = await evaluatedFor(
    {
      ...small,
      data: { source: 'csv', path: 't.csv', group: 'patient', train: 0.3, validation: 0.2, test: 0.5 },
      evaluate: { chips: 2 },
    },
    folder,
  );
  expect(evaluation.evidence).toEqual({ chips: 2, rows: 30, groups: 5 });
  const { groups } = subject.data.test;
  const losses = await lossesOf(subject, [0, 1]);
  const how = { chips: 2, rows: 30, bounds: [0, Number.POSITIVE_INFINITY] } as const;
  const expected = crossedInterval(losses, { ...how, groups });
  expect(evaluation.hardware.metrics.nll!.rows!.high).toBeCloseTo(expected.rows!.high, 5);
  expect(expected.rows!.high).not.toBeCloseTo(crossedInterval(losses, how).rows!.high, 3);
  // What survived is measured on these rows.
  expect(Object.keys(evaluation.preserved.metrics.epistemicCorrelation!)).toEqual(['mean', 'chips', 'rows', 'both']);
});

test('runs that differ in their seeds alone are repetitions', async () => {
  const runs = [];
  for (const [name, seed, samples] of [
    ['first', 2, 4],
    ['again', 3, 4],
    ['fewer', 3, 2],
  ] as const) {
    const { subject, evaluation } = await evaluatedFor({
      ...small,
      seed,
      sampling: { samples },
      evaluate: { chips: 2 },
    });
    runs.push({ name, subject, evaluation });
  }
  const found = overSeeds(runs);
  expect(found.map(({ name, seeds }) => [name, seeds])).toEqual([['first', [2, 3]]]);
  const means = runs.slice(0, 2).map(({ evaluation }) => evaluation.hardware.metrics.nll!.mean);
  const { mean, low } = found[0]!.hardware.nll!;
  expect(mean).toBeCloseTo((means[0]! + means[1]!) / 2, 12);
  // stats.t.ppf(.975, 1)*|a − b|/2, cut at 0.
  expect(low).toBeCloseTo(Math.max(0, mean - (12.706204736174694 * Math.abs(means[0]! - means[1]!)) / 2), 10);
  expect(overSeeds(runs.slice(1))).toEqual([]);
});
