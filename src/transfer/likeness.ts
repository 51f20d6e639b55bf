import type { Job } from '../base/index.ts';
import {
  type CellReads,
  conductanceAt,
  type Device,
  fillReadNoise,
  type Procedure,
  programCells,
  readStdOf,
} from '../device/index.ts';
import { fold, type Key } from '../random/index.ts';
import type { Chip } from './chip.ts';
import { momentsTable, stuckCells } from './real-chip.ts';

/** Whether a chip's cells differ from those of simulated chips. */
export interface Compared {
  /** Largest distance of the chip's distribution of standardised conductances to that of all chips together (Kolmogorov–Smirnov). */
  readonly distance: number;
  /** Chance that a chip like the simulated ones is as far away or farther. */
  readonly pValue: number;
}

/** A real chip beside simulated ones. */
export interface Likeness {
  /** Simulated chips, and cells of each that are compared. */
  readonly chips: number;
  readonly cells: number;
  /** Of the device as it stands. */
  readonly asModelled: Compared;
  /** Of the device fitted to the chip, mean times `gain` and spread times `spread`: fitted to one half of the cells, compared on the other. */
  readonly fitted: Compared & { readonly gain: number; readonly spread: number };
}

/** Cells that are compared at most. */
const mostCells = 4096;

/**
 * Compares the first read of a real chip with simulated chips of a device. Every chip, the real one too, is told by the distance of its
 * standardised conductances to those of all chips; were the real one of the device, its rank among the distances would be each
 * equally often, so that p = (1 + chips at least as far)/(1 + chips) holds exactly (Barnard 1963), for errors that a chip's cells
 * share as for others. Cells at rest, failed and thinned ones are left out.
 */
export async function likenessOf(
  key: Key,
  { plan: { target }, cells }: Chip & { readonly cells: { readonly reads?: CellReads } },
  device: Device,
  procedure: Procedure,
  { chips = 199, job }: { readonly chips?: number; readonly job?: Job } = {},
): Promise<Likeness> {
  const reads = cells.reads!;
  const time = reads.times[0]!;
  const working = Int32Array.from(target.keys()).filter(i => target[i]! > 0 && cells.fault[i] === 0);
  const every = Math.max(1, Math.ceil(working.length / mostCells));
  const some = working.filter((_, i) => i % every === 0);
  const goals = Float32Array.from(some, i => target[i]!);
  const known = momentsTable(device, time);
  const mean = Float64Array.from(goals, goal => known(goal)[0]);
  const read = Float64Array.from(goals, (goal, i) => readStdOf(device, goal, time, mean[i]!));
  const std = Float64Array.from(goals, (goal, i) => Math.hypot(known(goal)[1], read[i]!));
  const real = Float32Array.from(some, i => reads.conductance[0]![i]!);
  const of: Samples[] = [samplesOf(real, mean, std, new Int8Array(goals.length))];
  const noise = new Float32Array(goals.length);
  for (let chip = 0; chip < chips; chip++) {
    const own = fold(key, chip);
    const made = programCells(fold(own, 'program'), device, goals, procedure);
    const now = conductanceAt(device, made, time, new Float32Array(goals.length));
    fillReadNoise(fold(own, 'read'), device, noise);
    for (let i = 0; i < now.length; i++) now[i] = Math.max(0, now[i]! + read[i]! * noise[i]!);
    of.push(samplesOf(now, mean, std, stuckCells(device, goals, { times: [time], conductance: [now] })));
    await job?.turn();
  }
  const { gain, spread } = of[0]!;
  return {
    chips,
    cells: goals.length,
    asModelled: rankOf(of.map(({ all }) => all)),
    fitted: { ...rankOf(of.map(({ rest }) => rest)), gain, spread },
  };
}

/** Standardised conductances of one chip, as the device has them, and of every other cell as one fitted to the rest has them. */
interface Samples {
  readonly all: Float64Array;
  readonly rest: Float64Array;
  readonly gain: number;
  readonly spread: number;
}

function samplesOf(read: Float32Array, mean: Float64Array, std: Float64Array, fault: Int8Array): Samples {
  const working = Array.from(read.keys()).filter(i => fault[i] === 0 && std[i]! > 0);
  const half = (parity: number) => working.filter((_, place) => place % 2 === parity);
  let [products, squares] = [0, 0];
  for (const i of half(0)) {
    products += (read[i]! * mean[i]!) / std[i]! ** 2;
    squares += mean[i]! ** 2 / std[i]! ** 2;
  }
  const gain = squares > 0 ? products / squares : 1;
  const fitted = half(0);
  const variance = fitted.reduce((sum, i) => sum + ((read[i]! - gain * mean[i]!) / std[i]!) ** 2, 0) / fitted.length;
  const spread = Math.sqrt(variance);
  return {
    all: Float64Array.from(working, i => (read[i]! - mean[i]!) / std[i]!).sort(),
    rest: Float64Array.from(half(1), i => (read[i]! - gain * mean[i]!) / (std[i]! * spread)).sort(),
    gain,
    spread,
  };
}

/** The first of some samples, each ascending, among them: its distance to all together, and how many are as far. */
function rankOf(samples: readonly Float64Array[]): Compared {
  const whole = new Float64Array(samples.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const one of samples) {
    whole.set(one, at);
    at += one.length;
  }
  whole.sort();
  const distances = samples.map(one => distanceTo(whole, one));
  const farther = distances.slice(1).filter(distance => distance >= distances[0]!).length;
  return { distance: distances[0]!, pValue: (1 + farther) / samples.length };
}

/** Largest distance between the distribution of a sample and that of the whole it is part of, both ascending. */
function distanceTo(whole: Float64Array, one: Float64Array): number {
  let [below, most] = [0, 0];
  for (let i = 0; i < one.length; i++) {
    while (below < whole.length && whole[below]! < one[i]!) below++;
    const share = below / whole.length;
    let upTo = below;
    while (upTo < whole.length && whole[upTo]! <= one[i]!) upTo++;
    most = Math.max(most, Math.abs(share - i / one.length), Math.abs(upTo / whole.length - (i + 1) / one.length));
  }
  return most;
}
