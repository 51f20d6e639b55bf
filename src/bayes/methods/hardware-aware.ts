import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import { fold } from '../../random/index.ts';
import { bestPoint } from '../draw.ts';
import { HardwareNoise } from '../hardware-noise.ts';
import { addPrefix, type Method, type Training, withPrefix } from '../method.ts';
import { precisionOf } from '../optimise.ts';
import { TechnologicalLoss } from '../technological-loss.ts';
import { WireDrop } from '../wire-drop.ts';
import { map } from './map.ts';
import { meanFieldSchema, startMeanField } from './mean-field.ts';

const schema = meanFieldSchema.extend({
  method: z.literal('hardware-aware'),
  limit: z
    .number()
    .positive()
    .max(1000)
    .default(3)
    .describe('Largest |weight| that the devices represent; 3 by default, less for wide layers.'),
  technological: z
    .union([
      z.boolean(),
      z.strictObject({
        beta: z.number().positive().default(10).describe('Steepness; 10 by default (Bonnet23).'),
        width: z
          .number()
          .positive()
          .default(0.02)
          .describe(
            'Width of the kernel in units of weight; 0.02 by default (Bonnet23 took 0.1, which forgives spreads far from the domain).',
          ),
      }),
    ])
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

/**
 * Mean-field variational inference that expects the array: the technological loss on the domain of reachable weights
 * (Bonnet23) and the expectation over drift, read noise, wires, converters and stuck cells, each of which can be left out.
 */
export const hardwareAware: Method<typeof schema> = {
  name: 'hardware-aware',
  title: 'Hardware-aware variational inference',
  schema,
  usesHardware: true,
  start(model, options, key, { hardware }) {
    if (!hardware) {
      throw new InputError("posterior.method: 'hardware-aware' needs a device; give `hardware` to the training.");
    }
    const { limit } = options;
    const precision = precisionOf(options.precision);
    const mapOptions = map.schema.parse({
      method: 'map',
      prior: options.prior,
      noise: options.noise,
      batch: options.batch,
      precision: options.precision,
      epochs: Math.ceil(options.epochs / 4),
    });
    const first = map.start(model, mapOptions, fold(key, 'map'), {});
    const { technological, drift, readNoise, stuck } = options;
    const shares = options.wires ? hardware.wires : undefined;
    const field = technological === false ? undefined : hardware.domain?.(limit);
    const settings = typeof technological === 'object' ? technological : { beta: 10, width: 0.02 };
    const noisy = drift !== false || readNoise || stuck;
    const build = (start?: Float32Array): Training =>
      startMeanField('hardware-aware', model, options, key, {
        start,
        noise: noisy
          ? new HardwareNoise(
              hardware,
              limit,
              { times: drift === false ? undefined : drift, readNoise, stuck },
              precision,
            )
          : undefined,
        wires: shares && new WireDrop(weights => shares(weights, limit), model.network.size, precision),
        technological: field ? new TechnologicalLoss(field, settings, precision) : undefined,
        inputBits: options.converters ? hardware.inputBits : null,
        outputBits: options.converters ? hardware.outputBits : null,
        covered: hardware.covered,
        info: { limit, device: hardware.device, time: hardware.time },
      });
    let second = build();
    return {
      steps: first.steps + second.steps,
      step(index) {
        if (index < first.steps) return { ...first.step(index), note: 'starting point' };
        if (index === first.steps) {
          const point = bestPoint(first.finish());
          second = build(point.map(w => Math.min(limit, Math.max(-limit, w))));
        }
        return second.step(index - first.steps);
      },
      save() {
        const a = first.save();
        const b = second.save();
        return {
          arrays: { ...addPrefix(a.arrays, 'map.'), ...addPrefix(b.arrays, 'own.') },
          numbers: { ...addPrefix(a.numbers, 'map.'), ...addPrefix(b.numbers, 'own.') },
        };
      },
      load({ arrays, numbers }) {
        first.load({ arrays: withPrefix(arrays, 'map.'), numbers: withPrefix(numbers, 'map.') });
        second.load({ arrays: withPrefix(arrays, 'own.'), numbers: withPrefix(numbers, 'own.') });
      },
      finish: () => second.finish(),
    };
  },
  cite: [
    {
      tag: 'Bonnet23',
      text: 'D. Bonnet et al., Bringing uncertainty quantification to the extreme-edge with memristor-based Bayesian neural networks, Nature Communications 14:7530, 2023',
      id: '10.1038/s41467-023-43317-9',
    },
  ],
};
