import { afterEach, expect, test, vi } from 'vitest';
import { Interrupted, interruptible } from '../../src/cli/interruptible.ts';

const own = process.rawListeners('SIGINT');
const added = () => process.rawListeners('SIGINT').filter(listener => !own.includes(listener));
const ctrlC = () => {
  for (const listener of added()) listener.call(process, 'SIGINT');
};

afterEach(() => vi.restoreAllMocks());

test('Ctrl-C gives the signal to work that saves its place, and is the system’s own before and after', async () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  let saved = false;
  const work = interruptible(async signal => {
    await new Promise(resolve => signal.addEventListener('abort', resolve));
    saved = true;
    signal.throwIfAborted();
  });
  expect(added()).toHaveLength(1);
  ctrlC();
  await expect(work).rejects.toThrow(Interrupted);
  expect(saved).toBe(true);
  expect(added()).toEqual([]);
  expect(String(said.mock.calls[0]![0])).toContain('interrupted; the same command takes up where this one stopped.');
});

test('pressed again it ends the process; work that fails by itself fails as it does', async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
  const work = interruptible(signal => new Promise((_, reject) => signal.addEventListener('abort', reject)));
  ctrlC();
  ctrlC();
  expect(exit).toHaveBeenCalledWith(130);
  await expect(work).rejects.toThrow(Interrupted);
  await expect(interruptible(() => Promise.reject(new Error('own')))).rejects.toThrow('own');
  expect(await interruptible(async () => 7)).toBe(7);
  expect(added()).toEqual([]);
});
