import { type Demand, demand } from '../base/index.ts';
import {
  checkDevice,
  conductanceAt,
  type Device,
  momentsAt,
  nearestTarget,
  ownProcedure,
  programCells,
  readStd,
  readStdOf,
  withRange,
  withSpread,
} from '../device/index.ts';
import { keyOf } from '../random/index.ts';

const count = 40_000;

interface Sample {
  readonly mean: number;
  readonly std: number;
  /** Central moment of order four. */
  readonly fourth: number;
}

function simulated(device: Device, target: number, time: number): Sample {
  const cells = programCells(keyOf(11), device, new Float32Array(count).fill(target), ownProcedure(device));
  const g = conductanceAt(device, cells, time, new Float32Array(count));
  let mean = 0;
  for (const value of g) mean += value / count;
  let second = 0;
  let fourth = 0;
  for (const value of g) {
    second += (value - mean) ** 2 / count;
    fourth += (value - mean) ** 4 / count;
  }
  return { mean, std: Math.sqrt(second), fourth };
}

/** Targets at rest, at both ends and between. */
const targetsOf = ({ levels, range: { low, high } }: Device): readonly number[] =>
  levels ? [0, ...levels.slice(0, 2), high] : [0, low + 0.02 * (high - low), (low + high) / 2, high];

/** Reachable targets over the whole range. */
const spreadOut = (device: Device): Float32Array =>
  Float32Array.from({ length: 500 }, (_, i) => nearestTarget(device, (device.range.high * i) / 499));

/** Relative agreement of two numbers, `digits` digits. */
function agree(found: number, expected: number, digits: number, what: string): void {
  const tolerance = 10 ** -digits * Math.max(Math.abs(found), Math.abs(expected));
  demand(Math.abs(found - expected) <= tolerance, `${what}: is ${found}, but should be ${expected}.`);
}

/** What every device does, whatever its physics. */
export const deviceContract: readonly Demand<Device>[] = [
  { name: 'is physical over its whole range', check: device => checkDevice(device) },
  {
    name: 'has the moments of simulated cells, for every target at every time',
    check(device) {
      const working: Device = { ...device, stuck: { high: 0, low: 0 } };
      for (const target of targetsOf(device)) {
        for (const time of [0, 6, 86400, 3e8]) {
          const expected = momentsAt(working, target, time);
          const { mean, std, fourth } = simulated(working, target, time);
          const where = `at target ${target} S, ${time} s after programming`;
          const meanError = std / Math.sqrt(count);
          const stdError = Math.sqrt(Math.max(0, fourth - std ** 4) / count) / (2 * std || 1);
          const rounding = 2e-6 * device.range.high;
          demand(
            Math.abs(mean - expected.mean) < 4.5 * meanError + rounding,
            `${where}: cells have the mean ${mean} S, but momentsAt says ${expected.mean} S.`,
          );
          demand(
            Math.abs(std - expected.std) < 4.5 * stdError + rounding,
            `${where}: cells have the spread ${std} S, but momentsAt says ${expected.std} S.`,
          );
        }
      }
    },
  },
  {
    name: 'gives the same cells for the same key, others for another, and no negative conductance',
    check(device) {
      const targets = spreadOut(device);
      const at = (seed: number): Float32Array =>
        conductanceAt(
          device,
          programCells(keyOf(seed), device, targets, ownProcedure(device)),
          3e8,
          new Float32Array(targets.length),
        );
      const [once, again, other] = [at(1), at(1), at(2)] as const;
      demand(
        once.every((g, i) => g === again[i]),
        'one key gave two sets of cells.',
      );
      const random = momentsAt(device, device.range.high, 0).std > 0;
      demand(!random || once.some((g, i) => g !== other[i]), 'two keys gave the same cells.');
      demand(
        once.every(g => g >= 0),
        'a conductance is negative.',
      );
    },
  },
  {
    name: 'has the mean in every cell without randomness',
    check(device) {
      const targets = spreadOut(device);
      const randomness = { deviceToDevice: false, cycleToCycle: false, read: false };
      const { programmed } = programCells(keyOf(4), device, targets, ownProcedure(device), { randomness });
      targets.forEach((target, i) => {
        const mean = target === 0 ? device.rest.mean : (device.programming.mean?.(target) ?? target);
        demand(
          Math.abs(programmed[i]! - mean) < 1e-6 * device.range.high,
          `target ${target} S: the cell has ${programmed[i]} S, but the mean is ${mean} S.`,
        );
      });
    },
  },
  {
    name: 'keeps what is device-to-device with the key of the devices while cycles are redrawn',
    check(device) {
      const targets = spreadOut(device);
      const spread = { ...withSpread(device, 0), stuck: { high: 0.05, low: 0.1 } };
      const own: Device = {
        ...spread,
        programming: { ...spread.programming, deviceStd: () => 0.01 * device.range.high },
      };
      const [a, b] = [1, 2].map(
        seed => programCells(keyOf(seed), own, targets, ownProcedure(own), { deviceKey: keyOf(9) }).programmed,
      );
      demand(
        a!.every((g, i) => g === b![i]),
        'two cycles of the same devices differ, although only devices spread.',
      );
    },
  },
  {
    name: 'reads with the noise of its curve',
    check(device) {
      const targets = spreadOut(device);
      const cells = programCells(keyOf(5), device, targets, ownProcedure(device));
      const g = conductanceAt(device, cells, 3600, new Float32Array(targets.length));
      const std = readStd(device, cells, 3600, g, new Float32Array(targets.length));
      targets.forEach((target, i) => {
        const expected = readStdOf(device, target, 3600, g[i]!);
        demand(
          Math.abs(std[i]! - expected) < 2e-3 * expected + 1e-5 * device.range.high,
          `target ${target} S: a read has the noise ${std[i]} S, but readStdOf says ${expected} S.`,
        );
      });
    },
  },
  {
    name: 'scales with its range',
    check(device) {
      const { high } = device.range;
      const scaled = withRange(device, 3 * high);
      const [large, small] = [momentsAt(scaled, 3 * high, 3600), momentsAt(device, high, 3600)];
      agree(large.mean, 3 * small.mean, 7, 'mean of a range three times as large');
      agree(large.std, 3 * small.std, 7, 'spread of a range three times as large');
      agree(
        readStdOf(scaled, 3 * high, 60, 3 * high),
        3 * readStdOf(device, high, 60, high),
        7,
        'read noise of a range three times as large',
      );
    },
  },
];
