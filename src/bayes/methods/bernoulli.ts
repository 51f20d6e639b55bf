import { z } from 'zod';
import { InputError, refuse } from '../../base/index.ts';
import { fillUniform, fold } from '../../random/index.ts';
import { checkFinite } from '../diverged.ts';
import type { StepMethod } from '../method.ts';
import { MinibatchGradient } from '../minibatch-gradient.ts';
import { Adam, cosineRate, epochsOf, floats, optimiserFields, precisionOf } from '../optimise.ts';
import { flat } from '../priors/index.ts';
import { noiseOf, posteriorFields } from './fields.ts';

const schema = z
  .strictObject({
    method: z.literal('bernoulli'),
    noise: posteriorFields.noise,
    classWeights: posteriorFields.classWeights,
    ...optimiserFields,
    rate: optimiserFields.rate
      .unwrap()
      .default(0.3)
      .describe('First step size, falling to zero as a cosine; 0.3 by default.'),
    estimator: z
      .enum(['natural-gradient', 'straight-through'])
      .default('natural-gradient')
      .describe(
        "'natural-gradient' (BayesBiNN, default) relaxes the signs; 'straight-through' draws them and passes gradients through, which pulls probabilities towards ½.",
      ),
    relaxation: z
      .number()
      .positive()
      .optional()
      .describe(
        "Temperature of the relaxed signs of 'natural-gradient'; smaller is closer to signs and noisier. 0.2 by default.",
      ),
    magnitude: z
      .union([z.literal('inputs'), z.number().positive()])
      .default('inputs')
      .describe("Size of the weights: a number, or 'inputs' (default) for 1/√inputs of each layer times `gain`."),
    temperature: z
      .number()
      .positive()
      .default(1)
      .describe(
        'Weight of the prior of the signs: 1 is Bayes; below 1 the posterior is tempered (cold). 1 by default.',
      ),
    gain: z.number().positive().optional().describe("Factor on 'inputs' magnitudes; 2 by default."),
  })
  .superRefine(({ estimator, relaxation, magnitude, gain }, context) => {
    const superfluous = (field: string, rule: string, hint: string) =>
      refuse(context, new InputError({ path: [field], rule, hint: `leave it out, ${hint}` }));
    if (relaxation !== undefined && estimator === 'straight-through')
      superfluous('relaxation', "applies to the estimator 'natural-gradient'", "'straight-through' draws hard signs");
    if (gain !== undefined && magnitude !== 'inputs')
      superfluous('gain', 'applies to magnitude: inputs', 'the magnitude is a number');
  });

/** Largest |λ|: keeps the natural-gradient scaling finite; probabilities stay within 1e-4 of certain. */
const limit = 5;

/**
 * Independent signs for binary weights, P(w > 0) = 1/(1 + exp(−2λ)), prior ½ each. The natural-gradient rule is λ ← (1 − ρT) λ − ρ N s g at relaxed signs tanh((λ + δ)/τ), δ logistic noise,
 * s = (1 − w²)/(τ (1 − tanh² λ)): Meng, Bachmann & Khan, ICML 2020, algorithm 1.
 */
export const bernoulli: StepMethod<typeof schema> = {
  name: 'bernoulli',
  title: 'Bernoulli posterior of binary weights',
  schema,
  start(key, model, options) {
    const { network, size } = model;
    const { gain = 2, relaxation = 0.2 } = options;
    const precision = precisionOf(options.precision);
    const minibatch = new MinibatchGradient(key, { ...model, prior: flat }, options.batch, precision);
    const { weights, gradient, batches } = minibatch;
    const magnitude = new Float32Array(network.size).fill(
      typeof options.magnitude === 'number' ? options.magnitude : 1,
    );
    if (options.magnitude === 'inputs') {
      for (const { weight, bias } of network.matrices) {
        const inputs = weight.size / weight.shape[weight.shape.length - 1]!;
        const value = gain / Math.sqrt(inputs);
        magnitude.fill(value, weight.offset, weight.offset + weight.size);
        if (bias) magnitude.fill(value, bias.offset, bias.offset + bias.size);
      }
    }
    const lambda = floats(precision, size);
    const u = fillUniform(fold(key, 'start'), floats(precision, size));
    for (let i = 0; i < network.size; i++) lambda[i] = 0.2 * (u[i]! - 0.5);
    const adam = new Adam(precision, size);
    const epochs = epochsOf(model, options);
    const steps = epochs * batches.perEpoch;
    const natural = options.estimator === 'natural-gradient';
    let last = Number.NaN;
    return {
      steps,
      step(index) {
        fillUniform(fold(fold(key, 'signs'), index), u);
        for (let i = 0; i < network.size; i++) {
          const shifted = lambda[i]! + 0.5 * Math.log(u[i]! / (1 - u[i]!));
          weights[i] = magnitude[i]! * (natural ? Math.tanh(shifted / relaxation) : Math.sign(shifted) || 1);
        }
        for (let i = network.size; i < size; i++) weights[i] = lambda[i]!;
        last = minibatch.evaluate(index);
        checkFinite(last, Math.floor(index / batches.perEpoch));
        const rate = cosineRate(options.rate, index, steps);
        for (let i = 0; i < network.size; i++) {
          const slope = 1 - Math.tanh(lambda[i]!) ** 2;
          if (natural) {
            const relaxed = weights[i]! / magnitude[i]!;
            const scale = (1 - relaxed * relaxed) / (relaxation * slope);
            gradient[i] = options.temperature * lambda[i]! + magnitude[i]! * scale * gradient[i]!;
          } else gradient[i] = slope * (magnitude[i]! * gradient[i]! + options.temperature * lambda[i]!);
        }
        if (natural) {
          for (let i = 0; i < network.size; i++) lambda[i]! -= rate * gradient[i]!;
          const noise = lambda.subarray(network.size);
          if (noise.length > 0)
            for (let i = 0; i < noise.length; i++)
              noise[i]! -= (rate * gradient[network.size + i]!) / model.train.count;
        } else adam.step(lambda, gradient, rate, index);
        for (let i = 0; i < network.size; i++) lambda[i] = Math.min(limit, Math.max(-limit, lambda[i]!));
        return { loss: last };
      },
      save: () => ({
        arrays: { lambda: lambda.slice(), first: adam.first.slice(), second: adam.second.slice() },
        numbers: { last },
      }),
      load({ arrays, numbers }) {
        lambda.set(arrays.lambda!);
        adam.first.set(arrays.first!);
        adam.second.set(arrays.second!);
        last = numbers.last!;
      },
      finish: () => ({
        kind: 'bernoulli',
        method: 'bernoulli',
        parameters: network.parameters,
        size: network.size,
        noiseStd: noiseOf(model, lambda.subarray(network.size)),
        probability: Float32Array.from(lambda.subarray(0, network.size), l => 1 / (1 + Math.exp(-2 * l))),
        magnitude,
        mean: magnitude.map((m, i) => m * Math.tanh(lambda[i]!)),
        info: { loss: last, epochs, temperature: options.temperature, estimator: options.estimator },
      }),
    };
  },
  cite: [
    {
      tag: 'Meng20',
      text: 'X. Meng, R. Bachmann, M. E. Khan, Training binary neural networks using the Bayesian learning rule, ICML 2020',
      id: 'arXiv:2002.10778',
    },
  ],
};
