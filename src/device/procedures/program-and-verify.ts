import { z } from 'zod';
import { fold } from '../../random/index.ts';
import { pulse } from '../pulse.ts';
import { verifyingRead } from '../read.ts';
import { cellsOffRest, conductanceOf, firstStep, gather, type Programming } from './procedure.ts';

export const programAndVerifySchema = z.strictObject({
  kind: z.literal('program-and-verify'),
  tolerance: z
    .number()
    .min(1e-4)
    .max(1)
    .default(0.01)
    .describe('Accepted distance from the target as a share of the largest conductance; 0.01 by default.'),
  iterations: z.number().int().min(1).max(1000).default(20).describe('Most programming steps per cell; 20 by default.'),
});

/**
 * Programs, reads, and programs again those cells whose reading is further from the target than the tolerance, until
 * all are accepted or the steps are used up. Cells at rest are not verified.
 */
export function programAndVerify(work: Programming, tolerance: number, iterations: number): void {
  const { device, targets, numbers, frozen, cycleKey, readKey, programmed, pulses } = work;
  const limit = tolerance * device.range.high;
  pulse(device, targets, frozen, firstStep(work), programmed);
  pulses.fill(1);
  let open = cellsOffRest(targets);
  for (let step = 1; open.length > 0; step++) {
    const asked = gather(targets, open);
    const found = conductanceOf(programmed, open);
    const reading = verifyingRead(readKey && fold(readKey, step), device, open, asked, found, numbers);
    let left = 0;
    for (let i = 0; i < open.length; i++) {
      if (Math.abs(reading[i]! - asked[i]!) > limit) open[left++] = open[i]!;
    }
    open = open.subarray(0, left);
    if (step >= iterations || !cycleKey) return;
    const again = gather(targets, open);
    const noise = numbers.normalOf(fold(cycleKey, step), new Float32Array(left), open);
    const fresh = pulse(device, again, frozen && gather(frozen, open), noise, new Float32Array(left));
    for (let i = 0; i < left; i++) {
      programmed[open[i]!] = fresh[i]!;
      pulses[open[i]!]!++;
    }
  }
}
