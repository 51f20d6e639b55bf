/** Intervals up to and including the one before a beat that its local mean is taken over. */
const LOCAL = 10;

/** What the intervals between beats say of each of them, in the order in which `rhythm` writes it. */
export const rhythmNames: readonly string[] = [
  'interval before / mean of the record',
  'interval after / mean of the record',
  'interval before / local mean',
  'local mean / mean of the record',
];

/**
 * Four numbers for each beat, [beats, 4], from the samples of all beats of a record in order: the intervals to the beats
 * before and after it as shares of the record's mean interval, the former as a share of the mean of the last ten, its own
 * included, and that mean as a share of the record's. The first beat has no interval before it and the last none after it;
 * they take their only one for both.
 */
export function rhythm(samples: readonly number[]): Float64Array {
  const intervals = samples.slice(1).map((sample, i) => sample - samples[i]!);
  const mean = intervals.reduce((sum, interval) => sum + interval, 0) / intervals.length;
  const before = samples.map((_, i) => intervals[Math.max(0, i - 1)]!);
  const after = samples.map((_, i) => intervals[Math.min(i, intervals.length - 1)]!);
  const out = new Float64Array(4 * samples.length);
  for (let i = 0; i < samples.length; i++) {
    const last = before.slice(Math.max(0, i + 1 - LOCAL), i + 1);
    const local = last.reduce((sum, interval) => sum + interval, 0) / last.length;
    out.set([before[i]! / mean, after[i]! / mean, before[i]! / local, local / mean], 4 * i);
  }
  return out;
}
