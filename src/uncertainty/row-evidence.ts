import { fold, type Key } from '../random/index.ts';
import { Blocks, mostBlocks, type OverBlocks, type RowsGiven } from './blocks.ts';
import type { Judge } from './metrics/metric.ts';
import { resampled, type Sample } from './resampled.ts';
import type { Worth } from './share-ends.ts';

/** What numbers about one prediction, by name, owe to the rows there were. */
export interface RowEvidence {
  /** What each block of rows adds to the number, so that the squares add up to its variance over rows. */
  readonly byBlock: Readonly<Record<string, Float32Array>>;
  /** Degrees of freedom of that variance. */
  readonly degrees: Readonly<Record<string, number>>;
  /** Of shares, and of what varies like one: of how many rows. */
  readonly shareOf: Readonly<Record<string, Worth>>;
}

/** Samples of rows that numbers are made of, in blocks, and what decides how they are resampled. */
export interface TestRows extends Readonly<Partial<Record<Sample, Blocks>>> {
  readonly key: Key;
  readonly rows: Blocks;
}

/** The rows of many predictions, pooled at random where there are many of them. */
export function pooledRows(key: Key, rows: RowsGiven, unseen?: RowsGiven): TestRows {
  return {
    key,
    rows: pooled(key, 'rows', rows),
    ...(unseen && { unseen: pooled(key, 'unseen', unseen) }),
  };
}

/** The same with rows that were held back to set thresholds. */
export const withHeld = (rows: TestRows, held: RowsGiven): TestRows => ({
  ...rows,
  held: pooled(rows.key, 'held', held),
});

const pooled = (key: Key, sample: Sample, rows: RowsGiven): Blocks =>
  new Blocks(rows, { key: fold(key, sample), most: mostBlocks });

/** What these numbers about `given`, `values` by name, owe to its rows. */
export function rowEvidence<Given>(
  given: Given,
  judges: readonly Judge<Given>[],
  values: Readonly<Record<string, number>>,
  test: TestRows,
): RowEvidence {
  const byBlock: Record<string, Float32Array> = {};
  const degrees: Record<string, number> = {};
  const shareOf: Record<string, Worth> = {};
  const { rows, unseen } = test;
  for (const judge of judges) {
    const { name } = judge;
    if (Number.isNaN(values[name])) continue;
    const counted = judge.shareOf?.(given);
    const kinds: (OverBlocks | undefined)[] = [];
    if (judge.rows) kinds.push(rows.over(judge.rows(given), counted));
    if (judge.unseenRows && unseen) kinds.push(unseen.over(judge.unseenRows(given)));
    if (judge.reweighted) kinds.push(resampled(given, judge.reweighted, test));
    const found = kinds.flatMap(kind => kind ?? []);
    if (found.length === 0 || found.length < kinds.length) continue;
    degrees[name] = Math.min(...found.map(({ degrees }) => degrees));
    byBlock[name] = joined(found.map(({ added }) => added));
    if (counted) shareOf[name] = { units: rows.units(counted) };
    if (judge.likeShare) {
      shareOf[name] = {
        units: judge.likeShare(given, (kind, sample = 'rows') => test[sample]?.units(kind) ?? Number.NaN),
        most: judge.likeShare(given, kind => kind.reduce((sum, one) => sum + one, 0)),
      };
    }
  }
  return { byBlock, degrees, shareOf };
}

function joined(parts: readonly Float64Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Evidence of several families of numbers about the same rows. */
export function allEvidence(...all: readonly RowEvidence[]): RowEvidence {
  const merged = <K extends keyof RowEvidence>(kind: K): RowEvidence[K] =>
    Object.assign({}, ...all.map(evidence => evidence[kind]));
  return { byBlock: merged('byBlock'), degrees: merged('degrees'), shareOf: merged('shareOf') };
}

/** Of numbers whose rows are no evidence. */
export const noEvidence: RowEvidence = { byBlock: {}, degrees: {}, shareOf: {} };
