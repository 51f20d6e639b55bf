import { z } from 'zod';
import { quantity } from '../../base/index.ts';
import { fold, type Key } from '../../random/index.ts';
import { chipSampler } from '../chip-sampler.ts';
import type { ChipState, EntropySource } from '../entropy.ts';
import { cellsOf } from '../needs.ts';
import { arrayWeights, weightsHeldOnce } from '../run-layers.ts';
import { lawOfCopies } from '../weight-law.ts';
import { samplesField } from './fields.ts';
import { lacksTelegraph } from './telegraph.ts';

const schema = z.strictObject({
  entropy: z
    .literal('reprogram')
    .describe('One copy is programmed anew for each sample: its cycle-to-cycle spread is the randomness.'),
  samples: samplesField('Programmings of the one copy'),
  settle: quantity('time', 'not negative')
    .default(1e-3)
    .describe(
      'Time between programming the cells and reading them, s; 1 ms by default. It is what hardware.time means for these cells.',
    ),
});

type Options = z.output<typeof schema>;

/** Samples of cells that are programmed anew; what is held once stays as it is on the chip. */
function programmed(key: Key, chip: ChipState, { samples, settle }: Options): ChipState {
  const made = cellsOf('reprogram', chip).reprogram(fold(key, 'programming'), samples, settle);
  const stay = weightsHeldOnce(chip.network, chip.heldOnce);
  const size = arrayWeights(chip.network);
  const kept = (all: Float32Array | undefined, own: Float32Array | undefined) => {
    for (let at = 0; all && own && at < all.length; at += size) all.set(own.subarray(0, stay), at);
    return all;
  };
  const weights = kept(made.weights, chip.weights)!;
  const variances = kept(made.variances, chip.variances);
  return { ...chip, weights, ...(variances && { variances }) };
}

/**
 * The randomness of programming, drawn anew for every sample: the cells of one copy are written again and again, so that what
 * programming draws (cycle to cycle) differs and what is frozen in cells does not. Sample m of all rows has programming m.
 */
export const reprogram: EntropySource<typeof schema> = {
  name: 'reprogram',
  summary: 'one copy, its cells programmed anew for each sample',
  schema,
  cite: [
    {
      tag: 'Dalgaty21b',
      text: 'T. Dalgaty et al., In situ learning using intrinsic memristor variability via Markov chain Monte Carlo sampling, Nature Electronics 4, 151–161, 2021',
      id: '10.1038/s41928-020-00523-3',
    },
  ],
  wants: ['cycleToCycle', 'read'],
  lacks: (device, _posterior, _options, { readNoise }) => lacksTelegraph(device, 'reprogram', readNoise),
  copies: () => 1,
  samples: ({ samples }) => samples,
  open(key, chip, options) {
    const { samples } = options;
    const sampler = chipSampler(key, programmed(key, chip, options), { copies: samples, samples });
    const cells = chip.cells!.cellsPerCopy;
    return {
      ...sampler,
      draw(out, rows, sample, count) {
        return { ...sampler.draw(out, rows, sample, count), writes: count * rows.count * cells };
      },
    };
  },
  law: (key, chip, options) => lawOfCopies(programmed(key, chip, options), options.samples),
};
