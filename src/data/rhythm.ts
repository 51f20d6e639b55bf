/** Intervals that a local median is taken over, the last of which is the one before the beat. */
const LOCAL = 10;
/** Intervals before that one which say how regular the rhythm is. */
const REGULAR = 20;

/** What the intervals between beats say of each of them, in the order in which `rhythm` writes it; ratios of intervals. */
export const rhythmNames: readonly string[] = [
  'ln before/local',
  'ln after/local',
  'ln before/after',
  'ln local/record',
  'irregularity',
];

/**
 * Five numbers without unit for each beat, [beats, 5], from the samples of all beats of a record in order: natural logarithms
 * of the interval to the beat before and of that to the beat after over the local median, of the former over the latter, and
 * of the local median over the record's; and how irregular the rhythm is, the median distance of the twenty intervals before
 * from their median as a share of it, for what is premature in a steady rhythm is usual in fibrillation. The local median is
 * that of ten intervals up to the one before the beat. Where a record has just begun, its first intervals stand in for those
 * missing; the first beat takes the interval after it for that before it, the last the other way round.
 */
export function rhythm(samples: readonly number[]): Float64Array {
  const intervals = samples.slice(1).map((sample, i) => Math.max(1, sample - samples[i]!));
  const whole = median(intervals);
  const out = new Float64Array(rhythmNames.length * samples.length);
  for (let i = 0; i < samples.length; i++) {
    const before = intervals[Math.max(0, i - 1)]!;
    const after = intervals[Math.min(i, intervals.length - 1)]!;
    const local = median(intervals.slice(Math.max(0, i - LOCAL), Math.max(LOCAL, i)));
    const earlier = intervals.slice(Math.max(0, i - 1 - REGULAR), Math.max(REGULAR, i - 1));
    const usual = median(earlier);
    const irregularity = median(earlier.map(interval => Math.abs(interval - usual))) / usual;
    const told = [before / local, after / local, before / after, local / whole].map(Math.log);
    out.set([...told, irregularity], rhythmNames.length * i);
  }
  return out;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2;
}
