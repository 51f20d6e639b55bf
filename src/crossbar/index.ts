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
export { type CalibrationOptions, calibrateConverters } from './calibrate.ts';
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
export { convertersSchema } from './converters-schema.ts';
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
export type { ColumnConverters, LayerDrive, ProductPrecision, ReadNoise, ReadNumbers, Saturation } from './drive.ts';
export { effectiveMatrix } from './effective.ts';
export { forwardCopies } from './forward.ts';
export { type CellCurve, type CurrentLaw, cellCurve, currentLawSchema, currentLaws } from './laws/index.ts';
export {
  type ConductanceRange,
  decodeVariances,
  decodeWeights,
  devicesPerWeight,
  type Encoding,
  encodeWeights,
  encoding,
  type Mapping,
  mappingSchema,
  mappings,
} from './mappings/index.ts';
export { type CrossbarNetwork, cellConductance, checkNetwork } from './network.ts';
export { type OperatingPoint, solveNonlinear } from './nonlinear.ts';
export {
  type Addresses,
  type ArrayGeometry,
  arraysDriven,
  type Block,
  type Layout,
  type MatrixShape,
  type Placement,
  place,
  tileBoundaries,
} from './placement.ts';
export { bf16Error, checkBf16 } from './precision.ts';
export { type NoiseShape, type RepeatedReads, readCellByCell, readMixing, readRepeatedly } from './reads.ts';
export { type CheckedRequest, checkRequest, crossbarRequestSchema } from './request.ts';
export { Scratch } from './scratch.ts';
export { type CrossbarSolution, solveCrossbar } from './solve.ts';
export { spiceNetlist } from './spice.ts';
export {
  type Driven,
  driveLines,
  type MatrixSource,
  readTiles,
  type TiledLayer,
  type TilePass,
  tileLayer,
} from './tiled-layer.ts';
export { effectiveCells, segmentResistance, type Wires, wiresSchema } from './wires.ts';
