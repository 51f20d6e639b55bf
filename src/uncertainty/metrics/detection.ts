import type { ClassPredicted, Detected } from '../class-predicted.ts';
import { type Detection, falseAlarms } from '../detection.ts';
import type { Sample } from '../resampled.ts';
import { type Metric, share } from './metric.ts';

type Uncertainty = 'total' | 'epistemic';

const measures: readonly (readonly [keyof Detection, 'lower' | 'higher', (what: string, by: string) => string])[] = [
  ['auroc', 'higher', (what, by) => `${what} found by ${by} uncertainty, AUROC`],
  ['aupr', 'higher', (what, by) => `${what} found by ${by} uncertainty, AUPR`],
  ['fpr95', 'lower', (what, by) => `False alarms of ${by} uncertainty when 95 % of ${what.toLowerCase()} are found`],
];

/** How false alarms vary: they are a share of negatives, above a threshold that hangs on the least suspicious positives. */
function missedBy(
  samples: readonly Sample[],
  detected: (given: ClassPredicted) => Detected,
): Pick<Metric, 'shareOf' | 'reweighted'> {
  const negatives = (given: ClassPredicted) =>
    detected(given)
      .positives.subarray(0, given.parts.count)
      .map(positive => 1 - positive);
  return {
    shareOf: negatives,
    reweighted: {
      samples,
      kinds: (given: ClassPredicted) => (samples.length > 1 ? [] : [negatives(given), detected(given).positives]),
      open: (given: ClassPredicted) => {
        const { positives, ranks } = detected(given);
        const weights = new Float64Array(positives.length);
        return resample => {
          samples.reduce((at, sample) => {
            weights.set(resample[sample]!, at);
            return at + resample[sample]!.length;
          }, 0);
          return falseAlarms(positives, ranks, weights);
        };
      },
    },
  };
}

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
    ...(measure === 'fpr95'
      ? missedBy(['rows'], given => given.errorsBy(uncertainty))
      : { rows: (given: ClassPredicted) => given.errorsBy(uncertainty).rows[measure] }),
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
    ...(measure === 'fpr95'
      ? missedBy(['rows', 'unseen'], given => given.unseenBy(uncertainty))
      : {
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
