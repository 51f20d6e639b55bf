import { z } from 'zod';
import type { BernoulliPosterior } from '../../bayes/index.ts';
import { kernels } from '../../kernels/index.ts';
import { fillNormal, fold, type Key, normalCdf } from '../../random/index.ts';
import type { DrawWeights } from '../drawn-weights.ts';
import type { ChipState, EntropySource } from '../entropy.ts';
import { cellsOf } from '../needs.ts';
import { holdField, planeMemory, readFields, samplesField } from './fields.ts';
import { lacksSigns, lawOfSigns, linesRead, signSampler } from './signs.ts';
import { lacksTelegraph } from './telegraph.ts';

const schema = z.strictObject({
  entropy: z
    .literal('binary')
    .describe(
      "A weight plane and a noise plane: each read of a weight's cell and its noise cells against a reference is a sign, which is + with probability Φ((G − G_ref)/σ). Wants a Bernoulli posterior, the transfer 'threshold' and the mapping 'offset'.",
    ),
  samples: samplesField('Reads of all signs'),
  hold: holdField('a sign'),
  ...readFields,
});

type Options = z.output<typeof schema>;

/** Distances of cells from the reference in spreads of a read together with two noise cells each, [size]. */
function distances(chip: ChipState): Float32Array {
  const cells = cellsOf('binary', chip);
  const { weights, variances } = chip;
  const size = cells.weightPerSiemens.length;
  const { high } = cells.device.range;
  const { readStd } = cells.bank('noise plane', new Float32Array(2 * size).fill(high));
  return Float32Array.from({ length: size }, (_, i) => {
    const noise = Math.hypot(readStd[2 * i]!, readStd[2 * i + 1]!) * cells.weightPerSiemens[i]!;
    return weights[i]! / Math.hypot(noise, Math.sqrt(variances?.[i] ?? 0));
  });
}

/**
 * Signs times sizes: whether a distance and its noise lie above the reference. What the reads of a cell share, with those of other samples and at the
 * positions of one sample, is drawn for all samples together, the rest at each read.
 */
function drawOf(key: Key, chip: ChipState, options: Options): DrawWeights {
  const distance = distances(chip);
  const size = distance.length;
  const { magnitude } = chip.posterior as BernoulliPosterior;
  const memory = planeMemory(chip, options);
  const shared = memory && sharedNoise(key, memory.mixing, options.samples, size);
  const own = Math.sqrt(1 - (memory?.share ?? 0));
  return (key, { weights }, sample) => {
    let draws = 0;
    return out => {
      if (own > 0) fillNormal(key, out, draws++ * out.length);
      for (let at = 0; at < out.length; at++) {
        const i = weights[at]!;
        const noise = (own > 0 ? own * out[at]! : 0) + (shared?.[sample * size + i] ?? 0);
        out[at] = distance[i]! + noise > 0 ? magnitude[i]! : -magnitude[i]!;
      }
    };
  };
}

/** Noise of all samples that shares what the factor [samples, samples] says, [samples, size]. */
function sharedNoise(key: Key, mixing: Float32Array, samples: number, size: number): Float32Array {
  const fresh = fillNormal(key, new Float32Array(samples * size));
  const mixed = new Float32Array(fresh.length);
  kernels().product(mixed, mixing, fresh, { m: samples, n: size, k: samples });
  return mixed;
}

/**
 * Binary weights whose signs are read: a latch compares the current of a weight's cell and the difference of two noise cells, whose mean is trimmed away,
 * with a reference, w = sign(G − G_ref + n), and the sign adds or subtracts the input in an accumulator (Bayes2IMC). No converter stands before the neuron.
 * A sign that is held is kept in a memory; else word lines are read again for each position. Sample m of all rows has the same signs.
 */
export const binary: EntropySource<typeof schema> = {
  name: 'binary',
  summary: 'a weight plane and a noise plane; each read of a cell against a reference is a sign',
  schema,
  cite: [
    {
      tag: 'Bayes2IMC',
      text: 'P. Katti et al., Bayes2IMC: In-memory computing for Bayesian binary neural networks, IEEE TCSI, 2025',
      id: 'arXiv:2411.07902',
    },
  ],
  lacks(device, posterior, _options, { readNoise }) {
    const lacking = lacksSigns('binary', posterior);
    if (lacking) return lacking;
    if (!device.read || !readNoise) {
      return "'binary' draws signs from read noise, which needs a device with read noise, and hardware.readNoise on; choose 'switching' or another device";
    }
    return lacksTelegraph(device, 'binary', readNoise);
  },
  copies: () => 1,
  samples: ({ samples }) => samples,
  open(key, chip, options) {
    const draw = drawOf(fold(key, 'shared'), chip, options);
    return signSampler(fold(key, 'signs'), chip, draw, options, { reads: linesRead(chip, options.hold) });
  },
  law: (_key, chip) =>
    lawOfSigns(
      distances(chip).map(z => normalCdf(z)),
      chip,
    ),
};
