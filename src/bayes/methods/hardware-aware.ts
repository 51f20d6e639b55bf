import { z } from 'zod';
import { atOnce, InputError, type Pieces } from '../../base/index.ts';
import { fold } from '../../random/index.ts';
import { drawInPieces } from '../draw.ts';
import { HardwareNoise } from '../hardware-noise.ts';
import type { StepMethod, TrainingHardware } from '../method.ts';
import { epochsOf, precisionOf, stepsPerEpoch } from '../optimise.ts';
import { PointSpread } from '../point-spread.ts';
import { pointWeights } from '../point-weights.ts';
import type { MomentPosterior } from '../posterior.ts';
import { lossInPieces } from '../predictive-loss.ts';
import {
  type Attempt,
  type HeldRanges,
  rangeCandidates,
  type TriedShares,
  trainWithinBestRanges,
} from '../range-search.ts';
import { TechnologicalLoss } from '../technological-loss.ts';
import { WireDrop } from '../wire-drop.ts';
import { limitField } from './fields.ts';
import { meanFieldSchema, startMeanField } from './mean-field.ts';

const technologicalSchema = z.strictObject({
  beta: z.number().positive().default(10).describe('Steepness; 10 by default (Bonnet23).'),
  width: z
    .number()
    .positive()
    .default(0.0025)
    .describe(
      'Width of the kernel as a share of the weight range; 0.0025 by default (Bonnet23 took 0.1 in units of weight, which forgives spreads far from the domain).',
    ),
});

const schema = meanFieldSchema.extend({
  method: z.literal('hardware-aware'),
  limit: limitField(
    "a quarter, half, once and twice the largest |weight| of each layer (or column, or the network: hardware.weightRange), and from the best of these, layer by layer, √½ and √2 times the layer's own,",
    'whose reachable weights predict',
  ),
  technological: z
    .union([z.boolean(), technologicalSchema])
    .default(true)
    .describe('Draws mean and spread of each weight to what devices can hold; true by default.'),
  drift: z
    .union([z.literal(false), z.tuple([z.number().positive(), z.number().positive()])])
    .default(false)
    .describe(
      'Read times to average over, log-uniform between two, in seconds; false (default) for the one read time.',
    ),
  readNoise: z
    .boolean()
    .default(true)
    .describe('Adds the noise of a read to the spread of each weight; true by default.'),
  converters: z
    .boolean()
    .default(true)
    .describe(
      'Rounds inputs and outputs of every layer as the converters do, with straight-through gradients; true by default.',
    ),
  wires: z
    .boolean()
    .default(true)
    .describe("Scales weights by what the arrays' wires leave of them, in closed form; true by default."),
  stuck: z.boolean().default(true).describe("Averages over the device's share of stuck cells; true by default."),
});

/** Candidates for the ranges where none are given. */
export const awareShares: TriedShares = { own: [1 / 4, 1 / 2, 1, 2], moves: [Math.SQRT1_2, Math.SQRT2] };

/** Draws that compare ranges. */
const scoringDraws = 64;

/**
 * Mean-field variational inference that expects the array: the technological loss on the domain of reachable weights
 * (Bonnet23) and the expectation over drift, read noise, wires, converters and stuck cells, each of which can be left out.
 * Weights of layers that are not random are points with the spread that programming gives them.
 * Starts from the means of a mean-field training that knows nothing of it.
 */
export const hardwareAware: StepMethod<typeof schema> = {
  name: 'hardware-aware',
  title: 'Hardware-aware variational inference',
  schema,
  usesHardware: true,
  start(key, model, options, { hardware }) {
    if (!hardware) {
      throw new InputError({
        path: ['posterior', 'method'],
        rule: "'hardware-aware' needs a device",
        hint: 'give `hardware` to the training',
      });
    }
    const { batch, technological, drift, readNoise, stuck } = options;
    const points = pointWeights(model.network, options.randomLayers);
    const epochs = epochsOf(model, options);
    const precision = precisionOf(options.precision);
    const quarter = Math.ceil(epochs / 4);
    const trial = Math.ceil(epochs / 8);
    const perEpoch = stepsPerEpoch(model, batch);
    const seen = options.wires ? hardware.wires : undefined;
    const settings = technologicalSchema.parse(typeof technological === 'object' ? technological : {});
    const effects = { times: drift === false ? undefined : drift, readNoise, stuck };
    return trainWithinBestRanges({
      point: startMeanField(fold(key, 'start'), 'mean-field', model, { ...options, epochs: quarter }, {}),
      candidates: rangeCandidates(model, hardware.sharing, options.limit, awareShares),
      steps: { trial: trial * perEpoch, final: epochs * perEpoch },
      *within({ limits, ranges }: HeldRanges, begin: Float32Array, attempt: Attempt) {
        const domain = technological === false ? undefined : hardware.domain?.();
        yield;
        const field = domain?.table;
        yield;
        return startMeanField(
          key,
          'hardware-aware',
          model,
          { ...options, epochs: attempt === 'trial' ? trial : epochs },
          {
            start: begin,
            noise:
              drift !== false || readNoise || stuck
                ? new HardwareNoise(hardware, limits, effects, precision)
                : undefined,
            wires:
              seen && new WireDrop((mean, variance) => seen(mean, variance, limits), model.network.size, precision),
            technological: field && new TechnologicalLoss(field, limits.subarray(points), settings, precision),
            pointSpread: points > 0 ? new PointSpread(hardware, limits.subarray(0, points)) : undefined,
            inputBits: options.converters ? hardware.inputBits : null,
            outputBits: options.converters ? hardware.outputBits : null,
            covered: hardware.covered,
            columnConverters: hardware.columnConverters,
            ranges,
            info: { device: hardware.device, time: hardware.time },
          },
        );
      },
      *score(posterior, held) {
        const near = yield* reachedInPieces(posterior, hardware, held);
        const draws = yield* drawInPieces(fold(key, 'score'), near, scoringDraws);
        const judged = model.validation ?? model.train;
        return yield* lossInPieces(model, draws, scoringDraws, judged, posterior.noiseStd);
      },
    });
  },
  cite: [
    {
      tag: 'Bonnet23',
      text: 'D. Bonnet et al., Bringing uncertainty quantification to the extreme-edge with memristor-based Bayesian neural networks, Nature Communications 14:7530, 2023',
      id: '10.1038/s41467-023-43317-9',
    },
  ],
};

/** Spread of a point as a share of its limit: what is nearest to it needs one above 0. */
const pointSpread = 1e-6;

/** Weights moved between two turns for others. */
const together = 1 << 8;

/** The posterior with every weight moved to what the devices can hold nearest to it. */
function* reachedInPieces(
  posterior: MomentPosterior,
  hardware: TrainingHardware,
  { limits }: HeldRanges,
): Pieces<MomentPosterior> {
  const domain = hardware.domain?.();
  if (!domain) return posterior;
  const mean = new Float32Array(posterior.size);
  const std = new Float32Array(posterior.size);
  for (let i = 0; i < mean.length; i++) {
    const limit = limits[i]!;
    if (limit === 0) continue;
    const spread = Math.max(pointSpread, posterior.std[i]! / limit);
    const held = domain.nearest(Math.max(-1, Math.min(1, posterior.mean[i]! / limit)), spread);
    mean[i] = limit * held.mean;
    std[i] = limit * held.std;
    if (i % together === together - 1) yield;
  }
  return { ...posterior, mean, std };
}

/** `reachedInPieces` without turns for others. */
export const reached = (...given: Parameters<typeof reachedInPieces>): MomentPosterior =>
  atOnce(reachedInPieces(...given));
