import type { ClassPredicted, Detected } from '../class-predicted.ts';
import { type Detection, falseAlarms } from '../detection.ts';
import type { Sample } from '../resampled.ts';
import type { CountOf } from '../share-ends.ts';
import { type Metric, share } from './metric.ts';

type Uncertainty = 'total' | 'epistemic';

/**
 * Of how many inputs the share would be that varies as an area does, of `positives` and `negatives`. Under the receiver operating
 * characteristic: of exponential scores (Hanley and McNeil, Radiology 143, 1982), with the mean of both numbers for each, which
 * holds for other scores too (Newcombe, Statistics in Medicine 25, 2006). Under precision over recall the positives are what a
 * share is of (Boyd, Eng and Page, ECML PKDD 2013), and on normal scores intervals of that width always hold the truth; those of
 * twice as many hold it in 92 to 99 %.
 */
const inputsOf: Readonly<Record<'auroc' | 'aupr', (area: number, positives: number, negatives: number) => number>> = {
  auroc(area, positives, negatives) {
    const others = (positives + negatives) / 2 - 1;
    return (positives * negatives) / (1 + others * ((1 - area) / (2 - area) + area / (1 + area)));
  },
  aupr: (_, positives) => 2 * positives,
};

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
  const negatives = (given: ClassPredicted) => detected(given).negatives.subarray(0, given.parts.count);
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
      : {
          rows: (given: ClassPredicted) => given.errorsBy(uncertainty).rows[measure],
          likeShare(given: ClassPredicted, count: CountOf) {
            const { measures, positives, negatives } = given.errorsBy(uncertainty);
            return inputsOf[measure](measures[measure], count(positives), count(negatives));
          },
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
    ...(measure === 'fpr95'
      ? missedBy(['rows', 'unseen'], given => given.unseenBy(uncertainty))
      : {
          rows: (given: ClassPredicted) => given.unseenBy(uncertainty).rows[measure].subarray(0, given.parts.count),
          unseenRows: (given: ClassPredicted) => given.unseenBy(uncertainty).rows[measure].subarray(given.parts.count),
          likeShare(given: ClassPredicted, count: CountOf) {
            const { measures } = given.unseenBy(uncertainty);
            const all = (count: number) => new Float64Array(count).fill(1);
            return inputsOf[measure](
              measures[measure],
              count(all(given.unseen!.count), 'unseen'),
              count(all(given.parts.count)),
            );
          },
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
