import type { Measurements } from './measurements.ts';

/** Reads at one time below which times are joined: a spread needs as many. */
const fewest = 8;

/** Times within this ratio count as one where they are joined. */
const near = 1.1;

/**
 * Measurements whose reads each have a time of their own, such as those of an instrument that stamps every read, with
 * neighbouring times joined at the mean of their logarithms; others as they are. What levels are at a time is told from all
 * reads at it, so that times of a read or two would tell nothing and take the room of many.
 */
export function joinTimes(data: Measurements): Measurements {
  const distinct = Float64Array.from(new Set(data.time)).sort();
  if (data.count >= fewest * distinct.length) return data;
  const joined = new Map<number, number>();
  for (let from = 0, end = 0; from < distinct.length; from = end) {
    while (end < distinct.length && distinct[end]! <= near * distinct[from]!) end++;
    const own = distinct.subarray(from, end);
    const mean = own.length === 1 ? own[0]! : Math.exp(own.reduce((sum, t) => sum + Math.log(t), 0) / own.length);
    for (const time of own) joined.set(time, mean);
  }
  const left = new Set(joined.values()).size;
  if (left === distinct.length) return data;
  const remark = `Reads at ${distinct.length} different times, fewer than ${fewest} at each, are taken together where they lie within ${Math.round(100 * (near - 1))} % of each other: ${left} times are left.`;
  return { ...data, time: data.time.map(time => joined.get(time)!), read: [...(data.read ?? []), remark] };
}
