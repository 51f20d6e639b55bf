import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fold, keyOf } from '../../src/random/index.ts';
import { decode, encode, faultOf, type Point, spaceOf } from '../../src/search/index.ts';
import { labelOf, neighbours, randomPoint, samePoint } from '../../src/search/space.ts';

const space = spaceOf([
  { kind: 'categorical', name: 'method', values: ['plain', 'tuned', 'exact'] },
  { kind: 'real', name: 'rate', low: 1e-3, high: 1, log: true, when: { variable: 'method', among: ['tuned'] } },
  { kind: 'integer', name: 'copies', low: 1, high: 64, log: true },
  {
    kind: 'categorical',
    name: 'verify',
    values: [false, true],
    when: { variable: 'method', among: ['plain', 'tuned'] },
  },
  { kind: 'integer', name: 'pulses', low: -2, high: 6, when: { variable: 'verify', among: [true] } },
  { kind: 'ordered', name: 'array', values: [32, 64, 128] },
  { kind: 'real', name: 'limit', low: -1, high: 3 },
]);
const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 });

describe('a space', () => {
  test('has a point at every place, and a place for every point', () => {
    fc.assert(
      fc.property(places, u => {
        const point = decode(space, u);
        expect(faultOf(space, point)).toBeUndefined();
        const back = decode(space, encode(space, point));
        expect({ ...back, rate: 0, limit: 0 }).toEqual({ ...point, rate: 0, limit: 0 });
        if ('rate' in point) expect(back.rate).toBeCloseTo(point.rate as number, 12);
        expect(back.limit).toBeCloseTo(point.limit as number, 12);
      }),
    );
  });

  test('gives each value of a variable its part: equal ones, on a logarithmic scale by ratio', () => {
    const counts = new Map<unknown, number>();
    const draws = 10_000;
    for (let i = 0; i < draws; i++) {
      const { array, copies } = randomPoint(fold(keyOf(1), i), space);
      for (const value of [array, `copies ${copies}`]) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    // math.log(1.5 / .5) / math.log(64.5 / .5), math.log(8.5 / 7.5) / math.log(129)
    for (const [value, share] of [
      [32, 1 / 3],
      [128, 1 / 3],
      ['copies 1', 0.226059],
      ['copies 8', 0.025755],
    ] as const) {
      const error = Math.sqrt((share * (1 - share)) / draws);
      expect(Math.abs(counts.get(value)! / draws - share)).toBeLessThan(4 * error);
    }
  });

  test('has neighbours one step away, valid where a variable becomes active', () => {
    fc.assert(
      fc.property(places, u => {
        const point = decode(space, u);
        for (const other of neighbours(space, point)) {
          expect(faultOf(space, other)).toBeUndefined();
          expect(samePoint(other, point)).toBe(false);
        }
      }),
    );
    const point: Point = { method: 'exact', copies: 1, array: 64, limit: 3 };
    expect(neighbours(space, point, 0.25)).toEqual([
      { method: 'plain', copies: 1, verify: true, pulses: 2, array: 64, limit: 3 },
      { method: 'tuned', rate: expect.closeTo(0.0316, 4), copies: 1, verify: true, pulses: 2, array: 64, limit: 3 },
      { ...point, copies: 2 },
      { ...point, array: 32 },
      { ...point, array: 128 },
      { ...point, limit: 2 },
    ]);
  });

  test('tells points apart', () => {
    const a: Point = { method: 'exact', copies: 1, array: 64, limit: 3 };
    expect(samePoint(a, { limit: 3, array: 64, copies: 1, method: 'exact' })).toBe(true);
    expect(samePoint(a, { ...a, copies: 2 })).toBe(false);
    expect(samePoint(a, { ...a, rate: 0.5 })).toBe(false);
    expect(labelOf(space, a)).toBe(labelOf(space, { limit: 3, array: 64, copies: 1, method: 'exact' }));
    expect(labelOf(space, a)).not.toBe(labelOf(space, { ...a, limit: 2 }));
  });

  test.each([
    [{ copies: 1, array: 64, limit: 0 }, 'method: is active here and has no value; give it one'],
    [{ method: 'exact', copies: 65, array: 64, limit: 0 }, 'copies: must be an integer from 1 to 64, got 65'],
    [{ method: 'exact', copies: 1.5, array: 64, limit: 0 }, 'copies: must be an integer from 1 to 64, got 1.5'],
    [{ method: 'exact', copies: 1, array: 65, limit: 0 }, 'array: must be one of 32, 64, 128, got 65'],
    [{ method: 'exact', copies: 1, rate: 0.1, array: 64, limit: 0 }, 'rate: is not active here, got 0.1; leave it out'],
    [
      { method: 'exact', other: 1 },
      'other: is no variable of the space; known: method, rate, copies, verify, pulses, array, limit',
    ],
  ] as const)('says what is wrong with %j', (point, fault) => expect(faultOf(space, point)).toBe(fault));

  test.each([
    [[], 'space: must have a variable, got none; add one.'],
    [[{ kind: 'real', name: 'a', low: 2, high: 1 }], 'space.a: low must not be above high, got 2 to 1; swap them.'],
    [
      [{ kind: 'real', name: 'a', low: 0, high: 1, log: true }],
      'space.a.low: must be positive on a logarithmic scale, got 0; raise it.',
    ],
    [
      [{ kind: 'integer', name: 'a', low: 0.5, high: 1 }],
      'space.a: bounds of an integer must be integers, got 0.5 to 1; round them.',
    ],
    [
      [{ kind: 'ordered', name: 'a', values: [] }],
      'space.a.values: must hold a value, got none; list what may be chosen.',
    ],
    [[{ kind: 'ordered', name: 'a', values: [1, 1] }], 'space.a.values: must differ, got 1, 1; list each once.'],
    [
      [
        { kind: 'ordered', name: 'a', values: [1] },
        { kind: 'ordered', name: 'a', values: [1] },
      ],
      'space.a: two variables have this name; rename one of them.',
    ],
    [
      [{ kind: 'ordered', name: 'a', values: [1], when: { variable: 'b', among: [1] } }],
      "space.a.when.variable: must name an earlier variable, got 'b'; put that one first.",
    ],
    [
      [
        { kind: 'ordered', name: 'kind', values: [1] },
        { kind: 'ordered', name: 'a', values: [1], when: { variable: 'kin', among: [1] } },
      ],
      "space.a.when.variable: must name an earlier variable, got 'kin'; did you mean 'kind'?",
    ],
    [
      [
        { kind: 'ordered', name: 'b', values: [1] },
        { kind: 'ordered', name: 'a', values: [1], when: { variable: 'b', among: [2] } },
      ],
      "space.a.when.among: must be values of 'b', got 2; list some that it can have.",
    ],
    [
      [
        { kind: 'ordered', name: 'b', values: [1] },
        { kind: 'ordered', name: 'a', values: [1], when: { variable: 'b', among: [] } },
      ],
      'space.a.when.among: must hold a value, got none; list when it is active.',
    ],
  ] as const)('is refused: %j', (variables, message) => expect(() => spaceOf(variables)).toThrow(message));
});
