import { z } from 'zod';
import type { BernoulliPosterior } from '../../bayes/index.ts';
import { kernels } from '../../kernels/index.ts';
import { fillNormalRows, fold, type Key, normalCdf } from '../../random/index.ts';
import type { ChipState, EntropySource } from '../entropy.ts';
import { cellsOf } from '../needs.ts';
import { mixingOf, readFields, samplesField } from './fields.ts';
import { lacksSigns, lawOfSigns, signSampler } from './signs.ts';
import { lacksTelegraph } from './telegraph.ts';

const schema = z.strictObject({
  entropy: z
    .literal('binary')
    .describe(
      "A weight plane and a noise plane: each read of a weight's cell and its noise cells against a reference is a sign, which is + with probability Φ((G − G_ref)/σ). Wants a Bernoulli posterior, the transfer 'threshold' and the mapping 'offset'.",
    ),
  samples: samplesField('Reads of all signs'),
  ...readFields,
});

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

/** Signs of all samples by their sizes, [samples, size]: whether a distance and its noise lie above the reference. */
function drawn(key: Key, chip: ChipState, options: z.output<typeof schema>): Float32Array {
  const { samples } = options;
  const distance = distances(chip);
  const size = distance.length;
  const { magnitude } = chip.posterior as BernoulliPosterior;
  const rows = { numbers: Uint32Array.of(0), outer: samples, columns: size };
  let noise = fillNormalRows(key, new Float32Array(samples * size), rows);
  const mixing = mixingOf(chip, options);
  if (mixing) {
    const mixed = new Float32Array(noise.length);
    kernels().product(mixed, mixing, noise, { m: samples, n: size, k: samples });
    noise = mixed;
  }
  for (let at = 0; at < noise.length; at += size) {
    for (let i = 0; i < size; i++) {
      noise[at + i] = distance[i]! + noise[at + i]! > 0 ? magnitude[i]! : -magnitude[i]!;
    }
  }
  return noise;
}

/**
 * Binary weights whose signs are read: a latch compares the current of a weight's cell and the difference of two noise cells, whose mean is trimmed away,
 * with a reference, w = sign(G − G_ref + n), and the sign adds or subtracts the input in an accumulator (Bayes2IMC). No converter stands before the neuron.
 * Sample m of all rows has the same signs.
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
  open: (key, chip, options) => signSampler(key, chip, drawn(fold(key, 'signs'), chip, options), options.samples),
  law: (_key, chip) =>
    lawOfSigns(
      distances(chip).map(z => normalCdf(z)),
      chip,
    ),
};
