import { InputError } from '../../base/index.ts';
import { type Place, pathOf } from './definition.ts';

/** The numbers that a layer declares for its channels; refuses those that are missing and those of another count. */
export function channelNumbers(
  given: readonly number[] | undefined,
  field: string,
  channels: number,
  place: Place,
): Float64Array {
  if (!given) {
    throw new InputError({
      path: [...pathOf(place), field],
      rule: 'is missing',
      hint: "give the numbers, or with 'from' the module of a file from which posterohm import posterior takes them",
    });
  }
  if (given.length !== channels) {
    throw new InputError({
      path: [...pathOf(place), field],
      rule: `needs ${channels} numbers, one per channel`,
      value: given.length,
      hint: 'use those of this layer',
    });
  }
  return Float64Array.from(given);
}
