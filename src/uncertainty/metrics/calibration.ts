import { chanceError, debiasedError, expectedError, largestError, tallied } from '../calibration.ts';
import { chanceRows, debiasedRows, expectedRows } from '../calibration-rows.ts';
import type { ClassPredicted } from '../class-predicted.ts';
import { type Metric, share } from './metric.ts';

const error = { unit: '1', better: 'lower', task: 'classification', bounds: share } as const;

/** Whether confidence can be believed. */
export const calibrationErrors: readonly Metric[] = [
  {
    ...error,
    name: 'ece',
    label: 'Expected calibration error',
    short: 'ECE',
    headline: true,
    brief: true,
    of: ({ reliability }: ClassPredicted) => expectedError(reliability),
    rows: ({ binned }: ClassPredicted) => expectedRows(binned),
  },
  {
    ...error,
    name: 'eceFloor',
    label: 'Expected calibration error that chance alone gives',
    short: 'ECE by chance',
    better: 'neither',
    headline: true,
    of: ({ confidence }: ClassPredicted) => chanceError(confidence),
    rows: ({ binned, confidence }: ClassPredicted) => chanceRows(binned, chanceError(confidence)),
  },
  {
    ...error,
    name: 'calibrationErrorDebiased',
    label: 'Root mean square calibration error without chance',
    short: 'debiased calibration error',
    headline: true,
    of: ({ reliability }: ClassPredicted) => debiasedError(reliability),
    rows: ({ binned, reliability }: ClassPredicted) => debiasedRows(binned, debiasedError(reliability)),
  },
  {
    ...error,
    name: 'mce',
    label: 'Largest calibration error',
    of: ({ reliability }: ClassPredicted) => largestError(reliability),
    reweighted: {
      samples: ['rows'],
      open:
        ({ binned: { places, confidence, wrong } }: ClassPredicted) =>
        ({ rows }) =>
          largestError(tallied(places, confidence, wrong, undefined, rows)),
    },
  },
  {
    ...error,
    name: 'adaptiveEce',
    label: 'Adaptive calibration error',
    of: ({ equalMass }: ClassPredicted) => expectedError(equalMass.bins),
    rows: ({ equalMass }: ClassPredicted) => expectedRows(equalMass),
  },
];
