import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import { kernels } from '../../kernels/index.ts';
import { fillUniform, fold, type Key } from '../../random/index.ts';
import { multiply, slice, Tape } from '../../tensor/index.ts';
import { checkFinite } from '../diverged.ts';
import { type Mask, type MaskOptions, maskKinds, masksOf } from '../masks.ts';
import type { StepMethod } from '../method.ts';
import { knownLogStd, logNoisePrior, type Model, negativeLogLikelihood } from '../model.ts';
import {
  Adam,
  Batches,
  cosineRate,
  epochsOf,
  floats,
  initialWeights,
  optimiserFields,
  precisionOf,
} from '../optimise.ts';
import { noiseOf, posteriorFields } from './fields.ts';

const schema = z.strictObject({
  method: z.literal('dropout'),
  ...posteriorFields,
  ...optimiserFields,
  share: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.1)
    .describe('Probability that a unit is left out, or that a layer is scaled; 0.1 by default.'),
  kind: z
    .enum(maskKinds)
    .default('units')
    .describe(
      "'units' (default) leaves out inputs of layers one by one; 'connections' leaves out single weights (drop-connect); 'scale' halves the whole input of a layer at once.",
    ),
  layers: z
    .enum(['all', 'last'])
    .default('all')
    .describe("Whose inputs: those of 'all' dense layers behind the first (default), or of the 'last' one alone."),
  draws: z.int().min(1).max(1_000_000).default(200).describe('Networks drawn with their masks; 200 by default.'),
});

/**
 * Dropout on the inputs of every dense layer but the first layer, or of the last one alone, in training and in prediction alike. A draw of masks is a draw
 * of weight vectors (rows of a matrix set to zero or scaled), so the posterior is kept as such draws.
 */
export const dropout: StepMethod<typeof schema> = {
  name: 'dropout',
  title: 'Monte-Carlo dropout',
  independentDraws: true,
  schema,
  draws: ({ draws }) => draws,
  start(key, model, options) {
    const { network, prior, likelihood, train, size, targets } = model;
    const perMatrix = masksOf(network, options);
    const masked = perMatrix.map(({ matrix }) => network.layers.filter(layer => layer.matrix)[matrix]!);
    if (masked.length === 0)
      throw new InputError({
        path: ['posterior', 'method'],
        rule: "'dropout' needs a dense layer behind another layer",
        hint: 'add one to network.layers',
      });
    const precision = precisionOf(options.precision);
    const batches = new Batches(fold(key, 'batches'), model, options.batch, 1, precision);
    const weights = floats(precision, size);
    const gradient = floats(precision, size);
    const ascent = floats(precision, size);
    const adam = new Adam(precision, size);
    initialWeights(fold(key, 'start'), weights, model);
    const tape = new Tape(precision);
    const flat = tape.parameter([size], weights, gradient);
    const masks: { values: ReturnType<typeof floats>; run: number; of: Mask }[] = [];
    const x = tape.constant([batches.rows, ...network.inputShape], batches.inputs);
    const outputs = network.forwardWith(tape, x, (layer, input) => {
      const own = layer.parameters.map(p => slice(flat, p.offset, p.shape));
      const of = perMatrix[masked.indexOf(layer)];
      if (!of) return layer.linear!(tape, input, own);
      // A mask of single weights is one for a whole batch, of inputs one for each row.
      const single = options.kind === 'connections';
      const values = floats(precision, single ? of.size : input.size);
      masks.push({ values, run: options.kind === 'scale' ? input.size / batches.rows : 1, of });
      if (!single) return layer.linear!(tape, multiply(tape, input, tape.constant(input.shape, values)), own);
      const [weight, ...others] = own;
      return layer.linear!(tape, input, [multiply(tape, weight!, tape.constant(weight!.shape, values)), ...others]);
    });
    const logStd = size > network.size ? slice(flat, network.size, [targets]) : knownLogStd(tape, model);
    const loss = negativeLogLikelihood(tape, likelihood, outputs, batches, logStd);
    const scale = train.count / batches.rows;
    const epochs = epochsOf(model, options);
    const steps = epochs * batches.perEpoch;
    let last = Number.NaN;
    return {
      steps,
      step(index) {
        batches.load(index);
        masks.forEach(({ values, run, of }, l) => {
          fillMask(fold(fold(fold(key, 'mask'), index), l), values, run, of);
        });
        tape.forward();
        tape.backward(loss);
        ascent.fill(0);
        last = scale * loss.value[0]! - prior.add(ascent, weights);
        if (size > network.size) last -= logNoisePrior(ascent, weights, network.size, size - network.size);
        kernels().scale(gradient, gradient, scale, 0);
        kernels().axpy(gradient, -1, ascent);
        checkFinite(last, Math.floor(index / batches.perEpoch));
        adam.step(weights, gradient, cosineRate(options.rate, index, steps), index);
        return { loss: last };
      },
      save: () => ({
        arrays: { weights: weights.slice(), first: adam.first.slice(), second: adam.second.slice() },
        numbers: { last },
      }),
      load({ arrays, numbers }) {
        weights.set(arrays.weights!);
        adam.first.set(arrays.first!);
        adam.second.set(arrays.second!);
        last = numbers.last!;
      },
      finish: () => ({
        kind: 'samples',
        method: 'dropout',
        parameters: network.parameters,
        size: network.size,
        noiseStd: noiseOf(model, weights.subarray(network.size)),
        count: options.draws,
        chains: 1,
        samples: maskedCopies(fold(key, 'draws'), model, weights, options),
        best: 0,
        info: { loss: last, epochs, share: options.share, kind: options.kind, layers: options.layers },
      }),
    };
  },
  cite: [
    {
      tag: 'Gal16',
      text: 'Y. Gal, Z. Ghahramani, Dropout as a Bayesian approximation: representing model uncertainty in deep learning, ICML 2016',
      id: 'arXiv:1506.02142',
    },
  ],
};

/** Factors with mean 1: each run of `run` numbers shares one. */
function fillMask(key: Key, values: ReturnType<typeof floats>, run: number, { share, low, high }: Mask): void {
  const u = fillUniform(key, new Float64Array(values.length / run));
  for (let i = 0; i < u.length; i++) values.fill(u[i]! < share ? low : high, i * run, (i + 1) * run);
}

/** Copies of the weights, each with one draw of its masks on them. */
function maskedCopies(
  key: Key,
  { network }: Model,
  weights: ArrayLike<number>,
  options: MaskOptions & { readonly draws: number },
): Float32Array {
  const { size } = network;
  const samples = new Float32Array(options.draws * size);
  const masks = masksOf(network, options);
  for (let s = 0; s < options.draws; s++) {
    for (let i = 0; i < size; i++) samples[s * size + i] = weights[i]!;
    masks.forEach((mask, l) => {
      const values = new Float64Array(mask.bits);
      fillMask(fold(fold(key, s), l), values, 1, mask);
      for (let i = 0; i < mask.size; i++) samples[s * size + mask.offset + i]! *= values[Math.floor(i / mask.run)]!;
    });
  }
  return samples;
}
