import { expect, test } from 'vitest';
import { jobOf, partOf } from '../../src/base/index.ts';

test('a long loop gives others a turn and stops when it is told to', async () => {
  const stop = new AbortController();
  const job = jobOf({ signal: stop.signal });
  let others = 0;
  const ticking = setInterval(() => others++, 1);
  setTimeout(() => stop.abort(new Error('enough')), 100);
  const end = performance.now() + 5000;
  const loop = async () => {
    while (performance.now() < end) {
      const turn = job.turn();
      if (turn) await turn;
    }
  };
  await expect(loop()).rejects.toThrow('enough');
  clearInterval(ticking);
  expect(others).toBeGreaterThan(0);
});

test('a part of a job tells its share of the whole', () => {
  const said: number[] = [];
  const job = jobOf({ progress: fraction => said.push(fraction) });
  partOf(partOf(job, 0.5, 1), 0, 0.5).progress(0.5);
  expect(said).toEqual([0.625]);
});
