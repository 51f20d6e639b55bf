import { type Job, sideBySide } from '../base/index.ts';

/** Measures chips in other processes, which need some time to begin. */
export interface Spread<T> {
  /** Milliseconds after which the other chips are measured there unless the first one is done here. */
  readonly from: number;
  measure(place: number, job: Job): Promise<T>;
}

/** Milliseconds that a timer can wait at most. */
const longest = 2 ** 31 - 1;

/**
 * Results of chips 0 … count − 1, in this order. Chips are measured here one after the other; once the first one takes long,
 * the others are measured elsewhere while it goes on.
 */
export async function spreadChips<T>(
  count: number,
  job: Job,
  here: (place: number, job: Job) => Promise<T>,
  elsewhere?: Spread<T>,
): Promise<T[]> {
  let first: Promise<T>;
  const all = await sideBySide(2, job, async (part, job) => {
    if (part === 0) {
      first = here(0, job);
      return [await first];
    }
    if (elsewhere && (await takesLonger(first, elsewhere.from))) {
      return sideBySide(count - 1, job, (i, own) => elsewhere.measure(i + 1, own));
    }
    await first;
    const others: T[] = [];
    for (let i = 1; i < count; i++) others.push(await here(i, job));
    return others;
  });
  return all.flat();
}

/** Whether work has not ended after some milliseconds. */
async function takesLonger(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  if (milliseconds <= 0) return true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>(resolve => {
    timer = setTimeout(resolve, Math.min(milliseconds, longest), true);
  });
  try {
    return await Promise.race([late, work.then(() => false)]);
  } finally {
    clearTimeout(timer);
  }
}
