import { z } from 'zod';
import type { BernoulliPosterior } from '../../bayes/index.ts';
import { type Device, findDevice, switchCells } from '../../device/index.ts';
import { fold, type Key } from '../../random/index.ts';
import { digitalReadout, weightSampler } from '../digital-weights.ts';
import type { ChipState, EntropySource } from '../entropy.ts';
import { noEvents } from '../events.ts';
import { cellsOf } from '../needs.ts';
import { arrayWeights } from '../run-layers.ts';
import { samplesField } from './fields.ts';
import { lacksSigns, lawOfSigns } from './signs.ts';

const schema = z.strictObject({
  entropy: z
    .literal('switching')
    .describe(
      'Two-state cells that a pulse switches by chance: reset and pulsed for each sample, each cell is a random bit, the sign of a binary weight.',
    ),
  samples: samplesField('Pulses of all cells'),
  cells: z
    .string()
    .optional()
    .describe(
      'Preset of the cells that switch, such as mram-sot, where they are others than those of hardware.device, whose own they are by default.',
    ),
});

type Options = z.output<typeof schema>;

/** The cells that switch. */
const bitsOf = ({ cells }: Options, device: Device): Device => (cells === undefined ? device : findDevice(cells));

/** Probabilities at which a pulse can be set; beyond them the cell is as good as certain. */
const least = 1e-6;

/** Signs of all samples by their sizes, [samples, size]: each cell is reset, pulsed and read against the middle of its two states. */
function drawn(key: Key, chip: ChipState, options: Options): Float32Array {
  const cells = cellsOf('switching', chip);
  const device = bitsOf(options, cells.device);
  const { probability, magnitude } = chip.posterior as BernoulliPosterior;
  const size = arrayWeights(chip.network);
  const wanted = probability.slice(0, size).map(p => Math.min(1 - least, Math.max(least, p)));
  const middle = (device.range.low + device.range.high) / 2;
  const deviceKey = fold(cells.key, 'switching');
  const out = new Float32Array(options.samples * size);
  for (let m = 0; m < options.samples; m++) {
    const { programmed } = switchCells(fold(key, m), device, wanted, { deviceKey });
    for (let i = 0; i < size; i++) out[m * size + i] = programmed[i]! > middle ? magnitude[i]! : -magnitude[i]!;
  }
  return out;
}

/**
 * Stochastic switching: the bit that a pulse leaves is drawn anew for each sample, the conductances of the two states keep what is frozen in the cell.
 * Two writes for each bit. Sample m of all rows has the same bits.
 */
export const switching: EntropySource<typeof schema> = {
  name: 'switching',
  summary: 'two-state cells that a pulse switches by chance; the bit of each is the sign of a weight',
  schema,
  cite: [
    {
      tag: 'Vincent15',
      text: 'A. F. Vincent et al., Spin-transfer torque magnetic memory as a stochastic memristive synapse for neuromorphic systems, IEEE Transactions on Biomedical Circuits and Systems 9(2), 166–174, 2015',
      id: '10.1109/TBCAS.2015.2414423',
    },
  ],
  lacks(device, posterior, options) {
    const bits = bitsOf(options, device);
    if (!bits.switching) {
      return `'switching' needs cells that a pulse switches by chance, and ${bits.name} has none; set sampling.cells to a two-state device such as mram-sot, or choose another source`;
    }
    return lacksSigns('switching', posterior);
  },
  copies: () => 1,
  samples: ({ samples }) => samples,
  open(key, chip, options) {
    const digital = { ...chip, readout: digitalReadout(chip.readout) };
    const weights = drawn(fold(key, 'pulses'), chip, options);
    const sampler = weightSampler(key, digital, weights, options.samples, 0);
    const { matrices } = chip.network;
    const lines = matrices.reduce((sum, { rows, positions }) => sum + rows * positions, 0);
    const cells = arrayWeights(chip.network);
    return {
      ...sampler,
      draw(out, rows, sample, count) {
        const { saturation } = sampler.draw(out, rows, sample, count);
        const times = count * rows.count;
        return { ...noEvents, reads: times * lines, writes: times * 2 * cells, saturation };
      },
    };
  },
  law(_key, chip) {
    const { probability } = chip.posterior as BernoulliPosterior;
    return lawOfSigns(probability.slice(0, arrayWeights(chip.network)), chip);
  },
};
