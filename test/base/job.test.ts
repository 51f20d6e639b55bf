import { expect, test } from 'vitest';
import { jobOf, partOf, sideBySide } from '../../src/base/index.ts';

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
  const said: unknown[] = [];
  const job = jobOf({ progress: (...told) => said.push(told) });
  const point = { trace: 'loss', step: 3, value: 0.5 };
  partOf(partOf(job, 0.5, 1), 0, 0.5).progress(0.5, 'half', [point]);
  expect(said).toEqual([[0.625, 'half', [point]]]);
});

test('pieces side by side give their results in order, and one that fails stops the others', async () => {
  const results = await sideBySide(3, jobOf(), async index => {
    await new Promise(resolve => setTimeout(resolve, 10 - 5 * index));
    return index;
  });
  expect(results).toEqual([0, 1, 2]);
  const stopped: number[] = [];
  const running = sideBySide(3, jobOf(), async (index, { signal }) => {
    if (index === 1) throw new Error('broken');
    await new Promise(resolve => signal.addEventListener('abort', resolve));
    stopped.push(index);
    signal.throwIfAborted();
  });
  await expect(running).rejects.toThrow('broken');
  expect(stopped).toEqual([0, 2]);
  const stop = new AbortController();
  const told = sideBySide(1, jobOf({ signal: stop.signal }), async (_, job) => {
    stop.abort(new Error('enough'));
    await job.turn();
  });
  await expect(told).rejects.toThrow('enough');
});
