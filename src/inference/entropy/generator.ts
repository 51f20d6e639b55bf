import { z } from 'zod';
import type { BernoulliPosterior } from '../../bayes/index.ts';
import { fold, type Key } from '../../random/index.ts';
import { digitalReadout, type StoredMoments, storedMoments, weightSampler } from '../digital-weights.ts';
import type { ChipState, EntropySource } from '../entropy.ts';
import { noEvents } from '../events.ts';
import { boxMullerCircuit } from '../generators/box-muller.ts';
import { unit } from '../generators/gaussian.ts';
import { shiftRegister } from '../generators/shift-register.ts';
import { wallaceCircuit } from '../generators/wallace.ts';
import { arrayWeights } from '../run-layers.ts';
import { samplesField } from './fields.ts';
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
  bits: z
    .int()
    .min(2)
    .max(16)
    .default(8)
    .describe('Bits of a stored mean, spread or probability and of a drawn weight; 8 by default.'),
});

type Options = z.output<typeof schema>;

/** Weights of all samples one after the other as the circuits draw them, [samples, size]. */
function drawn(key: Key, chip: ChipState, options: Options): Float32Array {
  const { posterior } = chip;
  const out = new Float32Array(options.samples * arrayWeights(chip.network));
  if (posterior?.kind === 'bernoulli') return drawSigns(key, out, posterior, options);
  return drawGaussian(key, out, storedMoments(chip, options.bits), options);
}

function drawGaussian(key: Key, out: Float32Array, { mean, std, step, top }: StoredMoments, { generator }: Options) {
  const circuit = circuits[generator].make(key.word0, key.word1);
  const size = mean.length;
  for (let at = 0; at < out.length; at += size) {
    for (let i = 0; i < size; i++) {
      const w = Math.round((mean[i]! + (std[i]! * circuit.next()) / unit) / step[i]!);
      out[at + i] = step[i]! * Math.max(-top, Math.min(top, w));
    }
  }
  return out;
}

/** Probabilities in steps of 2^−bits. */
const storedProbability = (p: number, bits: number): number => Math.round(p * 2 ** bits);

function drawSigns(
  key: Key,
  out: Float32Array,
  { probability, magnitude }: BernoulliPosterior,
  { bits, samples }: Options,
) {
  const register = shiftRegister(key.word0);
  const size = out.length / samples;
  const thresholds = Int32Array.from({ length: size }, (_, i) => storedProbability(probability[i]!, bits));
  for (let at = 0; at < out.length; at += size) {
    for (let i = 0; i < size; i++) {
      out[at + i] = register.next() >>> (32 - bits) < thresholds[i]! ? magnitude[i]! : -magnitude[i]!;
    }
  }
  return out;
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
    const { samples, bits } = options;
    const digital = { ...chip, readout: digitalReadout(chip.readout) };
    const perWeight = chip.posterior?.kind === 'bernoulli' ? bits : circuits[options.generator].bits;
    const weights = drawn(fold(key, 'generator'), chip, options);
    const sampler = weightSampler(key, digital, weights, samples, perWeight);
    return {
      ...sampler,
      draw(out, rows, sample, count) {
        const { bits, saturation } = sampler.draw(out, rows, sample, count);
        return { ...noEvents, bits, saturation };
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
