import { formatQuantity } from '../../base/index.ts';
import { polynomial } from '../curves.ts';
import type { Estimate, LevelEstimate } from './estimate.ts';
import { meanPolynomial, spreadPolynomial, type Terms } from './order.ts';

/** What was decided on all data and stays in the samples of the bootstrap. */
export interface Shape {
  readonly high: number;
  /** Powers of g in each polynomial; none where the mean is the target. */
  readonly spreadTerms: Terms;
  readonly meanTerms: Terms;
  /** Device-to-device and cycle-to-cycle spread, where they could be told apart. */
  readonly parts?: { readonly device: Terms; readonly cycle: Terms };
  readonly laterTimes: readonly number[];
  readonly times: readonly number[];
}

/** Fitted numbers by name. */
export type Flat = Map<string, { value: number; unit: string }>;

/** Every fitted number by name; `startTime` is t₀ where it was fitted, s. */
export function flatten(
  levels: readonly LevelEstimate[],
  { stuckHigh, stuckLow }: Estimate,
  shape: Shape,
  startTime?: number,
): Flat {
  const { high, spreadTerms, meanTerms, parts } = shape;
  const out: Flat = new Map();
  const set = (name: string, value: number, unit: string): void => {
    if (!Number.isNaN(value)) out.set(name, { value, unit });
  };
  const curve = (name: string, coefficients: readonly number[], terms: Terms): void => {
    for (const k of terms) set(`${name} g^${k}`, coefficients[k] ?? 0, 'S');
    for (const { target } of levels) {
      set(`${name} at ${formatQuantity(target, 'S', 4)}`, polynomial(coefficients, target / high), 'S');
    }
  };
  if (meanTerms.length > 0) curve('programming.mean', meanPolynomial(levels, high, meanTerms), meanTerms);
  curve('programming.std', spreadPolynomial(levels, high, spreadTerms, 'std'), spreadTerms);
  if (parts) {
    curve('programming.cycleStd', spreadPolynomial(levels, high, parts.cycle, 'cycleStd'), parts.cycle);
    curve('programming.deviceStd', spreadPolynomial(levels, high, parts.device, 'deviceStd'), parts.device);
  }
  if (startTime !== undefined) set('drift.startTime', startTime, 's');
  for (const level of levels) {
    const at = formatQuantity(level.target, 'S', 4);
    set(`mean at ${at}`, level.mean, 'S');
    if (level.exponentMean !== undefined) {
      set(`drift.exponentMean at ${at}`, level.exponentMean, '');
      set(`drift.exponentStd at ${at}`, level.exponentStd!, '');
    }
    level.relaxationMean?.forEach((value, i) => {
      set(`relaxation.mean at ${at}, ${formatQuantity(shape.laterTimes[i]!, 's', 4)}`, value, 'S');
      set(`relaxation.std at ${at}, ${formatQuantity(shape.laterTimes[i]!, 's', 4)}`, level.relaxationStd![i]!, 'S');
    });
    if (level.slopeMean !== undefined) {
      set(`relaxation.mean at ${at}, per ln t`, level.slopeMean, 'S');
      set(`relaxation.std at ${at}, per ln t`, level.slopeStd!, 'S');
    }
    level.readRelative?.forEach((value, i) => {
      set(`read.std.relative at ${at}, ${formatQuantity(shape.times[i]!, 's', 4)}`, value, '');
    });
  }
  set('stuck.high', stuckHigh, '');
  set('stuck.low', stuckLow, '');
  return out;
}
