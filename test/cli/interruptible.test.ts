import { afterEach, expect, test, vi } from 'vitest';
import { Interrupted, interruptible } from '../../src/cli/interruptible.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;
const own = new Map(signals.map(signal => [signal, process.rawListeners(signal)]));
const added = (signal: (typeof signals)[number]) =>
  process.rawListeners(signal).filter(listener => !own.get(signal)!.includes(listener));
const send = (signal: (typeof signals)[number]) => {
  for (const listener of added(signal)) listener.call(process, signal);
};

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test('work that is not done soon after its signal is ended with the process, work that is leaves no timer', async () => {
  vi.useFakeTimers();
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
  let save = () => {};
  const work = interruptible(() => new Promise<void>(resolve => (save = resolve)));
  send('SIGINT');
  vi.advanceTimersByTime(1900);
  expect(exit).not.toHaveBeenCalled();
  vi.advanceTimersByTime(200);
  expect(exit).toHaveBeenCalledWith(130);
  save();
  await expect(work).rejects.toThrow(Interrupted);
  const slow = interruptible(stop => new Promise((_, reject) => stop.addEventListener('abort', reject)));
  send('SIGTERM');
  await expect(slow).rejects.toThrow(Interrupted);
  expect(vi.getTimerCount()).toBe(0);
});

test.each(signals)(
  '%s gives the signal to work that saves its place, and is the system’s own before and after',
  async signal => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    let saved = false;
    const work = interruptible(async stop => {
      await new Promise(resolve => stop.addEventListener('abort', resolve));
      saved = true;
      stop.throwIfAborted();
    });
    expect(added(signal)).toHaveLength(1);
    send(signal);
    await expect(work).rejects.toThrow(Interrupted);
    expect(saved).toBe(true);
    expect(signals.flatMap(added)).toEqual([]);
    expect(String(said.mock.calls[0]![0])).toContain('interrupted; the same command takes up where this one stopped.');
  },
);

test.each(signals)('%s again ends the process; work that fails by itself fails as it does', async signal => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
  const work = interruptible(stop => new Promise((_, reject) => stop.addEventListener('abort', reject)));
  send(signal);
  send(signal);
  expect(exit).toHaveBeenCalledWith(130);
  await expect(work).rejects.toThrow(Interrupted);
  await expect(interruptible(() => Promise.reject(new Error('own')))).rejects.toThrow('own');
  expect(await interruptible(async () => 7)).toBe(7);
  expect(signals.flatMap(added)).toEqual([]);
});
