export { approximateEffectiveMatrix } from './approximate.ts';
export {
  type BitSerialDrive,
  type BitSerialResult,
  bitSerialForward,
  bitSerialProduct,
  type SlicedWeights,
  sliceWeights,
} from './bitserial.ts';
export { calibrateConverters, convertersInPieces } from './calibrate.ts';
export { type Code, type Converter, convert, converterStep } from './converters.ts';
export { convertersSchema } from './converters-schema.ts';
export { type ConvolutionShape, convolutionMatrix } from './convolution.ts';
export type { ColumnConverters, ProductPrecision, Saturation } from './drive.ts';
export { effectiveMatrix } from './effective.ts';
export { type HeldMatrix, heldCells, heldParts } from './held-matrices.ts';
export { type CellCurve, type CurrentLaw, cellCurve, currentLawSchema, currentLaws } from './laws/index.ts';
export {
  type ConductanceRange,
  cellsPerWeightOf,
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
export type { CrossbarNetwork } from './network.ts';
export { type OperatingPoint, solveNonlinear } from './nonlinear.ts';
export {
  type ArrayGeometry,
  arraysDriven,
  type Layout,
  type Placement,
  place,
  tileBoundaries,
} from './placement.ts';
export { bf16Error, checkBf16 } from './precision.ts';
export { readImages, readsImages } from './read-images.ts';
export { layerMemory, type ReadMemory } from './read-memory.ts';
export { readMixing, readRepeatedly } from './reads.ts';
export { checkRequest, crossbarRequestSchema } from './request.ts';
export { Scratch } from './scratch.ts';
export { type CrossbarSolution, solveCrossbar } from './solve.ts';
export { spiceNetlist } from './spice.ts';
export { type Driven, driveLines, readTiles, type TiledLayer, tileLayer } from './tiled-layer.ts';
export {
  type CellsByArray,
  cellsByArrayInPieces,
  effectiveCells,
  effectiveCellsInPieces,
  segmentResistance,
  type Wires,
  wiresSchema,
} from './wires.ts';
