import { z } from 'zod';
import { fold } from '../../random/index.ts';
import { programmingTables, pulse } from '../pulse.ts';
import { verifyingRead } from '../read.ts';
import { lookUpTable } from '../table.ts';
import { cellsOffRest, conductanceOf, firstStep, gather, type Programming } from './procedure.ts';

export const staircaseSchema = z.strictObject({
  kind: z.literal('staircase'),
  step: z
    .number()
    .min(1e-4)
    .max(1)
    .default(0.02)
    .describe('Conductance added by one pulse as a share of the largest conductance; 0.02 by default.'),
  iterations: z.number().int().min(1).max(10_000).default(200).describe('Most pulses per cell; 200 by default.'),
});

/**
 * Starts at rest and adds pulses of rising amplitude until the reading is within half a step below the target. The
 * increments are independent, with a variance in proportion to the climb such that an unchecked climb to the target
 * would have the spread of a single pulse (an assumption: published staircases report only the outcome).
 */
export function staircase(work: Programming, step: number, iterations: number): void {
  const { device, targets, numbers, frozen, cycleKey, readKey, programmed, pulses } = work;
  const count = targets.length;
  const tables = programmingTables(device);
  const increment = step * device.range.high;
  pulse(device, new Float32Array(count), null, firstStep(work), programmed);
  pulses.fill(1);
  const std = lookUpTable(new Float32Array(count), tables.std, targets);
  const offset = new Float32Array(count);
  if (frozen && tables.deviceStd) {
    lookUpTable(offset, tables.deviceStd, targets);
    for (let i = 0; i < count; i++) offset[i]! *= frozen[i]!;
  }
  let open = cellsOffRest(targets);
  for (let at = 1; at <= iterations && open.length > 0; at++) {
    const reading = verifyingRead(
      readKey && fold(readKey, at),
      device,
      open,
      gather(targets, open),
      conductanceOf(programmed, open),
      numbers,
    );
    let left = 0;
    for (let i = 0; i < open.length; i++) {
      if (reading[i]! < targets[open[i]!]! - increment / 2) open[left++] = open[i]!;
    }
    open = open.subarray(0, left);
    const noise = new Float32Array(left);
    if (cycleKey) numbers.normalOf(fold(cycleKey, at), noise, open);
    for (let i = 0; i < left; i++) {
      const cell = open[i]!;
      const share = increment / Math.max(targets[cell]! - device.rest.mean, increment);
      const change = increment + offset[cell]! * share + std[cell]! * Math.sqrt(share) * noise[i]!;
      programmed[cell] = Math.max(0, Math.max(0, programmed[cell]!) + change);
      pulses[cell]!++;
    }
  }
}
