import type { Pieces } from '../../base/index.ts';
import { fillUniform, fold, type Key, permutation } from '../../random/index.ts';
import { estimates, type FitInputs, inCurves } from './estimate.ts';
import type { Grouped, Programming } from './group.ts';
import type { Fold } from './order.ts';
import { levelReads } from './reads.ts';
import { Samples } from './samples.ts';

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

/** All programmings once, as sample 0, and samples of them: clusters drawn with replacement within each stratum. */
export function* resamples(key: Key, { first }: Grouped, { strata }: Clusters, count: number): Pieces<Samples> {
  const samples = new Samples(count + 1, first);
  const times = new Float64Array(first.at(-1)!).fill(1);
  samples.set(0, times);
  const drawn = strata.map(clusters => ({ members: Int32Array.from(clusters.flat()), ends: endsOf(clusters) }));
  const uniforms = new Float64Array(strata.reduce((sum, clusters) => sum + clusters.length, 0));
  for (let sample = 1; sample <= count; sample++) {
    fillUniform(fold(fold(key, sample - 1), 'uniform'), uniforms);
    times.fill(0);
    let at = 0;
    for (const { members, ends } of drawn) {
      const size = ends.length - 1;
      for (let k = 0; k < size; k++) {
        const cluster = Math.floor(uniforms[at++]! * size);
        for (let m = ends[cluster]!; m < ends[cluster + 1]!; m++) times[members[m]!]!++;
      }
    }
    samples.set(sample, times);
    yield;
  }
  return samples;
}

/** Where each cluster begins, and where the last ends, once they follow each other. */
function endsOf(clusters: readonly (readonly number[])[]): Int32Array {
  const ends = new Int32Array(clusters.length + 1);
  clusters.forEach((own, k) => {
    ends[k + 1] = ends[k]! + own.length;
  });
  return ends;
}

/** Five parts of the clusters, each held out in turn. */
export function* foldsOf(key: Key, inputs: FitInputs, { strata }: Clusters): Pieces<Fold[]> {
  const parts = 5;
  const { programmings, failures, first } = inputs;
  const part = new Int8Array(programmings.length);
  strata.forEach((clusters, s) => {
    permutation(fold(key, s), clusters.length).forEach((at, rank) => {
      for (const i of clusters[at]!) part[i] = rank % parts;
    });
  });
  const kept = new Samples(parts, first);
  for (let f = 0; f < parts; f++)
    kept.set(
      f,
      Float64Array.from(part, own => Number(own !== f)),
    );
  const heldOut = Array.from({ length: parts }, () => inputs.levels.map((): number[] => []));
  programmings.forEach(({ level }, i) => {
    const value = inputs.programmed[i]!;
    if (failures.fault[i] === 0 && !Number.isNaN(value)) heldOut[part[i]!]![level]!.push(value);
  });
  const rated = yield* estimates(inputs, kept, yield* levelReads(programmings, kept, i => failures.fault[i] === 0));
  return rated.map(({ levels }, f) => {
    const active = Array.from(levels.keys()).filter(k => inCurves(levels[k]!));
    return { levels: active.map(k => levels[k]!), heldOut: active.map(k => heldOut[f]![k]!) };
  });
}
