import { formatQuantity } from '../../base/index.ts';
import { polynomial } from '../curves.ts';
import type { Estimate, LevelEstimate } from './estimate.ts';
import { meanPolynomial, spreadPolynomial } from './order.ts';

/** What was decided on all data and stays in the samples of the bootstrap. */
export interface Shape {
  readonly high: number;
  readonly spreadOrder: number;
  readonly meanOrder: number;
  readonly separated: boolean;
  readonly laterTimes: readonly number[];
  readonly times: readonly number[];
}

/** Fitted numbers by name. */
export type Flat = Map<string, { value: number; unit: string }>;

/** Every fitted number by name. */
export function flatten(levels: readonly LevelEstimate[], { stuckHigh, stuckLow }: Estimate, shape: Shape): Flat {
  const { high, spreadOrder, meanOrder, separated } = shape;
  const out: Flat = new Map();
  const set = (name: string, value: number, unit: string): void => void out.set(name, { value, unit });
  const curve = (name: string, coefficients: readonly number[]): void => {
    coefficients.forEach((value, k) => {
      set(`${name} g^${k}`, value, 'S');
    });
    for (const { target } of levels) {
      set(`${name} at ${formatQuantity(target, 'S', 4)}`, polynomial(coefficients, target / high), 'S');
    }
  };
  if (meanOrder > 0) curve('programming.mean', meanPolynomial(levels, high, meanOrder));
  curve('programming.std', spreadPolynomial(levels, high, spreadOrder, 'std'));
  if (separated) {
    curve('programming.cycleStd', spreadPolynomial(levels, high, spreadOrder, 'cycleStd'));
    curve('programming.deviceStd', spreadPolynomial(levels, high, spreadOrder, 'deviceStd'));
  }
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
    level.readRelative?.forEach((value, i) => {
      set(`read.std at ${at}, ${formatQuantity(shape.times[i]!, 's', 4)}`, value, '');
    });
  }
  set('stuck.high', stuckHigh, '');
  set('stuck.low', stuckLow, '');
  return out;
}
