import { z } from 'zod';
import { type Floats, kernels } from '../../kernels/index.ts';
import { columnScale, type WeightRanges } from '../../network/index.ts';
import { fold, type Key } from '../../random/index.ts';
import { checkFinite } from '../diverged.ts';
import { KullbackLeibler } from '../gaussian-kl.ts';
import type { HardwareNoise } from '../hardware-noise.ts';
import type { StepMethod, Training } from '../method.ts';
import type { Model } from '../model.ts';
import {
  Adam,
  adamOptions,
  cosineRate,
  epochsOf,
  floats,
  initialWeights,
  optimiserFields,
  precisionOf,
} from '../optimise.ts';
import type { PointSpread } from '../point-spread.ts';
import { divergenceOfPoint, pointLogStd, pointWeights, randomLayersField } from '../point-weights.ts';
import type { TechnologicalLoss } from '../technological-loss.ts';
import { ExpectedLoss } from '../variational.ts';
import type { WireDrop } from '../wire-drop.ts';
import { noiseOf, posteriorFields } from './fields.ts';

export const meanFieldSchema = z.strictObject({
  method: z.literal('mean-field'),
  ...posteriorFields,
  ...optimiserFields,
  samples: z.int().min(1).default(1).describe('Draws per row and step; 1 by default.'),
  randomLayers: randomLayersField,
  initialStd: z.number().positive().default(0.05).describe('Spread of every weight at the start; 0.05 by default.'),
  anneal: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe('Share of the steps over which the weight of the divergence rises linearly from zero; 0.3 by default.'),
  temperature: z
    .number()
    .positive()
    .default(1)
    .describe('Final weight of the divergence: 1 is Bayes; below 1 the posterior is tempered (cold). 1 by default.'),
});

/**
 * Independent Gaussians that maximise the evidence lower bound E_q[log p(D | w)] − KL(q ‖ p), by Adam on means and
 * ln spreads. The likelihood is scaled from the minibatch to the whole split and the divergence summed over weights. Layers that
 * are not random have point weights, of which −ln p(w) counts alone (Sharma et al. 2023).
 */
export const meanField: StepMethod<typeof meanFieldSchema> = {
  name: 'mean-field',
  title: 'Mean-field variational inference',
  schema: meanFieldSchema,
  start(key, model, options) {
    return startMeanField(key, 'mean-field', model, options, {});
  },
  cite: [
    {
      tag: 'Blundell15',
      text: 'C. Blundell, J. Cornebise, K. Kavukcuoglu, D. Wierstra, Weight uncertainty in neural networks, ICML 2015',
      id: 'arXiv:1505.05424',
    },
    {
      tag: 'Kingma15',
      text: 'D. P. Kingma, T. Salimans, M. Welling, Variational dropout and the local reparameterization trick, NeurIPS 2015',
      id: 'arXiv:1506.02557',
    },
    {
      tag: 'Sharma23',
      text: 'M. Sharma, S. Farquhar, E. Nalisnick, T. Rainforth, Do Bayesian neural networks need to be fully stochastic?, AISTATS 2023',
      id: 'arXiv:2211.06291',
    },
  ],
};

/** Times that the shares of wires are renewed in a training. */
const renewals = 40;

export type MeanFieldOptions = Omit<z.output<typeof meanFieldSchema>, 'method'>;

/** What hardware-aware training adds. */
export interface Extras {
  /** Means to start from; random ones by default. */
  readonly start?: Float32Array;
  readonly noise?: HardwareNoise;
  readonly wires?: WireDrop;
  /** Of the random weights. */
  readonly technological?: TechnologicalLoss;
  /** What cells spread weights by that are points. */
  readonly pointSpread?: PointSpread;
  readonly inputBits?: number | null;
  readonly outputBits?: number | null;
  /** Share of values that the converters' ranges cover. */
  readonly covered?: number;
  /** Whether every column has a converter of its own range. */
  readonly columnConverters?: boolean;
  readonly ranges?: WeightRanges;
  readonly info?: Readonly<Record<string, unknown>>;
}

/** Mean-field training under way, with whatever the hardware adds to it. */
export function startMeanField(
  key: Key,
  method: string,
  model: Model,
  options: MeanFieldOptions,
  extras: Extras,
): Training {
  const { network, prior } = model;
  const precision = precisionOf(options.precision);
  const { size } = network;
  const { inputBits, outputBits, covered, columnConverters } = extras;
  const columnScales = extras.ranges?.map(columnScale);
  const expected = new ExpectedLoss(key, model, {
    ...options,
    precision,
    inputBits,
    outputBits,
    covered,
    columnConverters,
    columnScales,
  });
  const { meanGradient, varianceGradient, logNoise, logNoiseGradient, batches } = expected;
  const { noise, wires, pointSpread } = extras;
  const mean = noise || wires ? floats(precision, size) : expected.mean;
  const variance = noise || wires ? floats(precision, size) : expected.variance;
  const divergence = new KullbackLeibler(prior, mean);
  const logStd = floats(precision, size).fill(Math.log(options.initialStd));
  if (extras.start) mean.set(extras.start);
  else initialWeights(fold(key, 'start'), mean, model);
  const moments = floats(precision, 4 * size);
  const noiseAdam = new Adam(precision, logNoise.length);
  const epochs = epochsOf(model, options);
  const steps = epochs * batches.perEpoch;
  const math = kernels();
  math.scale(variance, logStd, 2, 0);
  math.unary('exp', variance, variance);
  const points = pointWeights(network, options.randomLayers);
  const holdPoints = () => {
    logStd.fill(pointLogStd, 0, points);
    variance.fill(Math.exp(2 * pointLogStd), 0, points);
  };
  holdPoints();
  const randomOf = (...all: [Floats, Floats, Floats, Floats]) =>
    all.map(each => each.subarray(points)) as [Floats, Floats, Floats, Floats];
  const renewEvery = Math.ceil(steps / renewals);
  const reportEvery = Math.max(batches.perEpoch, Math.ceil(steps / 100));
  let elbo = Number.NaN;

  return {
    steps,
    *prepare(index) {
      if (!wires || index % renewEvery !== 0) return;
      pointSpread?.fill(variance, mean);
      yield* wires.renew(mean, variance);
    },
    step(index) {
      const ramp = options.anneal > 0 ? Math.min(1, (index + 1) / (options.anneal * steps)) : 1;
      const weight = options.temperature * ramp;
      pointSpread?.fill(variance, mean);
      noise?.apply(fold(fold(key, 'hardware'), index), expected.mean, expected.variance, mean, variance);
      if (wires) {
        if (!noise) expected.mean.set(mean);
        if (!noise) expected.variance.set(variance);
        wires.apply(expected.mean, expected.variance);
      }
      const loss = expected.evaluate(index);
      wires?.pullBack(meanGradient, varianceGradient, expected.mean);
      noise?.pullBack(meanGradient, varianceGradient);
      pointSpread?.pullBack(meanGradient, varianceGradient, mean);
      if (pointSpread) holdPoints();
      const epoch = Math.floor(index / batches.perEpoch);
      checkFinite(loss, epoch);
      if (index % reportEvery === 0 || index === steps - 1) {
        const divergent = divergence.value(fold(fold(key, 'report'), index), mean, variance);
        elbo = -loss - divergent + points * divergenceOfPoint;
      }
      if (!prior.gaussian) {
        const draw = fold(fold(key, 'prior'), index);
        divergence.addCrossEntropy(draw, meanGradient, varianceGradient, mean, variance, weight);
      }
      extras.technological?.add(...randomOf(meanGradient, varianceGradient, mean, variance), index);
      const adam = adamOptions(cosineRate(options.rate, index, steps), index);
      const towards = { ...divergence.gaussian, weight };
      math.gaussianAdam(mean, logStd, variance, meanGradient, varianceGradient, moments, towards, adam);
      holdPoints();
      if (logNoise.length > 0) noiseAdam.step(logNoise, logNoiseGradient, adam.rate, index);
      return { loss: -elbo };
    },
    save: () => ({
      arrays: {
        mean: mean.slice(),
        logStd: logStd.slice(),
        logNoise: logNoise.slice(),
        variance: variance.slice(),
        moments: moments.slice(),
        noiseFirst: noiseAdam.first.slice(),
        noiseSecond: noiseAdam.second.slice(),
        ...(wires ? { wireShare: wires.share.slice(), wireVariance: wires.variance.slice() } : {}),
      },
      numbers: { elbo },
    }),
    load({ arrays, numbers }) {
      mean.set(arrays.mean!);
      logStd.set(arrays.logStd!);
      logNoise.set(arrays.logNoise!);
      variance.set(arrays.variance!);
      moments.set(arrays.moments!);
      noiseAdam.first.set(arrays.noiseFirst!);
      noiseAdam.second.set(arrays.noiseSecond!);
      wires?.share.set(arrays.wireShare!);
      wires?.variance.set(arrays.wireVariance!);
      elbo = numbers.elbo!;
    },
    finish: () => ({
      kind: 'moments',
      method,
      parameters: network.parameters,
      size,
      noiseStd: noiseOf(model, logNoise),
      mean: Float32Array.from(mean),
      std: Float32Array.from(logStd, (x, i) => (i < points ? 0 : Math.exp(x))),
      ...(extras.ranges && { ranges: extras.ranges }),
      info: { elbo, epochs, temperature: options.temperature, ...extras.info },
    }),
  };
}
