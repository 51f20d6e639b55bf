import { z } from 'zod';
import { fold } from '../../random/index.ts';
import { chipSampler } from '../chip-sampler.ts';
import type { ChipState, EntropySource } from '../entropy.ts';
import { cellsOf } from '../needs.ts';
import { type OutputVariance, outputNoise } from '../output-noise.ts';
import { arrayWeights } from '../run-layers.ts';
import { trainedLaw } from '../weight-law.ts';
import { fits, fitting, memoryOf, periodField, readFields, samplesField } from './fields.ts';
import { lacksSpread } from './lacks.ts';
import { lacksTelegraph } from './telegraph.ts';

const schema = z
  .strictObject({
    entropy: z
      .literal('output')
      .describe('One copy is read, and a number is added to each output: noise where the weights would have put it.'),
    samples: samplesField('Draws of the noise'),
    spread: z
      .enum(['matched', 'constant'])
      .default('matched')
      .describe(
        "Spread of the noise: 'matched' (default) has the variance Σ x² σ² of the trained weights, from a second product with cells that hold σ²; 'constant' has one spread for each column, the root mean square of the matched ones over the validation inputs, without a second product.",
      ),
    ...readFields,
    period: periodField,
  })
  .refine(fits, fitting);

type Options = z.output<typeof schema>;

/** Variances of weights as further cells of the chip hold them, [size]: each a share of the layer's largest. */
function heldVariances(chip: ChipState): Float32Array {
  const cells = cellsOf('output', chip);
  const { low, high } = cells.device.range;
  const { std } = trainedLaw(chip);
  const largest = chip.network.matrices.map(({ weight, rows, columns }) =>
    std.subarray(weight.offset, weight.offset + rows * columns).reduce((most, s) => Math.max(most, s * s), 0),
  );
  const targets = new Float32Array(std.length);
  const eachWeight = (each: (i: number, most: number) => void) =>
    chip.network.matrices.forEach(({ weight, rows, columns }, layer) => {
      for (let i = weight.offset; i < weight.offset + rows * columns; i++) each(i, largest[layer]!);
    });
  eachWeight((i, most) => {
    targets[i] = most > 0 ? low + (std[i]! ** 2 / most) * (high - low) : low;
  });
  const { conductance, share } = cells.bank('output variances', targets);
  const held = new Float32Array(std.length);
  eachWeight((i, most) => {
    held[i] = Math.max(0, ((conductance[i]! / share - low) / (high - low)) * most);
  });
  return held;
}

/** Variance of every column's output over the validation inputs, [columns] of every matrix. */
function meanVariances({ network, readout }: ChipState, std: Float32Array): Float32Array[] {
  return network.matrices.map(({ weight, rows, columns, groups }, layer) => {
    const squares = readout.layers[layer]!.meanSquares!;
    const width = columns / groups;
    return Float32Array.from({ length: columns }, (_, j) => {
      const group = Math.floor(j / width);
      let variance = 0;
      for (let r = 0; r < rows; r++)
        variance += squares[group * rows + r]! * std[weight.offset + r * columns + j]! ** 2;
      return variance;
    });
  });
}

const varianceOf = (chip: ChipState, { spread }: Options): OutputVariance =>
  spread === 'matched'
    ? { kind: 'matched', weights: heldVariances(chip) }
    : { kind: 'constant', columns: meanVariances(chip, trainedLaw(chip).std) };

/**
 * Noise at the outputs: the products of one copy of the means, and a normal number for every output of every matrix. Fewer
 * numbers than weights, and where the variance is matched the same law of an output as weights of independent normal laws have.
 */
export const output: EntropySource<typeof schema> = {
  name: 'output',
  summary: 'one copy; normal noise added to every output, of matched variance or of one spread for each column',
  schema,
  cite: [
    {
      tag: 'Kingma15',
      text: 'D. P. Kingma, T. Salimans, M. Welling, Variational dropout and the local reparameterization trick, NeurIPS 2015',
      id: 'arXiv:1506.02557',
    },
  ],
  lacks: (device, posterior, _options, { readNoise }) =>
    lacksSpread('output', posterior) ?? lacksTelegraph(device, 'output', readNoise),
  copies: () => 1,
  samples: ({ samples }) => samples,
  open(key, chip, options) {
    const { samples } = options;
    const after = outputNoise(fold(key, 'output'), chip.network, varianceOf(chip, options));
    const sampler = chipSampler(key, chip, { copies: 1, samples, memory: memoryOf(chip, options), after });
    const numbers = chip.network.matrices
      .slice(chip.heldOnce)
      .reduce((sum, { columns, positions }) => sum + columns * positions, 0);
    return {
      ...sampler,
      draw(out, rows, sample, count) {
        return { ...sampler.draw(out, rows, sample, count), bits: count * rows.count * numbers * bitsPerNumber };
      },
    };
  },
  law(_key, chip, options) {
    const size = arrayWeights(chip.network);
    const added = options.spread === 'matched' ? heldVariances(chip) : trainedLaw(chip).std.map(s => s * s);
    return {
      mean: chip.weights.slice(0, size),
      std: added.map((v, i) => Math.sqrt(v + (chip.variances?.[i] ?? 0))),
    };
  },
};

/** Bits of shift registers that a number takes which is added to an output, made as Box and Muller do. */
const bitsPerNumber = 32;
