import { z } from 'zod';
import { quantity } from '../../base/index.ts';
import { readMixing } from '../../crossbar/index.ts';
import { chipSampler } from '../chip-sampler.ts';
import type { EntropySource } from '../entropy.ts';
import { lacksTelegraph } from './telegraph.ts';

const schema = z.strictObject({
  entropy: z
    .literal('read')
    .describe('One copy is programmed; each sample reads it again, and its read noise differs.'),
  samples: z
    .int()
    .min(1)
    .max(4096)
    .default(64)
    .describe('Reads of the one copy, one Monte-Carlo sample each; 64 by default.'),
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
});

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
  lacks(device, _posterior, _options, { readNoise }) {
    if (!device.read || !readNoise) {
      return "'read' needs a device with read noise, and hardware.readNoise on; choose 'frozen' or another device";
    }
    return lacksTelegraph(device, 'read', readNoise);
  },
  copies: () => 1,
  samples: ({ samples }) => samples,
  open(key, { readCorrelation, ...chip }, { samples, interval, memory }) {
    const correlation = memory ? readCorrelation : undefined;
    const mixing = correlation && Float32Array.from(readMixing(samples, lag => correlation(lag * interval)));
    return chipSampler(key, chip, { of: 'one copy', samples, mixing });
  },
};
