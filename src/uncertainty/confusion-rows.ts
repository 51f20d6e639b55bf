import { type ClassRecord, isPresent } from './confusion.ts';
import { perInput } from './per-input.ts';
import type { CountOf } from './share-ends.ts';

/** Labels and decisions, [N] each, with what becomes of every class. */
export interface Decided {
  readonly labels: ArrayLike<number>;
  readonly decisions: Int32Array;
  readonly records: readonly ClassRecord[];
}

/** What one more input of this label and decision would change a number about a class by. */
type Slope = (record: ClassRecord, labelled: boolean, decided: boolean) => number;

/** Slopes of recall, precision and F1 in the counts of the confusion matrix. */
export const slopes: Readonly<Record<'recall' | 'precision' | 'f1', Slope>> = {
  recall: (one, labelled, decided) => (labelled ? (Number(decided) - one.recall) / one.labelled : 0),
  precision: (one, labelled, decided) => (decided ? (Number(labelled) - one.precision) / one.decided : 0),
  f1: (one, labelled, decided) =>
    (2 * Number(labelled && decided) - one.f1 * (Number(labelled) + Number(decided))) / (one.labelled + one.decided),
};

/** Numbers per input whose mean is, to first order, recall, precision or F1 of class c. */
export function classRows({ labels, decisions, records }: Decided, c: number, kind: keyof typeof slopes): Float64Array {
  const record = records[c]!;
  const count = decisions.length;
  const at = (labelled: boolean, decided: boolean) => record[kind] + count * slopes[kind](record, labelled, decided);
  const [both, missed, wrong, other] = [at(true, true), at(true, false), at(false, true), at(false, false)];
  const rows = new Float64Array(count);
  for (let n = 0; n < count; n++) {
    const decided = decisions[n] === c;
    rows[n] = labels[n] === c ? (decided ? both : missed) : decided ? wrong : other;
  }
  return rows;
}

/** The same of the mean of such numbers over classes that have one; an undefined precision of a class counts as 0 and stays so. */
export function averageRows({ labels, decisions, records }: Decided, kind: keyof typeof slopes): Float64Array {
  const classes = countedClasses(records, kind);
  const value = records.reduce((sum, one) => sum + (Number.isNaN(one[kind]) ? 0 : one[kind]), 0) / classes;
  const count = decisions.length;
  const of = (labelled: boolean, decided: boolean) =>
    records.map(one => {
      const slope = slopes[kind](one, labelled, decided);
      return Number.isNaN(slope) ? 0 : (count * slope) / classes;
    });
  const [both, missed, wrong] = [of(true, true), of(true, false), of(false, true)];
  const rows = new Float64Array(count);
  for (let n = 0; n < count; n++) {
    const [label, decision] = [labels[n]!, decisions[n]!];
    rows[n] = value + (label === decision ? both[label]! : missed[label]! + wrong[decision]!);
  }
  return rows;
}

/** Of how many inputs the share would be that varies as recall, precision or F1 of class c does. */
export function classWorth(
  { labels, decisions, records }: Decided,
  c: number,
  kind: keyof typeof slopes,
  count: CountOf,
): number {
  const among = (is: (n: number) => boolean) => count(perInput(decisions.length, n => (is(n) ? 1 : 0)));
  if (kind === 'recall') return among(n => labels[n] === c);
  if (kind === 'precision') return among(n => decisions[n] === c);
  // F1 is 2j/(1 + j) of the share j of right ones among inputs that are labelled or decided so.
  return (2 * among(n => labels[n] === c || decisions[n] === c)) / (2 - records[c]!.f1) ** 2;
}

/**
 * The same of the mean of such numbers over classes, were it alike in all of them. Where all are right, or all wrong, distances
 * to the ends of the classes' intervals add up in squares instead (Zou and Donner, Statistics in Medicine 27, 2008).
 */
export function averageWorth(given: Decided, kind: keyof typeof slopes, count: CountOf): number {
  const { records } = given;
  const parts = records.map((_, c) => 1 / classWorth(given, c, kind, count)).filter(Number.isFinite);
  const classes = countedClasses(records, kind);
  const known = records.map(one => one[kind]).filter(value => !Number.isNaN(value));
  if (new Set(known).size === 1 && (known[0] === 0 || known[0] === 1)) return classes / Math.hypot(...parts);
  return classes ** 2 / parts.reduce((sum, part) => sum + part, 0);
}

const countedClasses = (records: readonly ClassRecord[], kind: keyof typeof slopes): number =>
  records.filter(one => (kind === 'recall' ? one.labelled > 0 : isPresent(one))).length;
