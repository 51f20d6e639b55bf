import { z } from 'zod';
import { dalgaty21 } from '../../transfer/index.ts';
import { chipSampler } from '../chip-sampler.ts';
import type { ChipState, EntropySource } from '../entropy.ts';
import { arrayWeights } from '../run-layers.ts';
import { lawOfCopies } from '../weight-law.ts';
import { fits, fitting, memoryOf, periodField, readFields, samplesField } from './fields.ts';

const schema = z
  .strictObject({
    entropy: z
      .literal('frozen-read')
      .describe('A few copies are programmed once and read in turn, again and again: copies and reads both differ.'),
    samples: samplesField('Reads'),
    copies: z
      .int()
      .min(1)
      .max(4096)
      .default(4)
      .describe('Copies on the chip, which samples read in turn; 4 by default.'),
    ...readFields,
    period: periodField,
  })
  .refine(fits, fitting);

type Options = z.output<typeof schema>;

/** Copies that samples read: no more than the chip holds. */
const heldBy = ({ network, weights }: ChipState, { copies, samples }: Options): number =>
  Math.min(copies, samples, weights.length / arrayWeights(network));

/**
 * A few frozen copies, each read again and again: cells for a few samples, and noise of reads in between. Sample m reads copy m modulo
 * their number, so that reads of one copy are that many intervals apart.
 */
export const frozenRead: EntropySource<typeof schema> = {
  name: 'frozen-read',
  summary: 'a few copies programmed once and read in turn, each read with its noise',
  schema,
  cite: [dalgaty21],
  wants: ['posterior', 'deviceToDevice', 'cycleToCycle', 'read'],
  lacks(device, _posterior, _options, { readNoise }) {
    if (!device.read || !readNoise) {
      return "'frozen-read' needs a device with read noise, and hardware.readNoise on; choose 'frozen' or another device";
    }
    return undefined;
  },
  copies: ({ copies, samples }) => Math.min(copies, samples),
  samples: ({ samples }) => samples,
  open(key, chip, options) {
    const { samples } = options;
    const copies = heldBy(chip, options);
    return chipSampler(key, chip, { copies, samples, memory: memoryOf(chip, options, copies) });
  },
  law: (_key, chip, options) => lawOfCopies(chip, heldBy(chip, options)),
};
