import { fold, type Key, permutation, streamOf } from '../../random/index.ts';
import { type Estimate, estimate, type FitInputs } from './estimate.ts';
import type { Fold } from './order.ts';

/** Groups of programmings that are resampled together: devices, within a level where each device holds one level. */
export function clustersOf({ programmings, levels }: FitInputs): number[][][] {
  const byDevice = new Map<string, number[]>();
  programmings.forEach(({ device }, i) => {
    const own = byDevice.get(device);
    if (own) own.push(i);
    else byDevice.set(device, [i]);
  });
  const devices = Array.from(byDevice.values());
  if (devices.some(own => new Set(own.map(i => programmings[i]!.level)).size > 1)) return [devices];
  return levels.map((_, level) => devices.filter(own => programmings[own[0]!]!.level === level));
}

/** Estimates of samples of clusters drawn with replacement within each stratum. */
export function bootstrap(key: Key, inputs: FitInputs, strata: readonly number[][][], count: number): Estimate[] {
  return Array.from({ length: count }, (_, b) => {
    const stream = streamOf(fold(key, b));
    const sample: number[] = [];
    for (const clusters of strata) {
      for (let k = 0; k < clusters.length; k++) {
        const cluster = clusters[Math.floor(stream.uniform() * clusters.length)]!;
        for (const i of cluster) sample.push(i);
      }
    }
    return estimate(inputs, sample);
  });
}

/** Five parts of the clusters, each held out in turn. */
export function foldsOf(key: Key, inputs: FitInputs, strata: readonly number[][][]): Fold[] {
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
