import { z } from 'zod';
import { fillUniform, fold } from '../../random/index.ts';
import { storedMoments } from '../digital-weights.ts';
import { type DrawWeights, drawnSampler, weightsDrawn } from '../drawn-weights.ts';
import type { ChipState, EntropySource } from '../entropy.ts';
import { cellsOf } from '../needs.ts';
import { arrayWeights } from '../run-layers.ts';
import { holdField, samplesField } from './fields.ts';
import { lacksSpread } from './lacks.ts';

const schema = z.strictObject({
  entropy: z
    .literal('sum')
    .describe(
      'Every word of the memory has a few cells of its own; a random half of them against the other half is its noise.',
    ),
  samples: samplesField('Draws of all weights'),
  cells: z
    .int()
    .min(4)
    .max(32)
    .default(16)
    .refine(n => n % 2 === 0, 'must be even, for half of them are set against the other half')
    .describe('Cells of a word, of which a random half is set against the other half; an even number, 16 by default.'),
  hold: holdField('a chosen half'),
  bits: z
    .int()
    .min(2)
    .max(16)
    .default(8)
    .describe('Bits of a stored mean and spread and of a drawn weight; 8 by default.'),
});

type Options = z.output<typeof schema>;

/** Conductances of every word's cells, and the nominal spread of what is made of them, S. */
interface Words {
  readonly conductance: Float32Array;
  readonly std: number;
}

/**
 * The cells of all words, programmed once to the middle of the device's range. Given n cells of variance S² (n − 1 below), the
 * sum of a random half of them has the variance n/4 S²; less the sum of the others it has the mean 0 and the variance n S².
 */
function wordsOf(chip: ChipState, { cells: n }: Options): Words {
  const cells = cellsOf('sum', chip);
  const { low, high } = cells.device.range;
  const count = n * arrayWeights(chip.network);
  const { conductance } = cells.bank('sum', new Float32Array(count).fill((low + high) / 2));
  let mean = 0;
  for (let i = 0; i < count; i++) mean += conductance[i]! / count;
  let square = 0;
  for (let i = 0; i < count; i++) square += (conductance[i]! - mean) ** 2 / (count - 1);
  return { conductance, std: Math.sqrt(n * square) };
}

/** Random bits that choose half of n cells: the logarithm of how many halves there are. */
export function selectorBits(n: number): number {
  let halves = 1;
  for (let i = 1; i <= n / 2; i++) halves = (halves * (n / 2 + i)) / i;
  return Math.ceil(Math.log2(halves));
}

/** Weights: mean + spread · (a half − the other half)/its spread. */
function drawOf(chip: ChipState, options: Options): DrawWeights {
  const { cells: n, bits } = options;
  const { conductance, std: scale } = wordsOf(chip, options);
  const { mean, std, step, top } = storedMoments(chip, bits);
  const order = new Int32Array(n);
  return (key, { weights }) => {
    const u = new Float32Array(weights.length * (n / 2));
    let draws = 0;
    return out => {
      fillUniform(key, u, draws++ * u.length);
      for (let at = 0; at < out.length; at++) {
        const i = weights[at]!;
        for (let c = 0; c < n; c++) order[c] = c;
        let sum = 0;
        for (let c = 0; c < n / 2; c++) {
          const other = c + Math.min(n - c - 1, Math.floor(u[at * (n / 2) + c]! * (n - c)));
          const chosen = order[other]!;
          order[other] = order[c]!;
          sum += conductance[i * n + chosen]!;
        }
        for (let c = n / 2; c < n; c++) sum -= conductance[i * n + order[c]!]!;
        const w = Math.round((mean[i]! + (std[i]! * sum) / scale) / step[i]!);
        out[at] = step[i]! * Math.max(-top, Math.min(top, w));
      }
    };
  };
}

/**
 * Central-limit noise of cells that are never programmed again: which half of a word's cells is set against the other half is drawn
 * anew for each sample, and the cells' own spread makes the differences, whose mean is 0 on every chip. A word whose cells happen
 * to be alike has little noise for the chip's life. Sample m of all rows has the same weights.
 */
export const sum: EntropySource<typeof schema> = {
  name: 'sum',
  summary: 'products inside memory words; a random half of a few cells against the other half is the noise of each',
  schema,
  cite: [
    {
      tag: 'Lin23sum',
      text: 'Sums of randomly selected ferroelectric transistors as Gaussian noise in memory words, 640 aJ a sample, as the random-number cost ladder has them',
    },
  ],
  lacks(device, posterior) {
    const { low, high } = device.range;
    const middle = (low + high) / 2;
    const { std, deviceStd } = device.programming;
    if (std(middle) === 0 && (deviceStd?.(middle) ?? 0) === 0) {
      return `'sum' needs cells that differ, and those of ${device.name} are programmed without spread; choose another device or 'generator'`;
    }
    return lacksSpread('sum', posterior);
  },
  copies: () => 1,
  samples: ({ samples }) => samples,
  open(key, chip, options) {
    const bits = selectorBits(options.cells) * weightsDrawn(chip, options.hold);
    const sampler = drawnSampler(fold(key, 'selection'), chip, drawOf(chip, options), options);
    return {
      ...sampler,
      draw: (out, rows, sample, count) => ({
        ...sampler.draw(out, rows, sample, count),
        bits: count * rows.count * bits,
      }),
    };
  },
  law(_key, chip, options) {
    const { cells: n, bits } = options;
    const { conductance, std: scale } = wordsOf(chip, options);
    const stored = storedMoments(chip, bits);
    const std = stored.std.slice();
    for (let i = 0; i < std.length; i++) {
      const own = conductance.subarray(i * n, (i + 1) * n);
      const average = own.reduce((sum, g) => sum + g, 0) / n;
      const square = own.reduce((sum, g) => sum + (g - average) ** 2, 0) / (n - 1);
      std[i] = (stored.std[i]! * Math.sqrt(n * square)) / scale;
    }
    return { mean: stored.mean, std };
  },
};
