import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tableSlope, tableValue } from '../../src/tensor/index.ts';

const table = { low: -2, high: 2, values: Float64Array.from({ length: 9 }, (_, i) => Math.sin(i)) };

test('a table runs straight from entry to entry and stays at its ends', () => {
  for (let i = 0; i < 8; i++) {
    const x = -2 + 0.5 * i;
    expect(tableValue(table, x)).toBeCloseTo(Math.sin(i), 12);
    expect(tableValue(table, x + 0.125)).toBeCloseTo(0.75 * Math.sin(i) + 0.25 * Math.sin(i + 1), 12);
  }
  expect([tableValue(table, -9), tableValue(table, 9)]).toEqual([0, Math.sin(8)]);
});

test('the slope is the derivative of the value, zero outside', () => {
  fc.assert(
    fc.property(fc.double({ min: -3, max: 3, noNaN: true }), x => {
      const h = 1e-6;
      fc.pre(Math.abs(2 * x - Math.round(2 * x)) > 4 * h);
      const expected = (tableValue(table, x + h) - tableValue(table, x - h)) / (2 * h);
      expect(tableSlope(table, x)).toBeCloseTo(expected, 6);
    }),
  );
});
