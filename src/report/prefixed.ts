import { formatQuantity } from '../base/index.ts';

/** Factor and unit that turn `largest` into a number from 1 to 999: 2.5e-9 J → 1e-9, `nJ`. */
export function prefixed(largest: number, unit: string): { readonly factor: number; readonly unit: string } {
  const [number, label] = formatQuantity(largest, unit, 15).split(' ') as [string, string];
  const exact = largest / Number(number);
  return { factor: 10 ** Math.round(Math.log10(exact)), unit: label };
}
