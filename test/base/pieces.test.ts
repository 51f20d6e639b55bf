import { expect, test } from 'vitest';
import { atOnce, inTurns, jobOf, type Pieces } from '../../src/base/index.ts';

function* sum(to: number): Pieces<number> {
  let total = 0;
  for (let i = 1; i <= to; i++) {
    total += i;
    yield;
  }
  return total;
}

test('work in pieces comes to the same at once and in turns, with a turn after every piece', async () => {
  let turns = 0;
  const job = { ...jobOf(), turn: () => void turns++ };
  expect(atOnce(sum(10))).toBe(55);
  expect(await inTurns(sum(10), job)).toBe(55);
  expect(turns).toBe(10);
});

test('work in turns stops where its job does', async () => {
  const control = new AbortController();
  control.abort(new Error('stop'));
  await expect(inTurns(sum(10), jobOf({ signal: control.signal }))).rejects.toThrow('stop');
});
