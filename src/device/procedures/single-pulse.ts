import { z } from 'zod';
import { fold } from '../../random/index.ts';
import { pulse } from '../pulse.ts';
import type { Programming } from './procedure.ts';

export const singlePulseSchema = z.literal('single-pulse');

/** One step per cell, no check. */
export function singlePulse({ device, targets, frozen, cycleKey, programmed, pulses }: Programming): void {
  pulse(device, targets, frozen, cycleKey && fold(cycleKey, 0), programmed);
  pulses.fill(1);
}
