import { z } from 'zod';
import { drawInPieces } from '../../bayes/index.ts';
import { momentsAt, readStdOf } from '../../device/index.ts';
import { normalQuantile } from '../../random/index.ts';
import type { TransferMethod } from '../method.ts';
import { leading } from '../moments.ts';

const schema = z.strictObject({
  method: z
    .literal('threshold')
    .describe(
      "One cell a weight, above or below a reference by as much as its noise makes it read + with the posterior's probability; for the entropy 'binary' and the mapping 'offset'.",
    ),
});

/** Rounds in which the noise of a cell, which depends on its own conductance, and its target settle. */
const rounds = 8;

/**
 * Binary weights as probabilities of one cell each to read above a reference: G = G_ref + σ Φ⁻¹(p), cut to the device's range, σ the spread of
 * a read of the cell and of two noise cells at the top of the range together (Bayes2IMC).
 */
export const threshold: TransferMethod<typeof schema> = {
  name: 'threshold',
  summary: "one cell a weight at the distance from a reference that makes it read + with the posterior's probability",
  schema,
  cite: [
    {
      tag: 'Bayes2IMC',
      text: 'P. Katti et al., Bayes2IMC: In-memory computing for Bayesian binary neural networks, IEEE TCSI, 2025',
      id: 'arXiv:2411.07902',
    },
  ],
  serves: { posterior: 'bernoulli', mapping: 'offset' },
  *assign(key, { posterior, device, copies, weights, time, repeat }) {
    if (posterior.kind !== 'bernoulli')
      throw new Error(`internal: 'threshold' is given a posterior of ${posterior.kind}`);
    const { low, high } = device.range;
    const middle = (low + high) / 2;
    const readStd = (goal: number) => readStdOf(device, goal, time, momentsAt(device, goal, time).mean);
    // The reference follows the mean drift, so that targets are those of the time without it.
    const share = momentsAt(device, middle, time).mean / middle;
    const noise = Math.SQRT2 * readStd(high);
    const target = new Float32Array(weights);
    for (let i = 0; i < weights; i++) {
      const z = normalQuantile(Math.min(1 - 1e-6, Math.max(1e-6, posterior.probability[i]!)));
      let goal = middle;
      for (let round = 0; round < rounds; round++) {
        const spread = Math.hypot(noise, readStd(goal)) / share;
        goal = Math.min(high, Math.max(low, middle + spread * z));
      }
      target[i] = goal;
    }
    // What drives the arrays are signs, of which copies stand for draws.
    const intended = leading(yield* drawInPieces(key, posterior, copies), posterior.size, weights);
    return { intended, target: repeat(target), intendedAt: time };
  },
};
