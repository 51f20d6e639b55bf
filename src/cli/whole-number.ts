import { InputError } from '../base/index.ts';

/** The whole number of an option. */
export function wholeNumber(value: string | boolean, flag: string, least: number): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new InputError({ path: [flag], rule: `must be a whole number of at least ${least}`, value });
}
