import { z } from 'zod';
import type { BernoulliPosterior } from '../../bayes/index.ts';
import { fold } from '../../random/index.ts';
import { digitalReadout, storedMoments } from '../digital-weights.ts';
import { type DrawWeights, drawnSampler, weightsDrawn } from '../drawn-weights.ts';
import type { ChipState, EntropySource } from '../entropy.ts';
import { noEvents } from '../events.ts';
import { boxMullerCircuit } from '../generators/box-muller.ts';
import { unit } from '../generators/gaussian.ts';
import { shiftRegister } from '../generators/shift-register.ts';
import { wallaceCircuit } from '../generators/wallace.ts';
import { holdField, samplesField } from './fields.ts';
import { lacksSpread } from './lacks.ts';

/** The circuits, and the random bits that a number takes of their shift registers. */
const circuits = {
  'box-muller': { make: boxMullerCircuit, bits: 32 },
  wallace: { make: wallaceCircuit, bits: 16 },
} as const;

const schema = z.strictObject({
  entropy: z
    .literal('generator')
    .describe('Weights in digital memory; a generator circuit draws each of them anew for each sample.'),
  samples: samplesField('Draws of all weights'),
  generator: z
    .enum(['box-muller', 'wallace'])
    .default('box-muller')
    .describe(
      "Circuit that makes normal numbers from shift registers, 'box-muller' (default) or 'wallace'; binary weights compare bits of a shift register with their probability.",
    ),
  hold: holdField('a drawn weight'),
  bits: z
    .int()
    .min(2)
    .max(16)
    .default(8)
    .describe('Bits of a stored mean, spread or probability and of a drawn weight; 8 by default.'),
});

type Options = z.output<typeof schema>;

/** Weights as the circuits draw them one after the other; each group of columns has its own, whose registers begin each sample at seeds of their own. */
const drawOf = (chip: ChipState, options: Options): DrawWeights =>
  chip.posterior?.kind === 'bernoulli' ? signsOf(chip.posterior, options) : gaussianOf(chip, options);

function gaussianOf(chip: ChipState, { bits, generator }: Options): DrawWeights {
  const { mean, std, step, top } = storedMoments(chip, bits);
  return ({ word0, word1 }, { weights }) => {
    const circuit = circuits[generator].make(word0, word1);
    return out => {
      for (let at = 0; at < out.length; at++) {
        const i = weights[at]!;
        const w = Math.round((mean[i]! + (std[i]! * circuit.next()) / unit) / step[i]!);
        out[at] = step[i]! * Math.max(-top, Math.min(top, w));
      }
    };
  };
}

/** Probabilities in steps of 2^−bits. */
const storedProbability = (p: number, bits: number): number => Math.round(p * 2 ** bits);

function signsOf({ probability, magnitude }: BernoulliPosterior, { bits }: Options): DrawWeights {
  const thresholds = Int32Array.from(probability, p => storedProbability(p, bits));
  return ({ word0 }, { weights }) => {
    const register = shiftRegister(word0);
    return out => {
      for (let at = 0; at < out.length; at++) {
        const i = weights[at]!;
        out[at] = register.next() >>> (32 - bits) < thresholds[i]! ? magnitude[i]! : -magnitude[i]!;
      }
    };
  };
}

/**
 * Digital randomness: means and spreads in a memory, and circuits whose whole numbers are those that a chip would count, bit for
 * bit. No analog cell takes part; what memristors are to be compared with. Sample m of all rows has the same weights.
 */
export const generator: EntropySource<typeof schema> = {
  name: 'generator',
  summary: 'digital memory; a circuit of shift registers draws every weight anew for each sample',
  schema,
  cite: [
    {
      tag: 'Lee06',
      text: 'D.-U. Lee et al., A hardware Gaussian noise generator using the Box-Muller method and its error analysis, IEEE Transactions on Computers 55(6), 659–671, 2006',
      id: '10.1109/TC.2006.81',
    },
    {
      tag: 'Wallace96',
      text: 'C. S. Wallace, Fast pseudorandom generators for normal and exponential variates, ACM Transactions on Mathematical Software 22(1), 119–127, 1996',
      id: '10.1145/225545.225554',
    },
  ],
  lacks: (_device, posterior) => lacksSpread('generator', posterior),
  copies: () => 1,
  samples: ({ samples }) => samples,
  open(key, chip, options) {
    const digital = { ...chip, readout: digitalReadout(chip.readout) };
    const perWeight = chip.posterior?.kind === 'bernoulli' ? options.bits : circuits[options.generator].bits;
    const bits = perWeight * weightsDrawn(chip, options.hold);
    const sampler = drawnSampler(fold(key, 'generator'), digital, drawOf(chip, options), options);
    return {
      ...sampler,
      draw(out, rows, sample, count) {
        const { saturation } = sampler.draw(out, rows, sample, count);
        return { ...noEvents, bits: count * rows.count * bits, saturation };
      },
    };
  },
  law(_key, chip, { bits }) {
    const { posterior } = chip;
    if (posterior?.kind !== 'bernoulli') return storedMoments(chip, bits);
    const p = posterior.probability.map(p => storedProbability(p, bits) / 2 ** bits);
    const { magnitude } = posterior;
    return {
      mean: p.map((p, i) => (2 * p - 1) * magnitude[i]!),
      std: p.map((p, i) => 2 * magnitude[i]! * Math.sqrt(p * (1 - p))),
    };
  },
};
