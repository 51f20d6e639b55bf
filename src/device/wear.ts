import type { Cells, Device } from './device.ts';

/** What programming took and left behind. */
export interface ProgrammingRecord {
  readonly pulses: number;
  /** Largest number of pulses of one cell. */
  readonly mostPulses: number;
  /** J; null where the device states no energy per pulse. */
  readonly energy: number | null;
  /** Duration of the pulses one after the other, s; null where the device states none. */
  readonly duration: number | null;
  /** Share of its endurance that the most used cell has spent; null where the device states none. */
  readonly wear: number | null;
  /** Mean and standard deviation of programmed minus target over working cells not at rest, S. */
  readonly residualMean: number;
  readonly residualStd: number;
}

/** Sums up a programming from the cells it produced. */
export function programmingRecord(device: Device, cells: Cells): ProgrammingRecord {
  const { energy, duration, endurance } = device.write ?? {};
  const { pulses, target, programmed, fault } = cells;
  let total = 0;
  let most = 0;
  let count = 0;
  let sum = 0;
  let square = 0;
  for (let i = 0; i < pulses.length; i++) {
    total += pulses[i]!;
    most = Math.max(most, pulses[i]!);
    if (target[i] === 0 || fault[i] !== 0) continue;
    const residual = programmed[i]! - target[i]!;
    count++;
    sum += residual;
    square += residual * residual;
  }
  const mean = count > 0 ? sum / count : 0;
  return {
    pulses: total,
    mostPulses: most,
    energy: energy === undefined ? null : energy * total,
    duration: duration === undefined ? null : duration * total,
    wear: endurance === undefined ? null : most / endurance,
    residualMean: mean,
    residualStd: count > 0 ? Math.sqrt(Math.max(0, square / count - mean * mean)) : 0,
  };
}
