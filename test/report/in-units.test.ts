import { expect, test } from 'vitest';
import { formatInterval, inUnits } from '../../src/report/index.ts';

const at = (mean: number, half = mean / 10) => ({ mean, low: mean - half, high: mean + half });

test.each([
  ['J', [at(4.6e-10), at(5.9e-11)], 'energy (pJ)', ['460 [414, 506]', '59.0 [53.1, 64.9]']],
  ['s', [at(2.5e-6)], 'energy (µs)', ['2.50 [2.25, 2.75]']],
  ['m²', [at(3e-9)], 'energy (mm²)', ['0.00300 [0.00270, 0.00330]']],
  ['nat', [at(0.5)], 'energy (nat)', ['0.500 [0.450, 0.550]']],
  ['1', [at(0.5)], 'energy', ['0.500 [0.450, 0.550]']],
] as const)('a column in %s', (unit, values, title, cells) => {
  const column = inUnits({ name: 'energy', unit }, [...values, undefined]);
  expect(column.title).toBe(title);
  expect(values.map(value => formatInterval(column.of(value)))).toEqual([...cells]);
  expect(column.of(undefined)).toBeUndefined();
});
