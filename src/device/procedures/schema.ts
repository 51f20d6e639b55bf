import { z } from 'zod';
import type { Procedure } from '../device.ts';
import { programAndVerifySchema } from './program-and-verify.ts';
import { singlePulseSchema } from './single-pulse.ts';
import { staircaseSchema } from './staircase.ts';

/** How cells are programmed, as an experiment says it. */
export const programmingSchema = z
  .union([singlePulseSchema, programAndVerifySchema, staircaseSchema])
  .default('single-pulse')
  .describe(
    "How cells are programmed: 'single-pulse' (default, no verification) or a record with kind program-and-verify or staircase.",
  );

export type ProgrammingOptions = z.output<typeof programmingSchema>;

/** The procedure that the options name. */
export function procedureOf(programming: ProgrammingOptions): Procedure {
  return programming === 'single-pulse' ? { kind: programming } : programming;
}
