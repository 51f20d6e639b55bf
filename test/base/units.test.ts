import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseQuantity } from '../../src/base/index.ts';

describe('a quantity', () => {
  test.each([
    ['25μS', 'Greek mu', 'conductance', 25e-6],
    ['25 µS', 'micro sign', 'conductance', 25e-6],
    ['25\u00a0uS', 'space that does not break', 'conductance', 25e-6],
    ['25\u202fuS', 'narrow space that does not break', 'conductance', 25e-6],
    ['２５ μＳ', 'full-width digits and letters', 'conductance', 25e-6],
    ['5 kΩ', 'Greek omega', 'resistance', 5e3],
    ['5 k\u2126', 'ohm sign', 'resistance', 5e3],
    ['3 µm²', 'superscript', 'area', 3e-12],
    ['\u22121.5 V', 'minus sign', 'voltage', -1.5],
  ] as const)('%s is read, %s', (text, _, dimension, value) => {
    expect(parseQuantity(text, dimension)).toBeCloseTo(value, 15);
  });

  test('is the same in every compatible spelling', () => {
    const wide = (text: string) => text.replaceAll(/[!-~]/g, c => String.fromCharCode(c.charCodeAt(0) + 0xfee0));
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constantFrom('mV', 'uV', 'V'), (value, unit) => {
        const text = `${value} ${unit}`;
        expect(parseQuantity(wide(text), 'voltage')).toBe(parseQuantity(text, 'voltage'));
      }),
    );
  });

  test.each([
    ['ten', "--time: cannot read 'ten' as a time; write a number and a unit, such as '1 s'."],
    ['1 parsec', /^--time: unknown unit 'parsec' of time in '1 parsec'; .*known: s, ms/],
    ['1e400 s', "--time: must be a finite number, got '1e400 s'."],
    [Number.POSITIVE_INFINITY, '--time: must be a finite number, got Infinity.'],
  ])('%s is refused', (value, text) => {
    expect(() => parseQuantity(value, 'time', '--time')).toThrow(text);
  });

  test('of any length is refused in a line', () => {
    const long = 'x'.repeat(1e5);
    expect(() => parseQuantity(long, 'time')).toThrow(/^cannot read 'x{57}…' as a time; write/);
    expect(() => parseQuantity(`1 ${long}`, 'time')).toThrow(/^unknown unit 'x{57}…' of time in '1 x{55}…'; .{1,200}$/);
  });
});
