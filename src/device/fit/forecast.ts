import type { Pieces } from '../../base/index.ts';
import { studentQuantile } from '../../random/index.ts';
import type { Device } from '../device.ts';
import { momentsAt } from '../moments.ts';
import type { Ageing } from './ageing.ts';
import { type Continued, continuation } from './continuation.ts';
import type { Programming } from './group.ts';
import { meanStd } from './statistics.ts';

/** Mean conductance of a level beyond the last read, S. */
export interface Forecast {
  readonly target: number;
  /** s. */
  readonly time: number;
  /** As the fitted device has it. */
  readonly mean: number;
  /** Between these with 95 % confidence, over the cells measured and the laws that fit. */
  readonly low: number;
  readonly high: number;
}

/** Ten years, s. */
export const longest = 3.15576e8;

/** Share of the conductance by which a forecast is uncertain at least, a decade beyond the last read. */
const least = 1e-3;

/** The last read, every decade after it, and ten years, s. */
export function forecastTimes(lastRead: number): number[] {
  const times = [lastRead];
  while (times.at(-1)! * 10 < longest) times.push(times.at(-1)! * 10);
  return times.at(-1)! < longest ? [...times, longest] : times;
}

/**
 * Forecasts of a fitted device at its levels: every law that fits continues the measured cells, with a standard
 * error over samples of them; the band holds all of these and the device itself. `startTimes` are t₀ of each sample, s.
 */
export function* forecast(
  device: Device,
  { fitting, firstRead, lastRead }: Pick<Ageing, 'fitting' | 'firstRead' | 'lastRead'>,
  given: Continued & { readonly programmings: readonly Programming[]; readonly levels: readonly number[] },
  startTimes: readonly number[],
): Pieces<Forecast[]> {
  const { programmings, levels, courses, samples } = given;
  const times = forecastTimes(lastRead);
  const first = new Array<number>(samples.count).fill(firstRead);
  const devices = levels.map(() => new Set<string>());
  programmings.forEach(({ level, device: name }, i) => {
    if (courses.schedule[i]! >= 0) devices[level]!.add(name);
  });
  const laws: (readonly (readonly (readonly number[])[])[])[] = [];
  for (const law of fitting) {
    laws.push(yield* continuation(law, given, law === 'shifted-power' ? startTimes : first, times));
  }
  return levels.flatMap((target, level) => {
    if (target === 0 || devices[level]!.size === 0) return [];
    const count = Math.max(devices[level]!.size, 2);
    const factor = studentQuantile(0.975, Math.max(2, count - 1)) * Math.sqrt(count / (count - 1));
    return times.map((time, t) => {
      const { mean } = momentsAt(device, target, time);
      let [low, high] = [mean, mean];
      for (const [whole, ...drawn] of laws) {
        const value = whole![level]![t]!;
        const { std } = meanStd(drawn.map(found => found[level]![t]!).filter(found => found !== undefined));
        const half = factor * Math.hypot(std, least * value * Math.log10(time / lastRead));
        low = Math.min(low, value - half);
        high = Math.max(high, value + half);
      }
      return { target, time, mean, low: Math.max(0, low), high };
    });
  });
}
