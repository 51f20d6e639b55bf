import { insist } from '../base/index.ts';
import { correlation, mean } from './correlation.ts';
import { decisions, type Predictive } from './predictive.ts';
import type { PredictiveMoments } from './regression.ts';

/** What of a classifier's decisions and uncertainty survived on hardware. */
export interface Preservation {
  /** Share of inputs with the same most probable class. */
  readonly decisionAgreement: number;
  /** Pearson's correlation over inputs; 0 where one side is constant. */
  readonly aleatoricCorrelation: number;
  readonly epistemicCorrelation: number;
  /** Mean over inputs of hardware − software, nats. */
  readonly aleatoricDifference: number;
  readonly epistemicDifference: number;
}

/**
 * Compares hardware with software on the same inputs (a test set, or a grid over the input plane). Both come from
 * `predictive`; their numbers of samples may differ.
 */
export function preservation(pair: { software: Predictive; hardware: Predictive }): Preservation {
  const { software, hardware } = pair;
  insist(
    software.count === hardware.count && software.classes === hardware.classes,
    `hardware: must predict the software's inputs and classes, ${software.count} × ${software.classes}, got ${hardware.count} × ${hardware.classes}.`,
  );
  const a = decisions(software.mean, software.count, software.classes);
  const b = decisions(hardware.mean, hardware.count, hardware.classes);
  let same = 0;
  for (let n = 0; n < a.length; n++) if (a[n] === b[n]) same++;
  return {
    decisionAgreement: same / a.length,
    aleatoricCorrelation: correlation(software.aleatoric, hardware.aleatoric),
    epistemicCorrelation: correlation(software.epistemic, hardware.epistemic),
    aleatoricDifference: mean(hardware.aleatoric) - mean(software.aleatoric),
    epistemicDifference: mean(hardware.epistemic) - mean(software.epistemic),
  };
}

/** What of a regression's predictions survived on hardware; spreads are standard deviations in the targets' unit. */
export interface RegressionPreservation {
  /** Pearson's correlations over inputs and outputs; 0 where one side is constant. */
  readonly meanCorrelation: number;
  readonly stdCorrelation: number;
  readonly aleatoricCorrelation: number;
  readonly epistemicCorrelation: number;
  /** Root mean square of hardware mean − software mean. */
  readonly meanDifference: number;
  /** Means over inputs and outputs of hardware − software. */
  readonly aleatoricDifference: number;
  readonly epistemicDifference: number;
}

/** As `preservation`, for moments from `predictiveMoments`. */
export function regressionPreservation(pair: {
  software: PredictiveMoments;
  hardware: PredictiveMoments;
}): RegressionPreservation {
  const { software, hardware } = pair;
  insist(
    software.count === hardware.count && software.outputs === hardware.outputs,
    `hardware: must predict the software's inputs and outputs, ${software.count} × ${software.outputs}, got ${hardware.count} × ${hardware.outputs}.`,
  );
  return {
    meanCorrelation: correlation(software.mean, hardware.mean),
    stdCorrelation: correlation(software.total, hardware.total),
    aleatoricCorrelation: correlation(software.aleatoric, hardware.aleatoric),
    epistemicCorrelation: correlation(software.epistemic, hardware.epistemic),
    meanDifference: Math.sqrt(mean(software.mean.map((m, n) => (m - hardware.mean[n]!) ** 2))),
    aleatoricDifference: mean(hardware.aleatoric) - mean(software.aleatoric),
    epistemicDifference: mean(hardware.epistemic) - mean(software.epistemic),
  };
}
