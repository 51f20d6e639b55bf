import { z } from 'zod';
import { quantity } from '../../base/index.ts';
import { type ReadMemory, readMixing } from '../../crossbar/index.ts';
import { relaxationsPerDecade } from '../../device/index.ts';
import type { Hold } from '../drawn-weights.ts';
import type { ChipState } from '../entropy.ts';

/** Samples of one input at most, where they are not copies. */
const mostSamples = 4096;

/** Samples that each input has time for where no period says it: odd, so that batches begin at all places of a block. */
const usualSamples = mostSamples + 1;

/** Number of Monte-Carlo samples of a prediction. */
export const samplesField = (what: string) =>
  z.int().min(1).max(mostSamples).default(64).describe(`${what}, one Monte-Carlo sample each; 64 by default.`);

/** Field of sources that draw weights: what one draw serves. */
export const holdField = (draw: string) =>
  z
    .enum(['input', 'position'])
    .default('input')
    .describe(
      `What ${draw} is held for: 'input' (default), all positions of a convolution, as one draw from the posterior serves a whole input; or 'position', each of them with weights of its own, as training by local reparameterisation has them. Dense layers have one position.`,
    );

/** Fields of sources that read the same cells again and again. */
export const readFields = {
  interval: quantity('time')
    .default(1e-6)
    .describe(
      'Time between two reads, s; 1 µs by default, or a pass through the layers where the architecture takes longer for it. Reads that follow each other closely share their 1/f noise.',
    ),
  batch: z
    .int()
    .min(1)
    .max(65536)
    .default(1)
    .describe(
      'Inputs that are read in turn, so that two samples of one are as many intervals apart; 1 by default: the samples of an input follow each other.',
    ),
  memory: z
    .boolean()
    .default(true)
    .describe(
      'Whether reads remember the noise of those before, where the device has such memory; true by default, false draws white noise for comparison.',
    ),
};

/** Field of sources whose cells remember from one input to the next. */
export const periodField = quantity('time')
  .optional()
  .describe(
    `Time from the first read of a batch of inputs to that of the next, s, which prices count too. By default inputs follow each other without a pause in prices, and in the noise that cells remember as if each had ${usualSamples} samples, so that more of them leave earlier ones as they were.`,
  );

interface Periodic {
  readonly samples: number;
  readonly interval: number;
  readonly batch: number;
  readonly period?: number | undefined;
}

/** Refuses a period in which the reads of a batch do not fit. */
export const fits = ({ samples, interval, batch, period }: Periodic): boolean =>
  period === undefined || period >= samples * batch * interval * (1 - 1e-9);

export const fitting = {
  path: ['period'],
  message: 'must be at least as long as all samples of a batch take, samples × batch × interval',
};

/** A schedule of reads at intervals. */
interface Schedule {
  readonly samples: number;
  readonly interval: number;
  readonly batch: number;
  readonly memory: boolean;
}

/** What reads of one chip at intervals remember, of copies that they read in turn; absent where nothing. */
export function memoryOf(
  { readCorrelation, traps: found }: ChipState,
  { samples, interval, batch, memory, period }: Schedule & Pick<Periodic, 'period'>,
  copies = 1,
): ReadMemory | undefined {
  const relaxations = memory && readCorrelation ? relaxationsPerDecade(readCorrelation, interval) : [];
  const traps = found && { occupied: found.occupied, time: memory ? found.time / interval : 0 };
  const stride = period === undefined ? usualSamples * batch : Math.round(period / interval);
  if (relaxations.length === 0 && !traps) return undefined;
  return { samples, copies, batch, stride, relaxations, ...(traps && { traps }) };
}

/** What the noise of the samples of one row shares, a share of what its cells do, as a factor [samples, samples]; absent where nothing. */
export function mixingOf(
  { readCorrelation }: ChipState,
  { samples, interval, batch, memory }: Schedule,
  share = 1,
): Float32Array | undefined {
  if (!memory || !readCorrelation) return undefined;
  return Float32Array.from(readMixing(samples, lag => share * readCorrelation(lag * batch * interval)));
}

/**
 * What reads of a plane of cells remember: a share of their variance that all reads of one sample have in common, 1 where a read is held for all of them, and a
 * factor [samples, samples] of what samples share, on whose diagonal that share is. Absent where nothing. Of a relaxation that leaves a share a of itself until the
 * next sample, positions share 2a/(1 + a): the least that leaves the covariance between samples as it is, and more than a.
 */
export function planeMemory(
  chip: ChipState,
  options: Schedule & { readonly hold: Hold },
): { readonly share: number; readonly mixing: Float32Array } | undefined {
  const { readCorrelation } = chip;
  const { samples, interval, batch, memory, hold } = options;
  if (!memory || !readCorrelation) return undefined;
  if (hold === 'input') return { share: 1, mixing: mixingOf(chip, options)! };
  const kept = relaxationsPerDecade(readCorrelation, batch * interval).map(({ weight, time }) => ({
    weight,
    left: Math.exp(-1 / time),
  }));
  const share = kept.reduce((sum, { weight, left }) => sum + (2 * weight * left) / (1 + left), 0);
  if (share === 0) return undefined;
  const shared = (lag: number) => kept.reduce((sum, { weight, left }) => sum + weight * left ** lag, 0) / share;
  const mixing = Float32Array.from(readMixing(samples, shared), entry => Math.sqrt(share) * entry);
  return { share, mixing };
}
