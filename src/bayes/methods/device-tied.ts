import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import { fold } from '../../random/index.ts';
import { tableSlope, tableValue } from '../../tensor/index.ts';
import { KullbackLeibler } from '../gaussian-kl.ts';
import type { Method } from '../method.ts';
import { Adam, checkFinite, cosineRate, floats, optimiserFields, precisionOf } from '../optimise.ts';
import { ExpectedLoss } from '../variational.ts';
import { noiseOf, posteriorFields } from './fields.ts';
import { map } from './map.ts';

const schema = z.strictObject({
  method: z.literal('device-tied'),
  ...posteriorFields,
  ...optimiserFields,
  samples: z.int().min(1).default(4).describe('Draws per row and step; 4 by default.'),
  limit: z.number().positive().default(2).describe('Largest |weight| that the devices represent; 2 by default.'),
  anneal: z.number().min(0).max(1).default(0.5).describe('Share of the steps over which the noise rises.'),
  variant: z.enum(['trial', 'slope', 'entropy', 'full']).default('trial'),
  centre: z.enum(['identity', 'straight', 'table']).default('identity'),
});

export const deviceTied: Method<typeof schema> = {
  name: 'device-tied',
  title: 'Device-tied mean field',
  schema,
  usesHardware: true,
  start(model, options, key, { hardware }) {
    if (!hardware) throw new InputError("posterior.method: 'device-tied' needs a device.");
    const { network, prior } = model;
    const { limit } = options;
    const curve = hardware.curve(limit);
    const meanTable = { low: curve.low, high: curve.high, values: curve.mean };
    const stdTable = { low: curve.low, high: curve.high, values: curve.std };
    const precision = precisionOf(options.precision);
    const { size } = network;
    const expected = new ExpectedLoss(model, { ...options, precision }, key);
    const { mean, variance, meanGradient, varianceGradient, logNoise, logNoiseGradient, batches } = expected;
    const divergence = new KullbackLeibler(prior, mean);
    const target = floats(precision, size);
    const gradient = floats(precision, size);
    const adams = [new Adam(precision, size), new Adam(precision, logNoise.length)] as const;
    const first = map.start(
      model,
      map.schema.parse({
        method: 'map',
        prior: options.prior,
        noise: options.noise,
        epochs: 2000,
        rate: 0.02,
        batch: options.batch,
      }),
      fold(key, 'map'),
      {},
    );
    for (let i = 0; i < first.steps; i++) first.step(i);
    const begin = first.finish();
    if (begin.kind === 'point')
      for (let i = 0; i < size; i++) target[i] = Math.min(limit, Math.max(-limit, begin.mean[i]!));
    const steps = options.epochs * batches.perEpoch;
    const { variant, centre } = options;
    const place = (a: number) => {
      for (let i = 0; i < size; i++) {
        const s = a * tableValue(stdTable, target[i]!);
        mean[i] = centre === 'identity' ? target[i]! : tableValue(meanTable, target[i]!);
        variance[i] = s * s;
      }
    };
    let last = Number.NaN;
    return {
      steps,
      step(index) {
        const a = Math.min(1, (index + 1) / (options.anneal * steps));
        place(a);
        const loss = expected.evaluate(index);
        checkFinite(loss, 'device-tied', Math.floor(index / batches.perEpoch));
        divergence.addCrossEntropy(meanGradient, varianceGradient, mean, variance, 1, fold(fold(key, 'prior'), index));
        for (let i = 0; i < size; i++) {
          const s = tableValue(stdTable, target[i]!);
          const slope = tableSlope(stdTable, target[i]!);
          let g = meanGradient[i]! * (centre === 'table' ? tableSlope(meanTable, target[i]!) : 1);
          if (variant === 'slope' || variant === 'full') g += varianceGradient[i]! * 2 * a * a * s * slope;
          if (variant === 'entropy' || variant === 'full') g -= slope / s;
          gradient[i] = g;
        }
        adams[0].step(target, gradient, cosineRate(options.rate, index, steps), index);
        for (let i = 0; i < size; i++) target[i] = Math.min(limit, Math.max(-limit, target[i]!));
        if (logNoise.length > 0)
          adams[1].step(logNoise, logNoiseGradient, cosineRate(options.rate, index, steps), index);
        last = loss;
        return { loss: loss };
      },
      save: () => ({ arrays: {}, numbers: {} }),
      load() {},
      finish: () => {
        place(1);
        return {
          kind: 'moments',
          method: 'device-tied',
          parameters: network.parameters,
          size,
          noiseStd: noiseOf(model, logNoise),
          mean: Float32Array.from(target),
          std: Float32Array.from(variance, v => Math.sqrt(v)),
          tied: { device: hardware.device, limit, time: hardware.time },
          info: { loss: last, realised: Array.from(mean), elbo: -last - divergence.value(mean, variance, key) },
        };
      },
    };
  },
  cite: [],
};
