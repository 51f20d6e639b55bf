import { z } from 'zod';
import { chipSampler } from '../chip-sampler.ts';
import type { EntropySource } from '../entropy.ts';
import { lawOfCopies } from '../weight-law.ts';
import { fits, fitting, memoryOf, periodField, readFields, samplesField } from './fields.ts';

const schema = z
  .strictObject({
    entropy: z
      .literal('read')
      .describe('One copy is programmed; each sample reads it again, and its read noise differs.'),
    samples: samplesField('Reads of the one copy'),
    ...readFields,
    period: periodField,
  })
  .refine(fits, fitting);

/**
 * The randomness of reading: one programmed copy, read once per Monte-Carlo sample (Lin et al. 2023). Successive reads
 * share their noise as the device's spectrum says, so that M reads are worth fewer than M samples.
 */
export const read: EntropySource<typeof schema> = {
  name: 'read',
  summary: 'one copy programmed; each sample reads it anew and its read noise differs',
  schema,
  cite: [
    {
      tag: 'Lin23',
      text: 'Y. Lin et al., Uncertainty quantification via a memristor Bayesian deep neural network for risk-sensitive reinforcement learning, Nature Machine Intelligence 5, 714–723, 2023',
      id: 'doi:10.1038/s42256-023-00680-y',
    },
  ],
  wants: ['read'],
  lacks(device, _posterior, _options, { readNoise }) {
    if (!device.read || !readNoise) {
      return "'read' needs a device with read noise, and hardware.readNoise on; choose 'frozen' or another device";
    }
    return undefined;
  },
  copies: () => 1,
  samples: ({ samples }) => samples,
  open: (key, chip, options) =>
    chipSampler(key, chip, { copies: 1, samples: options.samples, memory: memoryOf(chip, options) }),
  law: (_key, chip) => lawOfCopies(chip, 1),
};
