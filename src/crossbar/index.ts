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
  type CalibrationOptions,
  calibrateConverters,
  forwardCopies,
  type LayerDrive,
  type Saturation,
} from './forward.ts';
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
