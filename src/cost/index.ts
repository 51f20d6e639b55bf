export type { Architecture, CommonOptions, Doubt, LayerSchedule, Schedule } from './architecture.ts';
export {
  type ArchitectureInput,
  type ArchitectureOptions,
  architectureSchema,
  architectures,
} from './architectures/index.ts';
export type { Band, Ratio } from './bands.ts';
export { type Baseline, equivalentSram, onPlatform, usualBaselines } from './baselines.ts';
export { type BreakEven, breakEven, widened } from './break-even.ts';
export { type Component, componentUnit, sourceOf, type Unit } from './component.ts';
export { adcRegression, components } from './components/index.ts';
export {
  type BaselineCost,
  type ComponentCost,
  type CostDocument,
  type CostSettings,
  costOf,
  type LayerCost,
} from './cost.ts';
export { architectureOptions, type Estimate, estimate, type Totals, totalsOf } from './estimate.ts';
export { type Rung, randomNumberLadder } from './generators.ts';
export type { Lifetime, PlanStatistics, Programming } from './lifetime.ts';
export { tilingOf } from './mapping.ts';
export { type Platform, platforms } from './platforms.ts';
export { costPreset, costPresets } from './presets/index.ts';
export type { PresetDocument, Validation } from './presets/preset.ts';
export type { Roofline, RooflinePoint } from './roofline.ts';
export { type Influence, type RatioName, type Sensitivity, sensitivity } from './sensitivity.ts';
export { type Technology, technology } from './technology.ts';
export { onThisMachine } from './this-machine.ts';
export {
  type Entropy,
  layersOf,
  macsOf,
  type Workload,
  type WorkloadLayer,
  weightsOf,
} from './workload.ts';
export { denseLayers, vggBinaryConnect } from './workloads.ts';
