import type { ClassPredicted } from '../class-predicted.ts';
import type { Detection } from '../detection.ts';
import { type Metric, share } from './metric.ts';

type Uncertainty = 'total' | 'epistemic';

const measures: readonly (readonly [keyof Detection, 'lower' | 'higher', (what: string, by: string) => string])[] = [
  ['auroc', 'higher', (what, by) => `${what} found by ${by} uncertainty, AUROC`],
  ['aupr', 'higher', (what, by) => `${what} found by ${by} uncertainty, AUPR`],
  ['fpr95', 'lower', (what, by) => `False alarms of ${by} uncertainty when 95 % of ${what.toLowerCase()} are found`],
];

function errorsBy(uncertainty: Uncertainty, suffix: string): Metric[] {
  return measures.map(([measure, better, label]) => ({
    name: `${measure}Error${suffix}`,
    unit: '1',
    label: label('Errors', uncertainty),
    better,
    task: 'classification',
    bounds: share,
    ...(measure === 'auroc' && uncertainty === 'total' && { short: 'AUROC of errors', headline: true as const }),
    of: (given: ClassPredicted) => given.errorsBy(uncertainty).measures[measure],
    ...(measure !== 'fpr95' && {
      rows: (given: ClassPredicted) => given.errorsBy(uncertainty).rows[measure],
    }),
  }));
}

function unseenBy(uncertainty: Uncertainty, suffix: string): Metric[] {
  return measures.map(([measure, better, label]) => ({
    name: `${measure}Unseen${suffix}`,
    unit: '1',
    label: label('Unseen data', uncertainty),
    better,
    task: 'classification',
    bounds: share,
    ...(measure === 'auroc' &&
      uncertainty === 'epistemic' && { short: 'AUROC of unseen data', headline: true as const }),
    unseen: true as const,
    when: (given: ClassPredicted) => given.unseen !== undefined,
    of: (given: ClassPredicted) => given.unseenBy(uncertainty).measures[measure],
    ...(measure !== 'fpr95' && {
      rows: (given: ClassPredicted) => given.unseenBy(uncertainty).rows[measure].subarray(0, given.parts.count),
      unseenRows: (given: ClassPredicted) => given.unseenBy(uncertainty).rows[measure].subarray(given.parts.count),
    }),
  }));
}

/** Whether uncertainty notices wrong decisions, and inputs of classes never trained on. */
export const detections: readonly Metric[] = [
  ...errorsBy('total', ''),
  ...errorsBy('epistemic', 'Epistemic'),
  ...unseenBy('epistemic', ''),
  ...unseenBy('total', 'Total'),
];
