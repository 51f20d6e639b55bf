import {
  adaptiveError,
  chanceError,
  debiasedError,
  expectedError,
  largestError,
  reliabilityBins,
} from '../calibration.ts';
import type { ClassPredicted } from '../class-predicted.ts';
import { type Metric, share } from './metric.ts';

const error = { unit: '1', better: 'lower', task: 'classification', bounds: share } as const;

const weightedBins = ({ confidence, losses }: ClassPredicted, weights: Float64Array) =>
  reliabilityBins(confidence, losses.error, undefined, weights);

/** Whether confidence can be believed. */
export const calibrationErrors: readonly Metric[] = [
  {
    ...error,
    name: 'ece',
    label: 'Expected calibration error',
    headline: true,
    of: ({ reliability }: ClassPredicted) => expectedError(reliability),
    weighted: (given: ClassPredicted, weights) => expectedError(weightedBins(given, weights)),
  },
  {
    ...error,
    name: 'eceFloor',
    label: 'Expected calibration error that chance alone gives',
    better: 'neither',
    of: ({ confidence }: ClassPredicted) => chanceError(confidence),
  },
  {
    ...error,
    name: 'calibrationErrorDebiased',
    label: 'Root mean square calibration error without chance',
    of: ({ reliability }: ClassPredicted) => debiasedError(reliability),
    weighted: (given: ClassPredicted, weights) => debiasedError(weightedBins(given, weights)),
  },
  {
    ...error,
    name: 'mce',
    label: 'Largest calibration error',
    of: ({ reliability }: ClassPredicted) => largestError(reliability),
  },
  {
    ...error,
    name: 'adaptiveEce',
    label: 'Adaptive calibration error',
    of: ({ confidence, losses }: ClassPredicted) => adaptiveError(confidence, losses.error),
  },
];
