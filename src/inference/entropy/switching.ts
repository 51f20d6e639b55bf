import { z } from 'zod';
import { type BernoulliPosterior, type Mask, masksOfPosterior } from '../../bayes/index.ts';
import { type Device, findDevice, switchCells } from '../../device/index.ts';
import { fold, type Key } from '../../random/index.ts';
import { chipSampler } from '../chip-sampler.ts';
import { type DrawWeights, weightsDrawn } from '../drawn-weights.ts';
import type { ChipCells, ChipState, EntropySource, WeightLaw } from '../entropy.ts';
import { cellsOf } from '../needs.ts';
import { arrayWeights } from '../run-layers.ts';
import type { Sampler } from '../sampler.ts';
import { holdField, mixingOf, readFields, samplesField } from './fields.ts';
import { lawOfSigns, linesRead, signSampler } from './signs.ts';
import { lacksTelegraph } from './telegraph.ts';

const schema = z.strictObject({
  entropy: z
    .literal('switching')
    .describe(
      "Two-state cells that a pulse switches by chance, reset and pulsed for each sample: each is a random bit, the sign of a binary weight or a bit of dropout's masks. Wants a Bernoulli posterior or one of dropout.",
    ),
  samples: samplesField('Pulses of all cells'),
  cells: z
    .string()
    .optional()
    .describe(
      'Preset of the cells that switch, such as mram-sot, where they are others than those of hardware.device, whose own they are by default.',
    ),
  hold: holdField('a sign'),
  ...readFields,
});

type Options = z.output<typeof schema>;

/** The cells that switch. */
const bitsOf = ({ cells }: Options, device: Device): Device => (cells === undefined ? device : findDevice(cells));

/** Probabilities at which a pulse can be set; beyond them the cell is as good as certain. */
const least = 1e-6;

/** Cells that are reset, pulsed and read against the middle of their two states at each draw, by probability: 1 where a cell is up. */
function pulsed(cells: ChipCells, options: Options, frozen: Key, probability: Float32Array) {
  const device = bitsOf(options, cells.device);
  const wanted = probability.map(p => Math.min(1 - least, Math.max(least, p)));
  const middle = (device.range.low + device.range.high) / 2;
  return (key: Key): Uint8Array =>
    Uint8Array.from(switchCells(key, device, wanted, { deviceKey: frozen }).programmed, g => (g > middle ? 1 : 0));
}

/** Sizes of binary weights with the signs of their cells; two writes each. */
function switchedSigns(key: Key, chip: ChipState, options: Options, posterior: BernoulliPosterior): Sampler {
  const { probability, magnitude } = posterior;
  const cells = cellsOf('switching', chip);
  const draw: DrawWeights = (key, { layer, group, weights }) => {
    const frozen = fold(fold(fold(cells.key, 'switching'), layer), group);
    const pulse = pulsed(
      cells,
      options,
      frozen,
      Float32Array.from(weights, i => probability[i]!),
    );
    let draws = 0;
    return out => {
      const bits = pulse(fold(key, draws++));
      for (let at = 0; at < out.length; at++) out[at] = (bits[at] ? 1 : -1) * magnitude[weights[at]!]!;
    };
  };
  const writes = 2 * weightsDrawn(chip, options.hold);
  return signSampler(fold(key, 'pulses'), chip, draw, options, { reads: linesRead(chip, 'position'), writes });
}

const bitsIn = (masks: readonly Mask[]): number => masks.reduce((sum, { bits }) => sum + bits, 0);

/** The one copy on the arrays with the masks of all samples on its weights. */
function maskSampler(key: Key, chip: ChipState, options: Options, masks: readonly Mask[]): Sampler {
  const { samples } = options;
  const size = arrayWeights(chip.network);
  const count = bitsIn(masks);
  const kept = new Float32Array(count);
  masks.reduce((at, { bits, share }) => kept.fill(1 - share, at, at + bits) && at + bits, 0);
  const cells = cellsOf('switching', chip);
  const pulse = pulsed(cells, options, fold(cells.key, 'switching'), kept);
  const weights = new Float32Array(samples * size);
  const variances = chip.variances && new Float32Array(samples * size);
  for (let m = 0; m < samples; m++) {
    weights.set(chip.weights.subarray(0, size), m * size);
    variances?.set(chip.variances!.subarray(0, size), m * size);
    const drawn = pulse(fold(fold(key, 'pulses'), m));
    let bit = 0;
    for (const { offset, size: under, run, bits, low, high } of masks) {
      for (let i = 0; i < under; i++) {
        const factor = drawn[bit + Math.floor(i / run)] ? high : low;
        weights[m * size + offset + i]! *= factor;
        if (variances) variances[m * size + offset + i]! *= factor ** 2;
      }
      bit += bits;
    }
  }
  const mixing = chip.network.matrices.map((_, layer) =>
    mixingOf(chip, options, sharedThrough(masks.find(({ matrix }) => matrix === layer))),
  );
  const remembered = mixing.flatMap(factor => factor ?? []);
  const masked = { ...chip, weights, ...(variances && { variances }) };
  const sampler = chipSampler(key, masked, {
    copies: samples,
    samples,
    ...(remembered.length > 0 && { mixing: remembered }),
  });
  return {
    ...sampler,
    draw(out, rows, sample, some) {
      return { ...sampler.draw(out, rows, sample, some), writes: some * rows.count * 2 * count };
    },
  };
}

/**
 * What two samples share of noise that every cell has in both: 1/E f² of it, f the factor of a cell, whose mean is 1, where many cells have masks of their own; all of it
 * where a layer has one mask, or none.
 */
function sharedThrough(mask: Mask | undefined): number {
  if (!mask || mask.bits === 1) return 1;
  const { share, low, high } = mask;
  return 1 / (share * low ** 2 + (1 - share) * high ** 2);
}

function maskedLaw({ network, weights, variances }: ChipState, masks: readonly Mask[]): WeightLaw {
  const size = arrayWeights(network);
  const mean = weights.slice(0, size);
  const variance = Float32Array.from(mean, (_, i) => variances?.[i] ?? 0);
  for (const { offset, size: masked, share, low, high } of masks) {
    const square = share * low ** 2 + (1 - share) * high ** 2;
    for (let i = offset; i < offset + masked; i++) variance[i] = square * variance[i]! + (square - 1) * mean[i]! ** 2;
  }
  return { mean, std: variance.map(Math.sqrt) };
}

const masksIn = ({ posterior, network }: ChipState): Mask[] => masksOfPosterior(posterior!, network) ?? [];

/** Neither signs nor masks. */
function lacksBits(posterior: Parameters<EntropySource['lacks']>[1]): string | undefined {
  if (!posterior || posterior.kind === 'bernoulli' || posterior.method === 'dropout') return undefined;
  return "'switching' draws signs of binary weights or masks, and wants a Bernoulli posterior or one of dropout; train with the method 'bernoulli' or 'dropout', or choose a source of normal noise";
}

/**
 * Stochastic switching: the bit that a pulse leaves is drawn anew for each sample, the conductances of the two states keep what is frozen in the cell.
 * Two writes for each bit. The bits are signs of binary weights, or the masks that a posterior of dropout was trained with, on one copy of the unmasked
 * weights. Sample m of all rows has the same bits.
 */
export const switching: EntropySource<typeof schema> = {
  name: 'switching',
  summary: "two-state cells that a pulse switches by chance; their bits are signs of weights or dropout's masks",
  schema,
  cite: [
    {
      tag: 'Vincent15',
      text: 'A. F. Vincent et al., Spin-transfer torque magnetic memory as a stochastic memristive synapse for neuromorphic systems, IEEE Transactions on Biomedical Circuits and Systems 9(2), 166–174, 2015',
      id: '10.1109/TBCAS.2015.2414423',
    },
  ],
  lacks(device, posterior, options, { readNoise }) {
    const bits = bitsOf(options, device);
    if (!bits.switching) {
      return `'switching' needs cells that a pulse switches by chance, and ${bits.name} has none; set sampling.cells to a two-state device such as mram-sot, or choose another source`;
    }
    if (posterior?.method === 'dropout' && options.hold === 'position') {
      return "'switching' holds masks over the positions of a convolution, as they were trained; set sampling.hold to 'input'";
    }
    return (
      lacksBits(posterior) ??
      (posterior?.kind === 'samples' ? lacksTelegraph(device, 'switching', readNoise) : undefined)
    );
  },
  copies: () => 1,
  samples: ({ samples }) => samples,
  open: (key, chip, options) =>
    chip.posterior?.kind === 'bernoulli'
      ? switchedSigns(key, chip, options, chip.posterior)
      : maskSampler(key, chip, options, masksIn(chip)),
  law: (_key, chip) =>
    chip.posterior?.kind === 'bernoulli'
      ? lawOfSigns(chip.posterior.probability.slice(0, arrayWeights(chip.network)), chip)
      : maskedLaw(chip, masksIn(chip)),
};
