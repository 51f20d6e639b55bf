import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, canonical, contentAddress } from '../../src/base/index.ts';

describe('canonical JSON', () => {
  test('spells the same value alike', () => {
    expect(canonical({ b: [1, -0, 'é'], a: undefined, A: null })).toBe('{"A":null,"b":[1,0,"é"]}');
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), record => {
        const reversed = Object.fromEntries(Object.entries(record).reverse());
        expect(canonical(reversed)).toBe(canonical(record));
        expect(JSON.parse(canonical(record))).toEqual(JSON.parse(JSON.stringify(record), (_k, v) => (v === 0 ? 0 : v)));
      }),
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, () => 1, new Map(), new Float32Array(1), undefined])(
    'refuses %s',
    value => {
      expect(() => canonical({ deep: [value] })).toThrow('internal: deep.0 cannot be named');
    },
  );
});

describe('addresses', () => {
  test('are the first 128 bits of SHA-256', () => {
    const whole = createHash('sha256').update('{"a":1}').digest('hex');
    expect(addressOf({ a: 1 })).toBe(whole.slice(0, 32));
  });

  test('of arrays tell where one ends and the next begins', () => {
    const [one, two, three] = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(1, 2)];
    const all = [
      contentAddress(one, two),
      contentAddress(three),
      contentAddress(three, undefined),
      contentAddress(two, one),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});
