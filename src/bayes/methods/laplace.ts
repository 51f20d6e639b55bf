import { z } from 'zod';
import { InputError, refuse } from '../../base/index.ts';
import { fillNormal, fold } from '../../random/index.ts';
import { visitCurvature } from '../curvature.ts';
import { bestPoint } from '../draw.ts';
import { addPrefix, type StepMethod, withPrefix } from '../method.ts';
import { optimiserFields } from '../optimise.ts';
import { posteriorFields } from './fields.ts';
import { map } from './map.ts';

const schema = z
  .strictObject({
    method: z.literal('laplace'),
    ...posteriorFields,
    ...optimiserFields,
    weights: z
      .enum(['all', 'last-layer'])
      .default('all')
      .describe("'all' (default) with a diagonal covariance, or 'last-layer' alone with a full one."),
    draws: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe("Draws made of the full covariance of 'last-layer'; 200 by default."),
  })
  .superRefine(({ weights, draws }, context) => {
    if (weights === 'last-layer' || draws === undefined) return;
    const hint = "leave it out, for 'all' weights the result is their moments";
    refuse(context, new InputError({ path: ['draws'], rule: 'applies to weights: last-layer', hint }));
  });

/** Training rows whose curvature is added in one step. */
const rows = 32;

/** Most weights whose full covariance is formed. */
const most = 4096;

/**
 * A Gaussian around the maximum a posteriori estimate with the inverse of the generalised Gauss–Newton matrix plus the
 * prior's precision there as covariance: its diagonal for all weights, or all of it for the last layer.
 */
export const laplace: StepMethod<typeof schema> = {
  name: 'laplace',
  title: 'Laplace approximation',
  independentDraws: true,
  schema,
  start(key, model, options) {
    const { network, prior, train } = model;
    const { size } = network;
    const { precision } = prior;
    if (!precision) {
      throw new InputError({
        path: ['posterior', 'prior'],
        rule: `'laplace' needs the curvature of the prior, which a ${prior.kind} has none of at zero`,
        hint: 'take kind gaussian, scale-mixture or empirical',
      });
    }
    const { method: _, weights, draws = 200, ...rest } = options;
    const first = map.start(fold(key, 'map'), model, map.schema.parse({ method: 'map', ...rest }), {});
    const last = network.layers.filter(layer => layer.matrix).at(-1)!;
    const from = weights === 'all' ? 0 : last.parameters[0]!.offset;
    const count = weights === 'all' ? size : last.parameters.reduce((total, p) => total + p.size, 0);
    if (weights === 'last-layer' && count > most) {
      throw new InputError({
        path: ['posterior', 'weights'],
        rule: `the last layer has ${count} weights, more than ${most}`,
        hint: "use 'all'",
      });
    }
    const curvature = new Float64Array(weights === 'all' ? size : count * count);
    const passes = Math.ceil(train.count / rows);
    const meanOf = () => bestPoint(first.finish());
    const expectedAt = (mean: Float32Array) => {
      const expected = new Float64Array(size);
      precision(expected, mean);
      return expected;
    };
    let samples: Float32Array | undefined;
    const add = (gradient: Float64Array) => {
      if (weights === 'all') {
        for (let i = 0; i < size; i++) curvature[i]! += gradient[i]! * gradient[i]!;
        return;
      }
      for (let i = 0; i < count; i++) {
        const g = gradient[from + i]!;
        if (g === 0) continue;
        for (let j = 0; j <= i; j++) curvature[i * count + j]! += g * gradient[from + j]!;
      }
    };
    return {
      steps: first.steps + passes,
      step(index) {
        if (index < first.steps) return first.step(index);
        const at = (index - first.steps) * rows;
        const point = first.finish();
        visitCurvature(model, bestPoint(point), point.noiseStd, at, Math.min(train.count, at + rows), add);
        return { note: 'curvature' };
      },
      save() {
        const { arrays, numbers } = first.save();
        return {
          arrays: { ...addPrefix(arrays, 'map.'), curvature: curvature.slice() },
          numbers: addPrefix(numbers, 'map.'),
        };
      },
      load({ arrays, numbers }) {
        first.load({ arrays: withPrefix(arrays, 'map.'), numbers: withPrefix(numbers, 'map.') });
        curvature.set(arrays.curvature!);
      },
      async conclude(job) {
        if (weights === 'all') return;
        const mean = meanOf();
        const expected = expectedAt(mean);
        const matrix = curvature.slice();
        for (let i = 0; i < count; i++) matrix[i * count + i]! += expected[from + i]!;
        for (let i = 0; i < count; i++) {
          factorRow(matrix, count, i);
          const turn = job.turn();
          if (turn) await turn;
        }
        const drawn = new Float32Array(draws * size);
        const z = new Float64Array(count);
        for (let s = 0; s < draws; s++) {
          fillNormal(fold(fold(key, 'draws'), s), z);
          solveTransposed(matrix, z, count);
          drawn.set(mean, s * size);
          for (let i = 0; i < count; i++) drawn[s * size + from + i]! += z[i]!;
          const turn = job.turn();
          if (turn) await turn;
        }
        samples = drawn;
      },
      finish() {
        const point = first.finish();
        const common = {
          method: 'laplace',
          parameters: network.parameters,
          size,
          noiseStd: point.noiseStd,
          info: { ...point.info, weights },
        };
        if (weights === 'all') {
          const mean = meanOf();
          const expected = expectedAt(mean);
          const std = Float32Array.from(curvature, (c, i) => 1 / Math.sqrt(c + expected[i]!));
          return { ...common, kind: 'moments', mean, std };
        }
        if (!samples) throw new Error('internal: a Laplace approximation of the last layer was not concluded');
        return { ...common, kind: 'samples', count: draws, chains: 1, samples, best: 0 };
      },
    };
  },
  cite: [
    {
      tag: 'Daxberger21',
      text: 'E. Daxberger, A. Kristiadi, A. Immer, R. Eschenhagen, M. Bauer, P. Hennig, Laplace Redux: effortless Bayesian deep learning, NeurIPS 2021',
      id: 'arXiv:2106.14806',
    },
  ],
};

/** Row i of the lower Cholesky factor of a symmetric matrix given by its lower half, in place; needs the rows before. */
function factorRow(a: Float64Array, n: number, i: number): void {
  for (let j = 0; j <= i; j++) {
    let total = a[i * n + j]!;
    for (let k = 0; k < j; k++) total -= a[i * n + k]! * a[j * n + k]!;
    a[i * n + j] = i === j ? Math.sqrt(total) : total / a[j * n + j]!;
  }
}

/** Lᵀx = z for the lower factor L, in place: x has covariance (L Lᵀ)⁻¹ where z is standard normal. */
function solveTransposed(l: Float64Array, z: Float64Array, n: number): void {
  for (let i = n - 1; i >= 0; i--) {
    let total = z[i]!;
    for (let k = i + 1; k < n; k++) total -= l[k * n + i]! * z[k]!;
    z[i] = total / l[i * n + i]!;
  }
}
