import type { Interval } from '../uncertainty/index.ts';
import { prefixed } from './prefixed.ts';

/** A column of one quantity: its title with the unit, and how its numbers are written in it. */
export interface UnitColumn {
  readonly title: string;
  of<I extends Interval | undefined>(found: I): I | Interval;
}

/** Whether a unit takes SI prefixes; areas are told in mm², whatever else is written in its unit. */
export const takesPrefix = (unit: string): boolean => ['J', 's', 'W', 'Hz'].includes(unit);

/** A quantity in the unit in which the largest of its values is a number from 1 to 999. */
export function inUnits(
  { name, unit }: { readonly name: string; readonly unit: string },
  values: readonly (Interval | undefined)[],
): UnitColumn {
  const largest = Math.max(0, ...values.flatMap(found => (found ? [Math.abs(found.mean)] : [])));
  const scale = takesPrefix(unit)
    ? prefixed(largest, unit)
    : unit === 'm²'
      ? { factor: 1e-6, unit: 'mm²' }
      : { factor: 1, unit };
  return {
    title: unit === '' || unit === '1' ? name : `${name} (${scale.unit})`,
    of: found =>
      found && {
        mean: found.mean / scale.factor,
        low: found.low / scale.factor,
        high: found.high / scale.factor,
      },
  };
}
