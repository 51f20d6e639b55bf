import { type Fault, formatNumber, InputError } from '../../base/index.ts';
import { chanceError } from '../../uncertainty/index.ts';
import type { Limit } from './goals.ts';

/** Errors of calibration that few rows raise by chance. */
const raisedByChance = ['ece', 'adaptiveEce'];

/** Share of right decisions from which on a network would be unusually good; less of it has a higher floor. */
const accuracy = 0.95;

/**
 * What chance alone makes of the expected calibration error on so many rows: of a perfectly calibrated network that decides
 * rightly in 95 % of them, with confidences spread evenly from 90 % to 1.
 */
export const floorOf = (rows: number): number =>
  chanceError(Float64Array.from({ length: rows }, (_, r) => 1 - ((r + 0.5) / rows) * 2 * (1 - accuracy)));

/** Refuses thresholds of calibration errors that so many rows cannot show: every fault at once. */
export function checkFloor(limits: readonly Limit[], rows: number): void {
  const faults = limits.flatMap(({ goal: { of }, most, path }): Fault[] => {
    if (!('metric' in of) || !raisedByChance.includes(of.metric)) return [];
    const [value, field] = of.over.kind === 'yield' ? [of.over.passes, 'passes'] : [most, 'atMost'];
    const floor = floorOf(rows);
    if (value === undefined || value >= floor) return [];
    const rule = `is below ${formatNumber(floor)}, which ${rows} rows give by chance to a calibrated network that is right in ${100 * accuracy} %`;
    const hint =
      'raise it, keep more rows with search, or constrain calibrationErrorDebiased, which chance does not raise';
    return [{ path: [...path, field], rule, value, hint }];
  });
  if (faults.length > 0) throw new InputError(faults);
}
