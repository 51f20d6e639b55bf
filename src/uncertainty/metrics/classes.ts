import type { ClassPredicted } from '../class-predicted.ts';
import { balancedAccuracy, macroF1, macroPrecision } from '../confusion.ts';
import { averageRows, averageWorth, classRows, classWorth } from '../confusion-rows.ts';
import { perInput } from '../per-input.ts';
import type { CountOf } from '../share-ends.ts';
import { type Metric, share } from './metric.ts';

const score = { unit: '1', better: 'higher', task: 'classification', bounds: share } as const;

/** Averages in which every class counts the same. */
export const classAverages: readonly Metric[] = [
  {
    ...score,
    name: 'balancedAccuracy',
    label: 'Balanced accuracy',
    short: 'balanced accuracy',
    headline: true,
    of: ({ records }: ClassPredicted) => balancedAccuracy(records),
    rows: (given: ClassPredicted) => averageRows(given, 'recall'),
    likeShare: (given: ClassPredicted, count) => averageWorth(given, 'recall', count),
  },
  {
    ...score,
    name: 'macroPrecision',
    label: 'Precision, mean over classes',
    short: 'macro precision',
    headline: true,
    of: ({ records }: ClassPredicted) => macroPrecision(records),
    rows: (given: ClassPredicted) => averageRows(given, 'precision'),
    likeShare: (given: ClassPredicted, count) => averageWorth(given, 'precision', count),
  },
  {
    ...score,
    name: 'macroF1',
    label: 'F1, mean over classes',
    short: 'macro F1',
    headline: true,
    of: ({ records }: ClassPredicted) => macroF1(records),
    rows: (given: ClassPredicted) => averageRows(given, 'f1'),
    likeShare: (given: ClassPredicted, count) => averageWorth(given, 'f1', count),
  },
];

/** Numbers of one class, and which inputs recall and precision are shares of. */
const ofOneClass = [
  { kind: 'recall', label: 'Recall', shareOf: 'labels' },
  { kind: 'precision', label: 'Precision', shareOf: 'decisions' },
  { kind: 'f1', label: 'F1', shareOf: undefined },
] as const;

/** Recall, precision and F1 of every class by its name, `recall:NAME` and so on. */
export function classMetrics(names: readonly string[]): Metric[] {
  return ofOneClass.flatMap(({ kind, label, shareOf }) =>
    names.map((name, c) => ({
      ...score,
      name: `${kind}:${name}`,
      label: `${label} of ${name}`,
      of: ({ records }: ClassPredicted) => records[c]![kind],
      rows: (given: ClassPredicted) => classRows(given, c, kind),
      ...(shareOf
        ? { shareOf: (given: ClassPredicted) => belonging(given[shareOf], c) }
        : { likeShare: (given: ClassPredicted, count: CountOf) => classWorth(given, c, kind, count) }),
    })),
  );
}

/** 1 for inputs of this class, else 0. */
const belonging = (classes: ArrayLike<number>, c: number): Float64Array =>
  perInput(classes.length, n => (classes[n] === c ? 1 : 0));
