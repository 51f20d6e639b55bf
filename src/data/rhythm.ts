/** Intervals that a local mean is taken over, the last of which is the one before the beat. */
const LOCAL = 10;
/** Intervals before that one which say how regular the rhythm is. */
const REGULAR = 20;

/** What the intervals between beats say of each of them, in the order in which `rhythm` writes it; ratios of intervals. */
export const rhythmNames: readonly string[] = [
  'ln before/record',
  'ln after/record',
  'ln before/local',
  'ln local/record',
  'irregularity',
];

/**
 * Five numbers without unit for each beat, [beats, 5], from the samples of all beats of a record in order: natural logarithms
 * of the interval to the beat before and of that to the beat after over the record's mean, of the former over the local mean,
 * that of ten intervals up to it, and of the local mean over the record's; and how irregular the rhythm is, the median
 * distance of the twenty intervals before from their median as a share of it, for what is early in a steady rhythm is usual
 * in fibrillation. Means and not medians, since in some patients most beats are early and a median would take them for usual.
 * Where a record has just begun, its first intervals stand in for those missing; the first beat takes the interval after it
 * for that before it, the last the other way round.
 */
export function rhythm(samples: readonly number[]): Float64Array {
  const intervals = samples.slice(1).map((sample, i) => Math.max(1, sample - samples[i]!));
  const whole = mean(intervals);
  const out = new Float64Array(rhythmNames.length * samples.length);
  for (let i = 0; i < samples.length; i++) {
    const before = intervals[Math.max(0, i - 1)]!;
    const after = intervals[Math.min(i, intervals.length - 1)]!;
    const local = mean(intervals.slice(Math.max(0, i - LOCAL), Math.max(LOCAL, i)));
    const earlier = intervals.slice(Math.max(0, i - 1 - REGULAR), Math.max(REGULAR, i - 1));
    const usual = median(earlier);
    const irregularity = median(earlier.map(interval => Math.abs(interval - usual))) / usual;
    const told = [before / whole, after / whole, before / local, local / whole].map(Math.log);
    out.set([...told, irregularity], rhythmNames.length * i);
  }
  return out;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2;
}
