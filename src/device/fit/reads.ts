import type { Programming } from './group.ts';

/** Reads of all programmings one after the other, struct of arrays: what every sample of the bootstrap sums. */
export interface Reads {
  /** All read times, ascending, s. */
  readonly times: readonly number[];
  /** First read of each programming, and their end; [programmings + 1]. */
  readonly first: Int32Array;
  /** Number of a read's time among `times`, [reads]. */
  readonly at: Int32Array;
  /** Sum of squared deviations of repeated reads, S², their degrees of freedom, and the square of their mean, S²; [reads]. */
  readonly within: Float64Array;
  readonly freedom: Float64Array;
  readonly square: Float64Array;
  /** Number of each programming's device, [programmings]. */
  readonly devices: Int32Array;
  /** Some device was programmed to a level more than once. */
  readonly repeated: boolean;
}

/** The reads of programmings, and which devices they are of. */
export function readsOf(programmings: readonly Programming[]): Reads {
  const times = Array.from(new Set(programmings.flatMap(p => p.times))).sort((a, b) => a - b);
  const numbers = new Map(times.map((time, at) => [time, at]));
  const first = new Int32Array(programmings.length + 1);
  programmings.forEach((p, i) => {
    first[i + 1] = first[i]! + p.times.length;
  });
  const names = new Map<string, number>();
  const devices = Int32Array.from(programmings, ({ device }) => {
    const number = names.get(device) ?? names.size;
    names.set(device, number);
    return number;
  });
  const pairs = new Set(Array.from(programmings, ({ level }, i) => level * names.size + devices[i]!));
  return {
    times,
    first,
    at: Int32Array.from(programmings.flatMap(p => p.times.map(time => numbers.get(time)!))),
    within: Float64Array.from(programmings.flatMap(p => p.within)),
    freedom: Float64Array.from(programmings.flatMap(p => p.counts.map(count => count - 1))),
    square: Float64Array.from(programmings.flatMap(p => p.means.map(mean => mean ** 2))),
    devices,
    repeated: pairs.size < programmings.length,
  };
}
