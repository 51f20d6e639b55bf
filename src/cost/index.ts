export type { Architecture } from './architecture.ts';
export {
  type ArchitectureInput,
  type ArchitectureOptions,
  architectureSchema,
  architectures,
} from './architectures/index.ts';
export { type Band, drawnPrices, draws } from './bands.ts';
export {
  type Baseline,
  type DigitalChoice,
  type DigitalPredictor,
  digitalBaseline,
  digitalMemories,
  digitalPredictors,
  equivalentSram,
  onPlatform,
  usualBaselines,
} from './baselines.ts';
export { type Bill, billOf, constantsOf, type PriceConstant, totalsOf, totalsOfBill } from './bill.ts';
export { type BreakEven, breakEven } from './break-even.ts';
export { type Component, componentUnit, sourceOf } from './component.ts';
export { components } from './components/index.ts';
export { type CostDocument, type CostOptions, costOf, pricesOf, type Rival } from './cost.ts';
export { architectureOptions, type Estimate, estimate, type Factors, type Totals } from './estimate.ts';
export { randomNumberLadder } from './generators.ts';
export { strongestRival } from './headline.ts';
export { type Platform, platforms } from './platforms.ts';
export { costPreset, costPresets } from './presets/index.ts';
export type { PresetDocument, Validation } from './presets/preset.ts';
export { prices } from './price.ts';
export { type Loss, type Quality, qualityOf } from './quality.ts';
export type { Roofline } from './roofline.ts';
export { type Influence, type Sensitivity, sensitivity } from './sensitivity.ts';
export type { Calibration } from './silicon/calibration.ts';
export { type Silicon, silicon } from './silicon/silicon.ts';
export { type Technology, technology } from './technology.ts';
export { onThisMachine } from './this-machine.ts';
export { layersOf, type Workload, type WorkloadLayer } from './workload.ts';
export { denseLayers, vggBinaryConnect } from './workloads.ts';
