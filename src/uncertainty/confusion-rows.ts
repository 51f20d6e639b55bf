import { type ClassRecord, isPresent } from './confusion.ts';

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
  const counted = records.filter(one => (kind === 'recall' ? one.labelled > 0 : isPresent(one))).length;
  const value = records.reduce((sum, one) => sum + (Number.isNaN(one[kind]) ? 0 : one[kind]), 0) / counted;
  const count = decisions.length;
  const of = (labelled: boolean, decided: boolean) =>
    records.map(one => {
      const slope = slopes[kind](one, labelled, decided);
      return Number.isNaN(slope) ? 0 : (count * slope) / counted;
    });
  const [both, missed, wrong] = [of(true, true), of(true, false), of(false, true)];
  const rows = new Float64Array(count);
  for (let n = 0; n < count; n++) {
    const [label, decision] = [labels[n]!, decisions[n]!];
    rows[n] = value + (label === decision ? both[label]! : missed[label]! + wrong[decision]!);
  }
  return rows;
}
