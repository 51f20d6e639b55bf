import { z } from 'zod';
import { dalgaty21 } from '../../transfer/index.ts';
import { chipSampler } from '../chip-sampler.ts';
import type { EntropySource } from '../entropy.ts';
import { lawOfCopies } from '../weight-law.ts';
import { memoryOf } from './fields.ts';

const schema = z.strictObject({
  entropy: z
    .literal('frozen')
    .default('frozen')
    .describe('Copies of the network are programmed once; each sample reads another copy.'),
  samples: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(64)
    .describe('Copies on the chip, one Monte-Carlo sample each; 64 by default.'),
});

/** The randomness of programming, drawn once and kept: Monte-Carlo sample s reads copy s (Dalgaty21). */
export const frozen: EntropySource<typeof schema> = {
  name: 'frozen',
  summary: 'copies programmed once; each sample reads another copy',
  schema,
  cite: [dalgaty21],
  wants: ['posterior', 'deviceToDevice', 'cycleToCycle', 'read'],
  lacks: () => undefined,
  copies: ({ samples }) => samples,
  samples: ({ samples }) => samples,
  open(key, chip, { samples }) {
    // Without a schedule every read finds the traps of its cells anew.
    const memory = memoryOf(chip, { samples, interval: 1, batch: 1, memory: false }, samples);
    return chipSampler(key, chip, { copies: samples, samples, memory });
  },
  law: (_key, chip, { samples }) => lawOfCopies(chip, samples),
};
