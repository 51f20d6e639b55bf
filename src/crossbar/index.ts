export { approximateEffectiveMatrix } from './approximate.ts';
export {
  type BitSerialDrive,
  type BitSerialResult,
  bitSerialForward,
  bitSerialProduct,
  type InputCode,
  type SlicedWeights,
  sliceWeights,
} from './bitserial.ts';
export { type Comparator, compare } from './comparator.ts';
export {
  type Code,
  type Converter,
  checkConverter,
  convert,
  converterStep,
  idealConverter,
  Magnitudes,
} from './converters.ts';
export {
  type BatchNormalisation,
  type ConvolutionShape,
  convolutionMatrix,
  convolutionOutput,
  foldBatchNormalisation,
  gatherPatches,
  type Pooling,
  patchSize,
  pool,
  scatterOutputs,
} from './convolution.ts';
export { effectiveMatrix } from './effective.ts';
export {
  type CalibrationOptions,
  type ColumnConverters,
  calibrateConverters,
  forwardCopies,
  type LayerDrive,
  type ReadNoise,
  type Saturation,
} from './forward.ts';
export { type CellCurve, type CurrentLaw, cellCurve, currentLawSchema, currentLaws } from './iv.ts';
export {
  type ConductanceRange,
  decodeVariances,
  decodeWeights,
  type Encoding,
  encodeWeights,
  encoding,
  type Mapping,
  mappingSchema,
  mappings,
} from './mappings.ts';
export { type CrossbarNetwork, cellConductance, checkNetwork } from './network.ts';
export { type OperatingPoint, solveNonlinear } from './nonlinear.ts';
export {
  type Addresses,
  type ArrayGeometry,
  type Block,
  type Layout,
  type MatrixShape,
  type Placement,
  place,
  tileBoundaries,
} from './placement.ts';
export { type NoiseShape, type RepeatedReads, readCellByCell, readRepeatedly } from './reads.ts';
export {
  type CheckedRequest,
  type CrossbarSolution,
  checkRequest,
  crossbarRequestSchema,
  solveCrossbar,
} from './solve.ts';
export { spiceNetlist } from './spice.ts';
export { effectiveCells, segmentResistance, type Wires } from './wires.ts';
