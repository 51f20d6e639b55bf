import { expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import type { Entry, Store } from '../../src/pipeline/index.ts';

/** A result that is a text, at an address. */
export const entryOf = (address: string, more: Partial<Entry<string>> = {}): Entry<string> => ({
  stage: 'text',
  at: {},
  address,
  recipe: address,
  bytes: value => value.length,
  codec: {
    files: ['text.txt'],
    encode: value => ({ 'text.txt': new TextEncoder().encode(value) }),
    decode: async files => new TextDecoder().decode(files['text.txt']),
  },
  ...more,
});

/** What every store must do. `open` gives two users of the same results. */
export function storeContract(name: string, open: () => readonly [Store, Store]): void {
  const job = jobOf();

  test(`${name}: makes a result once and gives it to all`, async () => {
    const [one, other] = open();
    let made = 0;
    const make = async () => `made ${++made}`;
    expect(await one.once(entryOf('a'), make, job)).toBe('made 1');
    expect(await one.once(entryOf('a'), make, job)).toBe('made 1');
    expect(await other.once(entryOf('a'), make, job)).toBe('made 1');
    expect(await other.once(entryOf('b', { at: { chip: 1 } }), make, job)).toBe('made 2');
  });

  test(`${name}: has one maker where several ask at once`, async () => {
    const [one, other] = open();
    let made = 0;
    const make = async () => {
      await new Promise(resolve => setTimeout(resolve, 20));
      return `made ${++made}`;
    };
    const asked = [one, other, one, other].map(store => store.once(entryOf('a'), make, job));
    expect(await Promise.all(asked)).toEqual(Array(4).fill('made 1'));
  });

  test(`${name}: has the next one make what the first failed to`, async () => {
    const [one, other] = open();
    let began = () => {};
    const begun = new Promise<void>(resolve => (began = resolve));
    const failing = async () => {
      began();
      await new Promise(resolve => setTimeout(resolve, 20));
      throw new Error('failed');
    };
    const first = one.once(entryOf('a'), failing, job);
    first.catch(() => {});
    await begun;
    const second = other.once(entryOf('a'), async () => 'made', job);
    await expect(first).rejects.toThrow('failed');
    expect(await second).toBe('made');
    expect(await one.once(entryOf('a'), failing, job)).toBe('made');
  });

  test(`${name}: lets go of those who stop waiting, and the maker goes on`, async () => {
    const [one, other] = open();
    const stop = new AbortController();
    let release = () => {};
    let first: Promise<string> | undefined;
    await new Promise<void>(began => {
      const make = () => {
        began();
        return new Promise<string>(done => (release = () => done('made')));
      };
      first = one.once(entryOf('a'), make, job);
    });
    const second = other.once(entryOf('a'), async () => 'again', jobOf({ signal: stop.signal }));
    stop.abort(new Error('stopped'));
    setTimeout(() => release(), 150);
    await expect(second).rejects.toThrow('stopped');
    expect(await first).toBe('made');
    expect(await other.once(entryOf('a'), async () => 'again', job)).toBe('made');
  });

  test(`${name}: makes every time what cannot be written`, async () => {
    const [one] = open();
    const { codec: _codec, ...entry } = entryOf('a');
    expect(await one.once(entry, async () => 'made', job)).toBe('made');
  });
}
