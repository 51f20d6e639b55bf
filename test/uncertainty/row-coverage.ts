import { expect } from 'vitest';
import { fillNormal, fillUniform, fold, type Key, keyOf } from '../../src/random/index.ts';
import {
  type CrossedInterval,
  classPredicted,
  conformalMetrics,
  crossedMetrics,
  crossedRecords,
  metrics,
  pooledRows,
  predictive,
  rowEvidence,
  withHeld,
} from '../../src/uncertainty/index.ts';

const uniform = (key: Key, name: string, count: number) => fillUniform(fold(key, name), new Float64Array(count));
const normal = (key: Key, name: string, count: number) => fillNormal(fold(key, name), new Float64Array(count));

/** Chips that answer the same rows: confidences of two classes around those of the row, right `rightAt` as often. */
export function chipsOf(
  key: Key,
  chips: number,
  rows: number,
  perBlock: number,
  rightAt: (confidence: number) => number,
  sure = 3,
) {
  const ofRow = uniform(key, 'row', rows / perBlock);
  const answers = uniform(key, 'answers', rows);
  return Array.from({ length: chips }, (_, i) => {
    const noise = normal(key, `chip ${i}`, rows);
    const p = Float64Array.from({ length: rows }, (_, j) => {
      const logit = sure * ofRow[Math.floor(j / perBlock)]! + 0.1 * noise[j]!;
      return 1 / (1 + Math.exp(-logit));
    });
    const right = p.map((confidence, j) => (answers[j]! < rightAt(confidence) ? 1 : 0));
    const parts = predictive(
      Float64Array.from({ length: 2 * rows }, (_, at) => (at % 2 === 0 ? p[at >> 1]! : 1 - p[at >> 1]!)),
      1,
      rows,
      2,
    );
    return classPredicted(
      parts,
      Int32Array.from(right, one => 1 - one),
    );
  });
}

/** How many of 200 repeats hold the truth in their interval over chips and rows. */
export function held(truth: number, found: (key: Key) => CrossedInterval) {
  return Array.from({ length: 200 }, (_, r) => found(fold(keyOf(9), `${r}`)).both!).filter(
    ({ low, high }) => low <= truth && truth <= high,
  ).length;
}

/** 90 to 99 % of 200: 3.2 and 2.6 standard errors off 95 %. */
export function expectNearly95(count: number) {
  expect(count).toBeGreaterThanOrEqual(180);
  expect(count).toBeLessThanOrEqual(198);
}

export const overconfident = (gap: number) => (confidence: number) => confidence - gap * (confidence > 0.8 ? 1 : 0.2);

/** How often the interval of a metric holds its truth, where confidence is `gap` too high, of rows in blocks. */
export function timesHeld(name: string, gap: number, rows: number, perBlock: number): number {
  const chips = (key: Key, count: number, rows: number) => chipsOf(key, count, rows, perBlock, overconfident(gap));
  const metric = metrics.filter(one => one.name === name);
  const truth = metric[0]!.of(chips(keyOf(1), 1, 120000)[0]!);
  const groups = Array.from({ length: rows }, (_, j) => Math.floor(j / perBlock));
  return held(truth, key => crossedMetrics(key, metric, chips(key, 3, rows), { rows: groups })[name]!);
}

/** The same of a metric of prediction sets, which hangs on the rows held back: 60 of those, 300 tested. */
export function conformalTimesHeld(name: 'conformalCoverage' | 'conformalSize'): number {
  const metric = conformalMetrics.filter(one => one.name === name && one.task === 'classification');
  const pairs = (key: Key, count: number, held: number, rows: number) => {
    const before = chipsOf(fold(key, 'held'), count, held, 1, overconfident(0.1));
    return chipsOf(key, count, rows, 1, overconfident(0.1)).map((tested, i) => ({
      held: before[i]!,
      tested,
      miss: 0.1,
    }));
  };
  const truth = metric[0]!.of(pairs(keyOf(1), 1, 120000, 120000)[0]!);
  return held(truth, key => {
    const rows = withHeld(pooledRows(key, { count: 300 }), { count: 60 });
    const judged = pairs(key, 3, 60, 300).map(pair => {
      const values = { [name]: metric[0]!.of(pair) };
      return { values, evidence: rowEvidence(pair, metric, values, rows) };
    });
    return crossedRecords(judged, 'classification')[name]!;
  });
}
