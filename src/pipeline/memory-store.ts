import type { Address, Job } from '../base/index.ts';
import type { Entry, Store } from './stage.ts';

/**
 * Keeps the most recently used results in memory, up to a number of bytes. Of results that would not fit alone the last is
 * kept beside them, for it is used again soon.
 */
export function memoryStore(limit: number): Store {
  const kept = new Map<Address, { readonly value: unknown; readonly bytes: number }>();
  const underway = new Map<Address, Promise<unknown>>();
  let total = 0;
  let large: { readonly address: Address; readonly value: unknown } | undefined;

  const keep = (address: Address, value: unknown, bytes: number): void => {
    if (bytes > limit) {
      large = { address, value };
      return;
    }
    kept.set(address, { value, bytes });
    total += bytes;
    for (const [oldest, entry] of kept) {
      if (total <= limit) return;
      kept.delete(oldest);
      total -= entry.bytes;
    }
  };

  return {
    async once<T>(entry: Entry<T>, make: (job: Job) => Promise<T>, job: Job): Promise<T> {
      const { address } = entry;
      for (;;) {
        if (large?.address === address) return large.value as T;
        const found = kept.get(address);
        if (found) {
          kept.delete(address);
          kept.set(address, found);
          return found.value as T;
        }
        const other = underway.get(address);
        if (!other) break;
        // Whoever makes it may be stopped while others still want it: then the next of them makes it.
        await endOrAbort(other, job.signal);
        job.signal.throwIfAborted();
      }
      const making = make(job);
      underway.set(address, making);
      try {
        const value = await making;
        keep(address, value, entry.bytes(value));
        return value;
      } finally {
        underway.delete(address);
      }
    },
  };
}

/** Waits until work has ended somehow, or the signal says that nobody wants to know. */
async function endOrAbort(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  let stop = () => {};
  const aborted = new Promise<void>(resolve => {
    stop = resolve;
    signal.addEventListener('abort', stop, { once: true });
  });
  await Promise.race([work.catch(() => {}), aborted]);
  signal.removeEventListener('abort', stop);
}

/** Stores one behind the other: what the first does not have is looked for in the next, and made at last. */
export function layered(...stores: readonly Store[]): Store {
  return {
    once: <T>(entry: Entry<T>, make: (job: Job) => Promise<T>, job: Job): Promise<T> =>
      stores.reduceRight((next, store) => (own: Job) => store.once(entry, next, own), make)(job),
    async adopted(stage, at, recipe) {
      for (const store of stores) {
        const found = await store.adopted?.(stage, at, recipe);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}
