export {
  classScores,
  conformalThreshold,
  intervalScores,
  predictionSets,
  withinThreshold,
} from './calibration/conformal.ts';
export { correctedNll, type LabelledLogits, type LogitCorrection } from './calibration/corrected-loss.ts';
export {
  type CheckedCorrection,
  type CorrectionKind,
  checkedLogitCorrection,
  correctLogits,
  fitLogitCorrection,
} from './calibration/logits.ts';
export { type Density, logDensity } from './density.ts';
export { bulkEss, energyFraction, rhat, tailEss } from './diagnostics/convergence.ts';
export { paretoShape, posteriorParetoShape } from './diagnostics/pareto.ts';
export {
  type ConvergenceSummary,
  type PosteriorDiagnostics,
  posteriorDiagnostics,
  summariseChains,
} from './diagnostics/summary.ts';
export { type Uniformity, uniformity } from './diagnostics/uniformity.ts';
export { bestPoint, drawWeights, posteriorMean, posteriorStd } from './draw.ts';
export { evenOrder } from './even-order.ts';
export { type ExportOptions, exportFormats } from './export-posterior.ts';
export { gaussianKl } from './gaussian-kl.ts';
export { type HardwareOptions, trainingHardware } from './hardware.ts';
export { checkParameters, type ImportedPosterior, type ImportOptions, importPosterior } from './import-posterior.ts';
export { type LearningCurve, noCurve } from './learning-curve.ts';
export type {
  ChainMethod,
  ChainPlan,
  DeviceCurve,
  Method,
  MethodContext,
  Snapshot,
  StepInfo,
  StepMethod,
  Training,
  TrainingHardware,
  WireShares,
} from './method.ts';
export { candidatesOf } from './methods/fields.ts';
export { limitShares } from './methods/hardware-aware.ts';
export { methods, type PosteriorOptions, posteriorDraws, posteriorSchema } from './methods/index.ts';
export { buildModel, type Likelihood, type Model, type Noise, noiseSchema } from './model.ts';
export { epochsOf } from './optimise.ts';
export type { BernoulliPosterior, MomentPosterior, PointPosterior, Posterior, SamplePosterior } from './posterior.ts';
export { decodePosterior, encodePosterior } from './posterior-file.ts';
export { predictiveLoss } from './predictive-loss.ts';
export { buildPrior, type Prior, type PriorOptions, priorSchema, priors } from './priors/index.ts';
export { type Chain, type ChainOptions, runChain } from './samplers/chain.ts';
export {
  type ChainMethodOptions,
  type ChainTask,
  chainKind,
  chainTask,
  runChainTask,
} from './samplers/chain-task.ts';
export { type NutsInfo, type NutsSettings, nutsSampler } from './samplers/nuts.ts';
export type { SamplerState } from './samplers/state.ts';
export {
  type RankedGroup,
  type SimulationCalibration,
  type SimulationOptions,
  simulationCalibration,
} from './simulation-calibration.ts';
export { decodePlace, encodePlace, type Place } from './snapshot-file.ts';
export { centred, priorPoint, type Trained, type TrainOptions, trainPosterior } from './train.ts';
