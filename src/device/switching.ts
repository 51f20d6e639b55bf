import { InputError, insist } from '../base/index.ts';
import { fillUniform, fold, type Key } from '../random/index.ts';
import type { Cells, Device } from './device.ts';
import { type ProgramOptions, programCells } from './program.ts';

/** Probability that a pulse of `voltage` V switches a two-state cell to its high state. */
export function switchingProbability(device: Device, voltage: number): number {
  const { voltage: middle, width } = switchingOf(device);
  return 1 / (1 + Math.exp((middle - voltage) / width));
}

/** Pulse voltage, V, at which the cell switches with `probability`, strictly between 0 and 1. */
export function switchingVoltage(device: Device, probability: number): number {
  const { voltage, width } = switchingOf(device);
  insist(probability > 0 && probability < 1, `probability: must lie between 0 and 1, got ${probability}.`);
  return voltage + width * Math.log(probability / (1 - probability));
}

/**
 * Resets two-state cells and gives each one pulse that switches it with its probability, [cells] in 0 to 1: stochastic
 * bits. The bit is cycle-to-cycle randomness, the conductance of each state keeps its device-to-device spread.
 */
export function switchCells(key: Key, device: Device, probability: Float32Array, options: ProgramOptions = {}): Cells {
  switchingOf(device);
  const { low, high } = device.range;
  const u = fillUniform(fold(key, 'switching'), new Float32Array(probability.length));
  const targets = u.map((value, i) => (value < probability[i]! ? high : low));
  return programCells(key, device, targets, { kind: 'single-pulse' }, options);
}

function switchingOf(device: Device): NonNullable<Device['switching']> {
  if (device.switching) return device.switching;
  throw new InputError(`${device.name}: has no switching probability; use a two-state device such as mram-sot.`);
}
