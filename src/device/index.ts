export { conductanceAt } from './age.ts';
export { fewestBits } from './bits/battery.ts';
export { type CellSpread, cellSpread } from './bits/cell-spread.ts';
export { type FittedSwitching, fitSwitching } from './bits/fit-switching.ts';
export { type BitStatistics, bitStatistics } from './bits/statistics.ts';
export type { CellGrid, CellMatrix } from './cell-numbers.ts';
export { checkDevice } from './check.ts';
export { relaxationsPerDecade } from './decades.ts';
export {
  type CellKind,
  type CellReads,
  type Cells,
  type Curve,
  cellKinds,
  type Device,
  type Procedure,
  type QuantileShape,
  type Randomness,
  type TimedCurve,
} from './device.ts';
export { effectiveReads } from './effective-reads.ts';
export { deviceFileText, deviceFromFile, deviceFromSpec, deviceSpecOf } from './file/file.ts';
export { type CurveSpec, type DeviceFile, deviceFileSchema } from './file/schema.ts';
export { findDevice, isDeviceFile } from './find.ts';
export type { Ageing } from './fit/ageing.ts';
export { columnCalled, type MeasurementRole, measurementRoles, splitUnit } from './fit/columns.ts';
export type { DeviceFit, FitOptions, FittedLevel, FittedParameter } from './fit/device-fit.ts';
export { type ShapeName, shapes } from './fit/distribution.ts';
export { fitDevice, fitInPieces } from './fit/fit.ts';
export type { Forecast } from './fit/forecast.ts';
export type { HeldOut } from './fit/hold-out.ts';
export { type Law, laws } from './fit/laws.ts';
export { type MeasurementOptions, type Measurements, parseMeasurements } from './fit/measurements.ts';
export type { ReadNoise } from './fit/read-noise.ts';
export { parseReadSeries, type ReadSeries } from './fit/read-series.ts';
export type { TreatedLevel } from './fit/treatment.ts';
export { wideBy } from './fit/wide.ts';
export { type Moments, momentsAt } from './moments.ts';
export { checkProcedure, ownProcedure } from './own-procedure.ts';
export { devices, registerDevice } from './presets/index.ts';
export { withProcedure } from './procedure-device.ts';
export { procedureOf, programmingSchema } from './procedures/schema.ts';
export { allRandomness, type ProgramOptions, programCells } from './program.ts';
export { type ReachableDomain, type ReachableWeight, reachableDomain } from './reachable.ts';
export { fillReadNoise, readStd, readStdOf } from './read.ts';
export { readSequence, type SequenceOptions } from './read-sequence.ts';
export { type DeviceReference, deviceOf } from './reference.ts';
export { type Band, correlationAt, readBand, readCorrelation, readSpectrum } from './spectrum.ts';
export { type DeviceFactors, withFaults, withRange, withSpread } from './spread.ts';
export {
  type Calibration,
  effectiveBits,
  type Needed,
  referenceCalibration,
  type Suitability,
  type Suited,
  suitability,
} from './suitability.ts';
export { switchCells, switchingProbability, switchingVoltage } from './switching.ts';
export { type DevicesPerWeight, nearestTarget, pairScale, pairTargets, singleTarget, weightScale } from './targets.ts';
export { trapLaw, trappedCells } from './telegraph.ts';
export { type ProgrammingRecord, programmingRecord } from './wear.ts';
export { type WeightCurve, weightCurve } from './weight-curve.ts';
