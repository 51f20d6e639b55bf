import { z } from 'zod';
import { InputError, type Pieces } from '../../base/index.ts';
import { fold, type Key } from '../../random/index.ts';
import { checkFinite } from '../diverged.ts';
import { drawInPieces } from '../draw.ts';
import { KullbackLeibler } from '../gaussian-kl.ts';
import type { StepMethod, Training, TrainingHardware } from '../method.ts';
import type { Model } from '../model.ts';
import { Adam, cosineRate, floats, optimiserFields, precisionOf, stepsPerEpoch } from '../optimise.ts';
import { lossInPieces } from '../predictive-loss.ts';
import { type HeldRanges, rangeCandidates, type TriedShares, trainWithinBestRanges } from '../range-search.ts';
import { TiedCurve } from '../tied-curve.ts';
import { ExpectedLoss } from '../variational.ts';
import { limitField, noiseOf, posteriorFields } from './fields.ts';
import { map } from './map.ts';

const schema = z.strictObject({
  method: z.literal('device-tied'),
  ...posteriorFields,
  ...optimiserFields,
  epochs: optimiserFields.epochs.unwrap().default(2000).describe('Passes over the training rows; 2000 by default.'),
  rate: optimiserFields.rate
    .unwrap()
    .default(0.1)
    .describe('First step size of Adam, falling to zero as a cosine; 0.1 by default, less for large networks.'),
  samples: z.int().min(1).default(8).describe('Draws per row and step; 8 by default.'),
  limit: limitField(
    'a half, once and one and a half times the largest |weight| of each layer (or column, or the network: hardware.weightRange), and a half, three quarters and once that of the network for all layers alike,',
    'that predicts',
  ),
  anneal: z
    .number()
    .min(0)
    .max(1)
    .default(0.2)
    .describe("Share of the steps over which the noise rises linearly to the device's; 0.2 by default."),
  objective: z
    .enum(['predictive', 'elbo'])
    .default('predictive')
    .describe(
      "'predictive' (default) minimises the loss of the averaged prediction and −E_q[log p(w)]; 'elbo' maximises the evidence lower bound with its entropy, which the device ties to the means.",
    ),
});

/** Candidates for the ranges where none are given. */
export const tiedShares: TriedShares = { own: [1 / 2, 1, 3 / 2], alike: [1 / 2, 3 / 4, 1] };

/** Draws that compare ranges. */
const scoringDraws = 64;

/**
 * Independent Gaussians whose spread is the device's own curve at the read time, so that only the weights asked for are
 * trained, and what is trained is what is programmed. Starts from a maximum a posteriori estimate and lets the noise in
 * slowly, because a cold start ends in poor local optima. Steps of the realised mean (weights too small to be programmed
 * rest at zero) are seen by the loss and passed straight through by the gradient.
 */
export const deviceTied: StepMethod<typeof schema> = {
  name: 'device-tied',
  title: 'Device-tied mean field',
  schema,
  usesHardware: true,
  start(key, model, options, { hardware }) {
    if (!hardware) {
      throw new InputError({
        path: ['posterior', 'method'],
        rule: "'device-tied' needs a device",
        hint: 'give `hardware` to the training',
      });
    }
    const { batch, epochs } = options;
    const perEpoch = stepsPerEpoch(model, batch);
    const mapOptions = map.schema.parse({
      method: 'map',
      prior: options.prior,
      noise: options.noise,
      precision: options.precision,
      epochs: Math.ceil(epochs / 2),
      batch,
      rate: 0.02,
    });
    const steps = { trial: Math.ceil(epochs / 4) * perEpoch, final: epochs * perEpoch };
    return trainWithinBestRanges({
      point: map.start(fold(key, 'map'), model, mapOptions, {}),
      candidates: rangeCandidates(model, hardware.sharing, options.limit, tiedShares),
      steps,
      within: (held, begin, attempt, from) =>
        startTied(key, model, options, { hardware, held, begin, steps: steps[attempt], from }),
      *score(posterior) {
        const draws = yield* drawInPieces(fold(key, 'score'), posterior, scoringDraws);
        const judged = model.validation ?? model.train;
        return yield* lossInPieces(model, draws, scoringDraws, judged, posterior.noiseStd);
      },
    });
  },
  cite: [
    {
      tag: 'Morningstar22',
      text: 'W. R. Morningstar, A. A. Alemi, J. V. Dillon, PAC^m-Bayes: narrowing the empirical risk gap in the misspecified Bayesian regime, AISTATS 2022',
      id: 'arXiv:2010.09629',
    },
  ],
};

/** Training of the weights asked for within their ranges, from `begin`; its steps are numbers `from` … of the whole training. */
function* startTied(
  key: Key,
  model: Model,
  options: z.output<typeof schema>,
  task: {
    readonly hardware: TrainingHardware;
    readonly held: HeldRanges;
    readonly begin: Float32Array;
    readonly steps: number;
    readonly from: number;
  },
): Pieces<Training> {
  const { hardware, held, begin, steps, from } = task;
  const { limits, ranges } = held;
  const { network, prior } = model;
  const { size } = network;
  const { batch, samples } = options;
  const precision = precisionOf(options.precision);
  const elbo = options.objective === 'elbo';
  const loss = new ExpectedLoss(key, model, { batch, samples, precision, objective: elbo ? 'expected' : 'predictive' });
  const { mean, variance, meanGradient, varianceGradient, logNoise, logNoiseGradient } = loss;
  const { perEpoch } = loss.batches;
  const divergence = new KullbackLeibler(prior, mean);
  const asked = floats(precision, size);
  asked.set(begin);
  const adams = [new Adam(precision, size), new Adam(precision, logNoise.length)] as const;
  let curve = new TiedCurve(hardware);
  yield;
  /** What a weight asks of its cells. */
  const shareOf = (i: number) => (limits[i]! > 0 ? asked[i]! / limits[i]! : 0);
  let last = Number.NaN;

  const realise = (share: number) => {
    for (let i = 0; i < size; i++) {
      const spread = share * limits[i]! * curve.std(shareOf(i));
      mean[i] = limits[i]! * curve.mean(shareOf(i));
      variance[i] = spread * spread;
    }
  };

  return {
    steps,
    step(index) {
      const place = from + index;
      const share = options.anneal > 0 ? Math.min(1, (index + 1) / (options.anneal * steps)) : 1;
      if (index % perEpoch === 0) curve.compensate(asked, limits);
      realise(share);
      last = loss.evaluate(place);
      checkFinite(last, Math.floor(index / perEpoch));
      divergence.addCrossEntropy(fold(fold(key, 'prior'), place), meanGradient, varianceGradient, mean, variance, 1);
      const { slope } = curve;
      for (let i = 0; i < size; i++) {
        const std = limits[i]! * curve.std(shareOf(i));
        const stdSlope = curve.stdSlope(shareOf(i));
        const entropy = elbo && std > 0 ? stdSlope / std : 0;
        meanGradient[i] =
          slope * meanGradient[i]! + 2 * share * share * std * stdSlope * varianceGradient[i]! - entropy;
      }
      const rate = cosineRate(options.rate, index, steps);
      adams[0].step(asked, meanGradient, rate, index);
      for (let i = 0; i < size; i++) asked[i] = Math.min(limits[i]!, Math.max(-limits[i]!, asked[i]!));
      if (logNoise.length > 0) adams[1].step(logNoise, logNoiseGradient, rate, index);
      return { loss: last };
    },
    save: () => ({
      arrays: {
        asked: asked.slice(),
        logNoise: logNoise.slice(),
        first0: adams[0].first.slice(),
        second0: adams[0].second.slice(),
        first1: adams[1].first.slice(),
        second1: adams[1].second.slice(),
      },
      numbers: { last, retained: curve.retained },
    }),
    load({ arrays, numbers }) {
      asked.set(arrays.asked!);
      logNoise.set(arrays.logNoise!);
      adams[0].first.set(arrays.first0!);
      adams[0].second.set(arrays.second0!);
      adams[1].first.set(arrays.first1!);
      adams[1].second.set(arrays.second1!);
      last = numbers.last!;
      curve = new TiedCurve(hardware, numbers.retained!);
    },
    finish() {
      curve.compensate(asked, limits);
      realise(1);
      return {
        kind: 'moments',
        method: 'device-tied',
        parameters: network.parameters,
        size,
        noiseStd: noiseOf(model, logNoise),
        mean: Float32Array.from(mean),
        std: Float32Array.from(variance, v => Math.sqrt(v)),
        asked: Float32Array.from(asked),
        ranges,
        tied: { device: hardware.device, time: hardware.time },
        info: { loss: last, epochs: options.epochs, objective: options.objective },
      };
    },
  };
}
