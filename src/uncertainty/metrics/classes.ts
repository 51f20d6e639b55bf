import type { ClassPredicted } from '../class-predicted.ts';
import {
  balancedAccuracy,
  type ClassRecord,
  type Confusion,
  classRecords,
  confusionOf,
  macroF1,
  macroPrecision,
} from '../confusion.ts';
import { type Metric, share } from './metric.ts';

/** A metric that the confusion matrix settles. */
function fromConfusion(name: string, label: string, value: (confusion: Confusion) => number): Metric {
  return {
    name,
    unit: '1',
    label,
    better: 'higher',
    task: 'classification',
    bounds: share,
    of: ({ confusion }: ClassPredicted) => value(confusion),
    weighted: ({ labels, decisions, parts }: ClassPredicted, weights) =>
      value(confusionOf(labels, decisions, parts.classes, weights)),
  };
}

/** Averages in which every class counts the same. */
export const classAverages: readonly Metric[] = [
  fromConfusion('balancedAccuracy', 'Balanced accuracy', balancedAccuracy),
  fromConfusion('macroPrecision', 'Precision, mean over classes', macroPrecision),
  fromConfusion('macroF1', 'F1, mean over classes', macroF1),
];

const ofOneClass: Readonly<Record<'recall' | 'precision' | 'f1', string>> = {
  recall: 'Recall',
  precision: 'Precision',
  f1: 'F1',
};

/** Recall, precision and F1 of every class by its name, `recall:NAME` and so on. */
export function classMetrics(names: readonly string[]): Metric[] {
  return Object.entries(ofOneClass).flatMap(([kind, label]) =>
    names.map((name, c) =>
      fromConfusion(
        `${kind}:${name}`,
        `${label} of ${name}`,
        confusion => classRecords(confusion)[c]![kind as keyof typeof ofOneClass & keyof ClassRecord],
      ),
    ),
  );
}
