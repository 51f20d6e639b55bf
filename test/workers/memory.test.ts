import { expect, test } from 'vitest';
import { Memory } from '../../src/workers/memory.ts';
import type { Remote } from '../../src/workers/remote.ts';

const taking = (memory: number) => ({ memory }) as Remote;

test('what is free has to hold what each process may still grow by', () => {
  const memory = new Memory(() => 100);
  memory.note('small', 40);
  memory.note('small', 30);
  memory.note('large', 150);
  expect(memory.fits('large', undefined, new Map())).toBe(true);
  const busy = new Map([[taking(40), 'small']]);
  expect(memory.fits('small', undefined, busy)).toBe(true);
  expect(memory.fits('large', undefined, busy)).toBe(false);
  // A process that rests has part of it already.
  expect(memory.fits('large', taking(60), busy)).toBe(true);
  expect(memory.fits('large', taking(49), busy)).toBe(false);
  // Another that has just begun will take its share.
  expect(memory.fits('small', undefined, new Map([[taking(0), 'large']]))).toBe(false);
  expect(memory.fits('small', undefined, new Map([[taking(89), 'large']]))).toBe(false);
  expect(memory.fits('small', undefined, new Map([[taking(90), 'large']]))).toBe(true);
  expect(memory.fits('unknown', undefined, busy)).toBe(true);
});
