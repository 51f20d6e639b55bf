import { z } from 'zod';
import type { Pieces } from '../../base/index.ts';
import { evenOrder } from '../../bayes/index.ts';
import { type WeightCurve, weightCurve } from '../../device/index.ts';
import { fillUniform, fold, type Key } from '../../random/index.ts';
import { dalgaty21 } from '../citations.ts';
import { equalDevices } from '../equal-devices.ts';
import type { Assignment, TransferContext, TransferMethod } from '../method.ts';
import { fitMixture, type Mixture, mostResponsible } from '../mixture.ts';
import { weightSamples } from '../moments.ts';

const options = {
  components: z.number().int().min(1).max(64).default(6).describe('Components per weight; 6 by default.'),
  iterations: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(60)
    .describe('Rounds of expectation–maximisation; 60 by default.'),
};

const mixtureSchema = z.strictObject({
  method: z
    .literal('mixture')
    .describe(
      'Per weight a Gaussian mixture with the device’s own widths; copy s takes the component responsible for sample s.',
    ),
  ...options,
});

const marginalSchema = z.strictObject({
  method: z
    .literal('marginal')
    .describe('The mixture read independently: components drawn per weight; correlations are lost.'),
  ...options,
});

/**
 * Per weight a mixture whose component widths are the device's (Dalgaty21), read aligned: copy s takes, weight by
 * weight, the component most responsible for posterior sample s, so copies keep correlations at component resolution.
 */
export const mixture: TransferMethod<typeof mixtureSchema> = {
  name: 'mixture',
  summary: 'device-width Gaussian mixture per weight, copies aligned with the posterior samples',
  schema: mixtureSchema,
  cite: [dalgaty21],
  *assign(key, context, { components, iterations }) {
    return yield* assignComponents(key, context, components, iterations, function* (fitted, samples, intended) {
      const { copies, weights } = context;
      const order = evenOrder(samples.length / weights);
      for (let s = 0; s < copies; s++) {
        const from = order[s % order.length]! * weights;
        for (let i = 0; i < weights; i++) {
          intended[s * weights + i] = fitted[i]!.mean[mostResponsible(fitted[i]!, samples[from + i]!)]!;
          if (i % together === 0) yield;
        }
      }
    });
  },
};

/** The same mixtures with components drawn independently per weight: what ignoring correlations costs. */
export const marginal: TransferMethod<typeof marginalSchema> = {
  name: 'marginal',
  summary: 'the same mixture with components drawn independently per weight; correlations are lost',
  schema: marginalSchema,
  cite: [dalgaty21],
  *assign(key, context, { components, iterations }) {
    return yield* assignComponents(key, context, components, iterations, function* (fitted, _samples, intended) {
      const drawn = fold(key, 'component');
      const u = new Float64Array(together);
      for (let from = 0; from < intended.length; from += together) {
        fillUniform(drawn, u, from);
        for (let at = from; at < Math.min(intended.length, from + together); at++) {
          const { share, mean } = fitted[at % fitted.length]!;
          let k = 0;
          for (let passed = share[0]!; passed < u[at - from]! && k < components - 1; passed += share[++k]!);
          intended[at] = mean[k]!;
        }
        yield;
      }
    });
  },
};

/** A mixture of shares of a limit as one of weights. */
const inUnits = ({ share, mean, std }: Mixture, limit: number): Mixture => ({
  share,
  mean: mean.map(m => m * limit),
  std: std.map(s => s * (limit || 1)),
});

type Reading = (fitted: readonly Mixture[], samples: Float32Array, intended: Float32Array) => Pieces<void>;

/** Weights that are looked at between two turns. */
const together = 1 << 12;

function* assignComponents(
  key: Key,
  context: TransferContext,
  components: number,
  iterations: number,
  read: Reading,
): Pieces<Assignment> {
  const { posterior, device, copies, weights, matrices, limits, time, mappings, encode } = context;
  const curves = equalDevices('mixture', mappings).map(devicesPerWeight =>
    weightCurve(device, { limit: 1, time, devicesPerWeight }),
  );
  const curveOf = matrices.flatMap(({ rows, columns }, m) => new Array<WeightCurve>(rows * columns).fill(curves[m]!));
  const samples = yield* weightSamples(fold(key, 'samples'), posterior, weights);
  const count = samples.length / weights;
  const column = new Float64Array(count);
  const fitted: Mixture[] = [];
  for (let i = 0; i < weights; i++) {
    const limit = limits[i]!;
    for (let s = 0; s < count; s++) {
      column[s] = limit > 0 ? Math.max(-1, Math.min(1, samples[s * weights + i]! / limit)) : 0;
    }
    const { low, high, std } = curveOf[i]!;
    fitted.push(inUnits(fitMixture(column, components, iterations, { low, high, values: std }), limit));
    yield;
  }
  const intended = new Float32Array(copies * weights);
  yield* read(fitted, samples, intended);
  return { intended, target: yield* encode(intended), intendedAt: 0 };
}
