import type { Pieces } from '../../base/index.ts';
import { fold, type Key, permutation, streamOf } from '../../random/index.ts';
import { estimate, type FitInputs } from './estimate.ts';
import type { Programming } from './group.ts';
import type { Fold } from './order.ts';

/** Groups of programmings that are resampled together, by stratum. */
export interface Clusters {
  readonly strata: readonly (readonly (readonly number[])[])[];
  /** Levels with so few devices that their programmings are resampled one by one. */
  readonly sparse: readonly number[];
}

/** Devices of a level below which a bootstrap over devices says nothing. */
const fewest = 3;

/**
 * Devices are resampled with all their programmings, within a level where each device holds one level. Levels with fewer
 * than three devices have their programmings resampled one by one.
 */
export function clustersOf(programmings: readonly Programming[], levels: readonly number[]): Clusters {
  const devices = levels.map(() => new Set<string>());
  for (const { level, device } of programmings) devices[level]!.add(device);
  const sparse = Array.from(levels.keys()).filter(level => devices[level]!.size < fewest);
  const byDevice = new Map<string, number[]>();
  const alone = new Map<number, number[][]>();
  programmings.forEach(({ device, level }, i) => {
    if (sparse.includes(level)) append(alone, level, [i]);
    else append(byDevice, device, i);
  });
  const whole = Array.from(byDevice.values());
  const shared = whole.some(own => new Set(own.map(i => programmings[i]!.level)).size > 1);
  const strata = shared
    ? [whole]
    : levels.map((_, level) => whole.filter(own => programmings[own[0]!]!.level === level));
  return { strata: [...strata, ...alone.values()].filter(clusters => clusters.length > 0), sparse };
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const found = lists.get(key);
  if (found) found.push(value);
  else lists.set(key, [value]);
}

/** Samples of programmings: clusters drawn with replacement within each stratum. */
export function* resamples(key: Key, { strata }: Clusters, count: number): Pieces<Int32Array[]> {
  const samples: Int32Array[] = [];
  for (let b = 0; b < count; b++) {
    const stream = streamOf(fold(key, b));
    const sample: number[] = [];
    for (const clusters of strata) {
      for (let k = 0; k < clusters.length; k++) {
        const cluster = clusters[Math.floor(stream.uniform() * clusters.length)]!;
        for (const i of cluster) sample.push(i);
      }
    }
    samples.push(Int32Array.from(sample));
    yield;
  }
  return samples;
}

/** Five parts of the clusters, each held out in turn. */
export function foldsOf(key: Key, inputs: FitInputs, { strata }: Clusters): Fold[] {
  const parts = 5;
  const part = new Int8Array(inputs.programmings.length);
  strata.forEach((clusters, s) => {
    permutation(fold(key, s), clusters.length).forEach((at, rank) => {
      for (const i of clusters[at]!) part[i] = rank % parts;
    });
  });
  return Array.from({ length: parts }, (_, f) => {
    const kept = Array.from(part.keys()).filter(i => part[i] !== f);
    const rated = estimate(inputs, kept).levels;
    const active = rated.map((level, k) => ({ level, k })).filter(({ level }) => level.target > 0 && level.count > 1);
    const heldOut = active.map(({ k }) =>
      Array.from(part.keys())
        .filter(i => part[i] === f && inputs.programmings[i]!.level === k && inputs.failures.fault[i] === 0)
        .map(i => inputs.programmed[i]!)
        .filter(value => !Number.isNaN(value)),
    );
    return { levels: active.map(({ level }) => level), heldOut };
  });
}
