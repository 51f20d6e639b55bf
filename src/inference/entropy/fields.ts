import { z } from 'zod';
import { quantity } from '../../base/index.ts';
import { type ReadMemory, readMixing } from '../../crossbar/index.ts';
import { relaxationsPerDecade } from '../../device/index.ts';
import type { ChipState } from '../entropy.ts';

/** Number of Monte-Carlo samples of a prediction. */
export const samplesField = (what: string, most = 4096) =>
  z.int().min(1).max(most).default(64).describe(`${what}, one Monte-Carlo sample each; 64 by default.`);

/** Fields of sources that read the same cells again and again. */
export const readFields = {
  interval: quantity('time')
    .default(1e-6)
    .describe(
      'Time between two reads, s; 1 µs by default. Reads that follow each other closely share their 1/f noise.',
    ),
  memory: z
    .boolean()
    .default(true)
    .describe(
      'Whether reads remember the noise of those before, where the device has such memory; true by default, false draws white noise for comparison.',
    ),
};

/** A schedule of reads at intervals. */
interface Schedule {
  readonly samples: number;
  readonly interval: number;
  readonly memory: boolean;
}

/** What reads of one chip at intervals remember; absent where nothing. */
export function memoryOf(
  { readCorrelation }: ChipState,
  { samples, interval, memory }: Schedule,
): ReadMemory | undefined {
  if (!memory || !readCorrelation) return undefined;
  const relaxations = relaxationsPerDecade(lag => readCorrelation(lag * interval));
  return relaxations.length > 0 ? { samples, batch: 1, relaxations } : undefined;
}

/** What the noise of the samples of one row shares, as a factor [samples, samples]; absent where nothing. */
export function mixingOf(
  { readCorrelation }: ChipState,
  { samples, interval, memory }: Schedule,
): Float32Array | undefined {
  if (!memory || !readCorrelation) return undefined;
  return Float32Array.from(readMixing(samples, lag => readCorrelation(lag * interval)));
}
