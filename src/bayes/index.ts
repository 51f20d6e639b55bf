export {
  classScores,
  conformalThreshold,
  intervalScores,
  predictionSets,
  withinThreshold,
} from './calibration/conformal.ts';
export { correctedNll, type LogitCorrection } from './calibration/corrected-loss.ts';
export {
  type CheckedCorrection,
  checkedInPieces,
  checkedLogitCorrection,
  correctLogits,
  fitLogitCorrection,
} from './calibration/logits.ts';
export { type Density, logDensity } from './density.ts';
export { bulkEss, rhat, tailEss } from './diagnostics/convergence.ts';
export { posteriorParetoShape } from './diagnostics/pareto.ts';
export { type PosteriorDiagnostics, posteriorDiagnostics, summariseChains } from './diagnostics/summary.ts';
export { bestPoint, drawInPieces, drawWeights, marginals, posteriorMean, posteriorStd } from './draw.ts';
export { evenOrder } from './even-order.ts';
export { type ExportOptions, exportFormats } from './export-posterior.ts';
export { gaussianKl } from './gaussian-kl.ts';
export { type HardwareOptions, trainingHardware } from './hardware.ts';
export { checkParameters, type ImportedPosterior, type ImportOptions, importPosterior } from './import-posterior.ts';
export { type LearningCurve, noCurve } from './learning-curve.ts';
export { type Mask, masksOfPosterior } from './masks.ts';
export type { ChainMethod, Method, StepMethod, Training, TrainingHardware } from './method.ts';
export { methods, type PosteriorOptions, posteriorDraws, posteriorSchema } from './methods/index.ts';
export { passesOfAware, passesOfTied } from './methods/passes.ts';
export { buildModel, type Model } from './model.ts';
export { epochsOf } from './optimise.ts';
export type { BernoulliPosterior, MomentPosterior, PointPosterior, Posterior, SamplePosterior } from './posterior.ts';
export { decodePosterior, encodePosterior } from './posterior-file.ts';
export { buildPrior, type Prior, type PriorOptions, priorSchema, priors } from './priors/index.ts';
export { pointMatrices, type RandomLayers, randomLayersOf, spreadsAny } from './random-layers.ts';
export { type ChainTask, chainKind, runChainTask } from './samplers/chain-task.ts';
export { type NutsInfo, type NutsSettings, nutsSampler } from './samplers/nuts.ts';
export type { SamplerState } from './samplers/state.ts';
export { type SimulationCalibration, type SimulationOptions, simulationCalibration } from './simulation-calibration.ts';
export { type Trained, type TrainOptions, trainPosterior } from './train.ts';
