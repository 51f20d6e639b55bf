import { z } from 'zod';
import { fold } from '../../random/index.ts';
import { logDensity } from '../density.ts';
import { checkFinite } from '../diverged.ts';
import type { StepMethod } from '../method.ts';
import { MinibatchGradient } from '../minibatch-gradient.ts';
import { Adam, cosineRate, epochsOf, floats, initialWeights, optimiserFields, precisionOf } from '../optimise.ts';
import { noiseOf, posteriorFields } from './fields.ts';

const schema = z.strictObject({
  method: z.literal('map'),
  ...posteriorFields,
  ...optimiserFields,
  restarts: z
    .int()
    .min(1)
    .default(1)
    .describe('Runs from different random starts, of which the one with the highest density is kept; 1 by default.'),
});

/** The weights of highest posterior density: Adam on −log p(D | w) − log p(w), minibatches scaled to the whole split. */
export const map: StepMethod<typeof schema> = {
  name: 'map',
  title: 'Maximum a posteriori estimate',
  schema,
  start(key, model, options) {
    const { network, size } = model;
    const precision = precisionOf(options.precision);
    const minibatch = new MinibatchGradient(key, model, options.batch, precision);
    const { weights, gradient, batches } = minibatch;
    const best = floats(precision, size);
    const scratch = new Float64Array(size);
    const adam = new Adam(precision, size);
    const epochs = epochsOf(model, options);
    const perRun = epochs * batches.perEpoch;
    const density = options.restarts > 1 ? logDensity(model) : null;
    let bestDensity = Number.NEGATIVE_INFINITY;
    let last = Number.NaN;

    return {
      steps: options.restarts * perRun,
      step(index) {
        const run = Math.floor(index / perRun);
        const t = index % perRun;
        if (t === 0) {
          initialWeights(fold(fold(key, 'start'), run), weights, model);
          adam.first.fill(0);
          adam.second.fill(0);
        }
        const objective = minibatch.evaluate(index);
        checkFinite(objective, Math.floor(t / batches.perEpoch));
        adam.step(weights, gradient, cosineRate(options.rate, t, perRun), t);
        last = objective;
        if (t === perRun - 1) {
          const value = density ? density.evaluate(scratch, Float64Array.from(weights)) : -objective;
          if (value > bestDensity) {
            bestDensity = value;
            best.set(weights);
          }
        }
        return { loss: last };
      },
      save: () => ({
        arrays: {
          weights: weights.slice(),
          best: best.slice(),
          first: adam.first.slice(),
          second: adam.second.slice(),
        },
        numbers: { bestDensity, last },
      }),
      load({ arrays, numbers }) {
        weights.set(arrays.weights!);
        best.set(arrays.best!);
        adam.first.set(arrays.first!);
        adam.second.set(arrays.second!);
        bestDensity = numbers.bestDensity!;
        last = numbers.last!;
      },
      finish: () => ({
        kind: 'point',
        method: 'map',
        parameters: network.parameters,
        size: network.size,
        mean: Float32Array.from(best.subarray(0, network.size)),
        noiseStd: noiseOf(model, best.subarray(network.size)),
        info: { loss: last, epochs, restarts: options.restarts },
      }),
    };
  },
  cite: [],
};
