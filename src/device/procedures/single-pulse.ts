import { z } from 'zod';
import { pulse } from '../pulse.ts';
import { firstStep, type Programming } from './procedure.ts';

export const singlePulseSchema = z.literal('single-pulse');

/** One step per cell, no check. */
export function singlePulse(work: Programming): void {
  pulse(work.device, work.targets, work.frozen, firstStep(work), work.programmed);
  work.pulses.fill(1);
}
