import type { Programming } from './group.ts';

/** Reads over time that a law can be laid through: of one programming, or of a level whose cells are not followed. */
export type Series = Pick<Programming, 'level' | 'times' | 'means'>;

/** Whether cells can be followed in time: some were read at more than one. */
export const areFollowed = (programmings: readonly Programming[]): boolean =>
  programmings.some(({ times }) => times.length > 1);

/** Mean reading of each level at each of its times, over a sample of programmings. */
export function levelSeries(programmings: readonly Programming[], sample: ArrayLike<number>): Series[] {
  const found = new Map<number, Map<number, { sum: number; count: number }>>();
  for (let k = 0; k < sample.length; k++) {
    const { level, times, means } = programmings[sample[k]!]!;
    const own = found.get(level) ?? new Map<number, { sum: number; count: number }>();
    found.set(level, own);
    times.forEach((time, t) => {
      const at = own.get(time) ?? { sum: 0, count: 0 };
      own.set(time, at);
      at.sum += means[t]!;
      at.count++;
    });
  }
  return Array.from(found, ([level, own]) => {
    const times = Array.from(own.keys()).sort((a, b) => a - b);
    return { level, times, means: times.map(time => own.get(time)!.sum / own.get(time)!.count) };
  });
}
