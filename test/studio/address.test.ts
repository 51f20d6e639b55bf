import { describe, expect, test } from 'vitest';
import { linkTo, numberIn, readAddress } from '../../studio/address-text.ts';

describe('an address', () => {
  test('is read as it was written, whatever its names hold', () => {
    for (const [room, about, choices] of [
      ['run', 'runs/a b/ü#?', { work: '1/2&3', ask: 'under 1 µJ' }],
      ['experiment', '50%.yaml', {}],
      ['explore', '', {}],
    ] as const) {
      expect(readAddress(linkTo(room, about, choices))).toEqual({ room, about, choices });
    }
    expect(linkTo('run', 'runs/a', { time: '60' })).toBe('#/run/runs/a?time=60');
    expect(readAddress('')).toEqual({ room: '', about: '', choices: {} });
  });

  test('that somebody wrote by hand is taken as it stands', () => {
    expect(readAddress('#/run/50%/x')).toEqual({ room: 'run', about: '50%/x', choices: {} });
  });

  test('holds numbers between bounds, or another where there is none', () => {
    expect([numberIn('7', 1, 0, 5), numberIn('-7', 1, 0, 5), numberIn('3', 1, 0, 5)]).toEqual([5, 0, 3]);
    expect([numberIn(undefined, 1), numberIn('', 1), numberIn('x', 1), numberIn('Infinity', 1)]).toEqual([1, 1, 1, 1]);
  });
});
