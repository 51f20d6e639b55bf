import type { Pieces } from '../../base/index.ts';
import type { Courses } from './courses.ts';
import { rulersOf } from './laws.ts';
import type { Ruler } from './lines.ts';
import type { Samples } from './samples.ts';

const points = 65;

/**
 * The start time t₀ of the shifted power law that leaves the smallest residual over each sample, s, to three digits:
 * between a thirtieth of the first read after programming (a ten-thousandth where cells were read at once, too, which
 * shows how far they fell by then) and the last, from residuals on a grid of ln t₀ and a parabola. Reads up to `until` count, s.
 */
export function* startTimes(
  courses: Courses,
  samples: Samples,
  until = Number.POSITIVE_INFINITY,
): Pieces<readonly number[]> {
  const times = courses.schedules.flat().filter(time => time <= until);
  const later = times.filter(time => time > 0);
  const latest = later.reduce((a, b) => Math.max(a, b), 0);
  const earliest = later.reduce((a, b) => Math.min(a, b), latest);
  const low = latest > 0 ? Math.log(earliest / (times.includes(0) ? 1e4 : 30)) : 0;
  const step = latest > 0 ? (Math.log(latest) - low) / (points - 1) : 0;
  const starts = Array.from({ length: points }, (_, k) => Math.exp(low + k * step));
  const residuals = yield* residualsOf(courses, starts, until);
  const total = yield* samples.totals(residuals, points);
  return Array.from({ length: samples.count }, (_, sample) => {
    const own = total.subarray(sample * points, (sample + 1) * points);
    const at = own.indexOf(own.reduce((a, b) => Math.min(a, b)));
    let shift = 0;
    if (at > 0 && at < points - 1) {
      const [a, b, c] = [own[at - 1]!, own[at]!, own[at + 1]!];
      if (a - 2 * b + c > 0) shift = (0.5 * (a - c)) / (a - 2 * b + c);
    }
    return Number(Math.exp(low + (at + shift) * step).toPrecision(3));
  });
}

/** Residual sums of squares of each course under the law with each start time; [courses, starts]. */
function* residualsOf(courses: Courses, starts: readonly number[], until: number): Pieces<Float64Array> {
  const { schedules, schedule, first, log } = courses;
  const count = starts.length;
  const out = new Float64Array(schedule.length * count);
  const rulers = starts.map(start => rulersOf('shifted-power', courses, start, until));
  const axes = schedules.map((_, own) => axesOf(rulers.map(of => of[own]!.ruler)));
  const y = new Float64Array(schedules.reduce((most, times) => Math.max(most, times.length), 0));
  for (let i = 0; i < schedule.length; i++) {
    if (i % 1000 === 999) yield;
    const axis = axes[schedule[i]!];
    if (!axis) continue;
    const n = axis.length / count;
    let mean = 0;
    for (let t = 0; t < n; t++) mean += log[first[i]! + t]! / n;
    if (Number.isNaN(mean)) continue;
    let square = 0;
    for (let t = 0; t < n; t++) {
      y[t] = log[first[i]! + t]! - mean;
      square += y[t]! * y[t]!;
    }
    for (let k = 0; k < count; k++) {
      let along = 0;
      for (let t = 0; t < n; t++) along += axis[k * n + t]! * y[t]!;
      out[i * count + k] = Math.max(0, square - along * along);
    }
  }
  return out;
}

/** Rulers of length 1 one after the other; null where lines through so few reads leave no residual. */
function axesOf(rulers: readonly (Ruler | null)[]): Float64Array | null {
  const n = rulers[0]?.x.length ?? 0;
  if (n < 3) return null;
  const out = new Float64Array(rulers.length * n);
  rulers.forEach((ruler, k) => {
    if (ruler)
      out.set(
        ruler.x.map(off => off / Math.sqrt(ruler.leverage)),
        k * n,
      );
  });
  return out;
}

/** Samples by start time. */
export function byStart(starts: readonly number[]): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  starts.forEach((start, sample) => {
    const own = found.get(start);
    if (own) own.push(sample);
    else found.set(start, [sample]);
  });
  return found;
}
