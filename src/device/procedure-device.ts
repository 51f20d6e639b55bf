import { keyOf } from '../random/index.ts';
import { interpolate } from './curves.ts';
import type { Device, Procedure } from './device.ts';
import { checkProcedure } from './own-procedure.ts';
import { programCells } from './program.ts';

const levels = 65;
const cellsPerLevel = 1500;

/**
 * The device as one sees it after a procedure: its programming mean and spread are those that the procedure produces,
 * measured on 1,500 simulated cells at each of 65 targets (spread within 2 %) and interpolated. Training and
 * transfer that know how a chip will be programmed use this in place of the single pulse. A spread that was
 * device-to-device is part of the whole here.
 */
export function withProcedure(device: Device, procedure: Procedure): Device {
  checkProcedure(device, procedure);
  if (procedure.kind === 'single-pulse' || device.programming.procedure) return device;
  const { low, high } = device.range;
  const bottom = low > 0 ? low : high / levels;
  const asked = Float64Array.from(
    device.levels ?? Array.from({ length: levels }, (_, i) => bottom + ((high - bottom) * i) / (levels - 1)),
  );
  const targets = Float32Array.from(
    { length: asked.length * cellsPerLevel },
    (_, i) => asked[Math.floor(i / cellsPerLevel)]!,
  );
  const { programmed } = programCells(keyOf(0), { ...device, stuck: { high: 0, low: 0 } }, targets, procedure);
  const mean = new Float64Array(asked.length);
  const std = new Float64Array(asked.length);
  for (let level = 0; level < asked.length; level++) {
    const cells = programmed.subarray(level * cellsPerLevel, (level + 1) * cellsPerLevel);
    let sum = 0;
    let square = 0;
    for (let i = 0; i < cells.length; i++) {
      const residual = cells[i]! - asked[level]!;
      sum += residual;
      square += residual * residual;
    }
    const shift = sum / cellsPerLevel;
    mean[level] = shift;
    std[level] = Math.sqrt(Math.max(0, square / cellsPerLevel - shift * shift));
  }
  return {
    ...device,
    name: `${device.name} after ${procedure.kind}`,
    programming: {
      mean: target => Math.max(0, target + interpolate(asked, mean, target)),
      std: target => interpolate(asked, std, target),
    },
  };
}
