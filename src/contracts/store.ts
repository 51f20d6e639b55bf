import { type Demand, demand, jobOf } from '../base/index.ts';
import type { Entry, Store } from '../pipeline/index.ts';

/** Opens a place without results, for two users who share it: one store twice where there is but one way to it. */
export type OpenStore = () => readonly [Store, Store] | Promise<readonly [Store, Store]>;

/** A result that is a text. */
const entryOf = (address: string, chip?: number): Entry<string> => ({
  stage: 'contract',
  at: chip === undefined ? {} : { chip },
  address,
  recipe: address,
  bytes: value => value.length,
  codec: {
    files: [`contract-${address}.txt`],
    encode: value => ({ [`contract-${address}.txt`]: new TextEncoder().encode(value) }),
    decode: async files => new TextDecoder().decode(files[`contract-${address}.txt`]),
  },
});

const pause = (milliseconds: number) => new Promise<void>(resolve => setTimeout(resolve, milliseconds));

/** The message of the error that a promise fails with; undefined where it does not. */
const failureOf = (promise: Promise<unknown>): Promise<string | undefined> =>
  promise.then(
    () => undefined,
    error => (error instanceof Error ? error.message : String(error)),
  );

function same(found: unknown, expected: unknown, what: string): void {
  demand(JSON.stringify(found) === JSON.stringify(expected), `${what}: got ${JSON.stringify(found)}.`);
}

/** What every store does with results. */
export const storeContract: readonly Demand<OpenStore>[] = [
  {
    name: 'makes a result once and gives it to all',
    async check(open) {
      const [one, other] = await open();
      let made = 0;
      const make = async () => `made ${++made}`;
      const found = [];
      for (const store of [one, one, other]) found.push(await store.once(entryOf('a'), make, jobOf()));
      same(found, ['made 1', 'made 1', 'made 1'], 'asked three times for one result');
      same(await other.once(entryOf('b', 1), make, jobOf()), 'made 2', 'asked for another result');
    },
  },
  {
    name: 'has one maker where several ask at once',
    async check(open) {
      const [one, other] = await open();
      let made = 0;
      const make = async () => {
        await pause(20);
        return `made ${++made}`;
      };
      const asked = [one, other, one, other].map(store => store.once(entryOf('a'), make, jobOf()));
      same(await Promise.all(asked), Array(4).fill('made 1'), 'four who asked at once');
    },
  },
  {
    name: 'tells a failure to who asked, keeps nothing of it, and has the next one make it',
    async check(open) {
      const [one, other] = await open();
      let began = () => {};
      const begun = new Promise<void>(resolve => {
        began = resolve;
      });
      const failing = async (): Promise<string> => {
        began();
        await pause(20);
        throw new Error('failed');
      };
      const first = failureOf(one.once(entryOf('a'), failing, jobOf()));
      await begun;
      const second = other.once(entryOf('a'), async () => 'made', jobOf());
      same(await first, 'failed', 'who asked first');
      same(await second, 'made', 'who waited');
      same(await one.once(entryOf('a'), failing, jobOf()), 'made', 'who asked later');
    },
  },
  {
    name: 'lets go of those who are stopped while they wait, and the maker goes on',
    async check(open) {
      const [one, other] = await open();
      const stop = new AbortController();
      let release = () => {};
      let first: Promise<string> | undefined;
      await new Promise<void>(began => {
        const make = () => {
          began();
          return new Promise<string>(done => {
            release = () => done('made');
          });
        };
        first = one.once(entryOf('a'), make, jobOf());
      });
      const second = failureOf(other.once(entryOf('a'), async () => 'again', jobOf({ signal: stop.signal })));
      stop.abort(new Error('stopped'));
      setTimeout(() => release(), 50);
      same(await second, 'stopped', 'who was stopped');
      same(await first, 'made', 'the maker');
      same(await other.once(entryOf('a'), async () => 'again', jobOf()), 'made', 'who asked later');
    },
  },
  {
    name: 'has another make what a maker was stopped at',
    async check(open) {
      const [one, other] = await open();
      const stop = new AbortController();
      let began = () => {};
      const begun = new Promise<void>(resolve => {
        began = resolve;
      });
      const until = async ({ signal }: { readonly signal: AbortSignal }): Promise<string> => {
        began();
        while (!signal.aborted) await pause(5);
        throw signal.reason;
      };
      const first = failureOf(one.once(entryOf('a'), until, jobOf({ signal: stop.signal })));
      await begun;
      const second = other.once(entryOf('a'), async () => 'made', jobOf());
      stop.abort(new Error('stopped'));
      same(await first, 'stopped', 'the maker');
      same(await second, 'made', 'who waited');
    },
  },
  {
    name: 'gives what cannot be written too',
    async check(open) {
      const [one] = await open();
      const { codec: _codec, ...entry } = entryOf('a');
      same(await one.once(entry, async () => 'made', jobOf()), 'made', 'a result without a codec');
    },
  },
  {
    name: 'has nothing put in by hand where nobody put anything in',
    async check(open) {
      const [one] = await open();
      same((await one.adopted?.('plan', {}, 'recipe')) ?? null, null, 'what was adopted');
    },
  },
];
