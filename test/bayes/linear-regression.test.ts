import { describe, expect, test } from 'vitest';
import {
  buildModel,
  drawWeights,
  gaussianKl,
  logDensity,
  type MomentPosterior,
  posteriorDiagnostics,
  posteriorMean,
  posteriorSchema,
  posteriorStd,
  trainPosterior,
} from '../../src/bayes/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { ofKind, threePoints } from '../support/model.ts';

// The weights are [slope, offset]; the closed form lists [offset, slope]:
// X = [[1,0],[1,1],[1,2]], y = [0,1,3], prior N(0, I), noise variance .25:
// S = inv(I + X'X/.25), m = S X'y/.25, log N(y | 0, .25 I + XX').
const MEAN = [4 / 3, 0];
const COVARIANCE = [
  [0.100775193798, -0.093023255814],
  [-0.093023255814, 0.162790697674],
];
const LOG_EVIDENCE = -4.440613593448352;

const optionsOf = (fields: object) => posteriorSchema.parse({ noise: 0.5, prior: { std: 1 }, ...fields });
const modelOf = (options: ReturnType<typeof optionsOf>) => buildModel(['linear 1'], options, threePoints);

describe('Bayesian linear regression in closed form', () => {
  test('the density holds all its constants: posterior density = joint / evidence', () => {
    const density = logDensity(modelOf(optionsOf({ method: 'map' })));
    const gradient = new Float64Array(2);
    const [[a, b], [, d]] = COVARIANCE as [[number, number], [number, number]];
    const determinant = a * d - b * b;
    const logPosteriorAtMean = -Math.log(2 * Math.PI) - 0.5 * Math.log(determinant);
    const joint = density.evaluate(gradient, Float64Array.from(MEAN));
    expect(joint - logPosteriorAtMean).toBeCloseTo(LOG_EVIDENCE, 9);
    expect(gradient[0]).toBeCloseTo(0, 12);
    expect(gradient[1]).toBeCloseTo(0, 12);
  });

  test('map finds the mode', async () => {
    const options = optionsOf({ method: 'map', precision: 'double', epochs: 3000, rate: 0.05 });
    const { posterior } = await trainPosterior(keyOf(1), modelOf(options), options);
    expect(posterior.kind).toBe('point');
    const [slope, offset] = drawWeights(keyOf(2), posterior, 1);
    expect(slope).toBeCloseTo(MEAN[0]!, 4);
    expect(offset).toBeCloseTo(MEAN[1]!, 4);
  });

  test.each(['nuts', 'hmc'])('%s draws have the moments of the posterior', async method => {
    const options = optionsOf({ method, chains: 4, warmup: 500, draws: 2000 });
    const posterior = ofKind((await trainPosterior(keyOf(3), modelOf(options), options)).posterior, 'samples');
    const draws = posterior.samples;
    const n = posterior.count;
    const diagnostics = posteriorDiagnostics(posterior)!;
    expect(diagnostics.weights.rhatMax).toBeLessThan(1.01);
    expect(diagnostics.divergences).toBe(0);
    expect(diagnostics.energyFractionMin).toBeGreaterThan(0.5);
    const least = diagnostics.weights.bulkEssMin;
    expect(least).toBeGreaterThan(1500);
    const mean = [0, 0];
    for (let i = 0; i < n; i++) for (const j of [0, 1]) mean[j]! += draws[2 * i + j]! / n;
    for (const j of [0, 1]) {
      expect(Math.abs(mean[j]! - MEAN[j]!)).toBeLessThan(4 * Math.sqrt(COVARIANCE[j]![j]! / least));
      for (const k of [0, 1]) {
        let covariance = 0;
        for (let i = 0; i < n; i++) covariance += ((draws[2 * i + j]! - mean[j]!) * (draws[2 * i + k]! - mean[k]!)) / n;
        const scale = Math.sqrt(COVARIANCE[j]![j]! * COVARIANCE[k]![k]!);
        expect(Math.abs(covariance - COVARIANCE[j]![k]!)).toBeLessThan(4 * scale * Math.sqrt(2 / least));
      }
    }
    expect(posteriorStd(posterior)[0]).toBeCloseTo(Math.sqrt(COVARIANCE[0]![0]!), 1);
  });

  test.each([
    ['sgld', { rate: 0.2, preconditioned: false }],
    ['sghmc', { rate: 0.01, friction: 0.1, preconditioned: false }],
  ])('%s at small steps has nearly the moments of the posterior', async (method, fields) => {
    const options = optionsOf({
      method,
      ...fields,
      precision: 'double',
      epochs: 200_000,
      cycles: 4,
      explore: 0.2,
      drawsPerCycle: 10_000,
    });
    const posterior = ofKind((await trainPosterior(keyOf(6), modelOf(options), options)).posterior, 'samples');
    const std = posteriorStd(posterior);
    const mean = posteriorMean(posterior);
    for (const j of [0, 1]) {
      expect(Math.abs(mean[j]! - MEAN[j]!)).toBeLessThan(0.03);
      expect(Math.abs(std[j]! / Math.sqrt(COVARIANCE[j]![j]!) - 1)).toBeLessThan(0.06);
    }
  });

  test.each(['all', 'last-layer'])('laplace of %s is exact where the posterior is Gaussian', async weights => {
    const options = optionsOf({
      method: 'laplace',
      weights,
      precision: 'double',
      epochs: 3000,
      rate: 0.05,
      ...(weights === 'last-layer' ? { draws: 20_000 } : {}),
    });
    const { posterior } = await trainPosterior(keyOf(8), modelOf(options), options);
    const std = posteriorStd(posterior);
    if (weights === 'all') {
      expect(std[0]).toBeCloseTo(Math.sqrt(1 / 21), 5);
      expect(std[1]).toBeCloseTo(Math.sqrt(1 / 13), 5);
      return;
    }
    const { samples, count } = ofKind(posterior, 'samples');
    const mean = posteriorMean(posterior);
    let covariance = 0;
    for (let s = 0; s < count; s++) {
      covariance += ((samples[2 * s]! - mean[0]!) * (samples[2 * s + 1]! - mean[1]!)) / count;
    }
    expect(std[0]! / Math.sqrt(COVARIANCE[0]![0]!)).toBeCloseTo(1, 1);
    expect(std[1]! / Math.sqrt(COVARIANCE[1]![1]!)).toBeCloseTo(1, 1);
    expect(covariance / COVARIANCE[0]![1]!).toBeCloseTo(1, 1);
  });

  test('laplace with a scale mixture takes the precision expected of each weight', async () => {
    // numpy, f(w) = E[1/std² | w]: w = solve(X'X/.25 + diag(f(w)), X'y/.25) until it stays, 1/sqrt(diag(X'X)/.25 + f(w)).
    const prior = { kind: 'scale-mixture', share: 0.3, wide: 2, narrow: 0.1 };
    const options = optionsOf({ method: 'laplace', prior, precision: 'double', rate: 0.05 });
    const { mean, std } = (await trainPosterior(keyOf(8), modelOf(options), options)).posterior as MomentPosterior;
    expect(mean[0]).toBeCloseTo(1.3861323, 4);
    expect(mean[1]).toBeCloseTo(-0.00576492, 4);
    expect(std[0]).toBeCloseTo(0.22222222, 5);
    expect(std[1]).toBeCloseTo(0.09538792, 5);
    const sparse = optionsOf({ method: 'laplace', prior: { kind: 'horseshoe' } });
    await expect(trainPosterior(keyOf(8), modelOf(sparse), sparse)).rejects.toThrow(
      "posterior.prior: 'laplace' needs the curvature of the prior, which a horseshoe has none of at zero; take kind gaussian, scale-mixture or empirical.",
    );
  });

  test.each(['map', 'laplace', 'mean-field'])('%s needs no options to find the mean on few rows', async method => {
    const options = optionsOf({ method });
    const { posterior } = await trainPosterior(keyOf(1), modelOf(options), options);
    const mean = posteriorMean(posterior);
    for (const j of [0, 1]) expect(Math.abs(mean[j]! - MEAN[j]!)).toBeLessThan(0.1 * Math.sqrt(COVARIANCE[j]![j]!));
    expect(posterior.info.epochs).toBe(5000);
  });

  test('mean-field finds the best independent variances and bound', async () => {
    const options = optionsOf({ method: 'mean-field', precision: 'double', epochs: 6000, rate: 0.02, samples: 32 });
    const posterior = ofKind((await trainPosterior(keyOf(4), modelOf(options), options)).posterior, 'moments');
    // Best variances are the inverse diagonal of the precision I + X'X/.25: offset 1/13, slope 1/21.
    const variance = posterior.std.map(s => s * s);
    expect(Math.abs(variance[0]! * 21 - 1)).toBeLessThan(0.03);
    expect(Math.abs(variance[1]! * 13 - 1)).toBeLessThan(0.03);
    expect(posterior.mean[0]).toBeCloseTo(MEAN[0]!, 2);
    expect(posterior.mean[1]).toBeCloseTo(MEAN[1]!, 2);
    // E_q[log p(y | w)] is exact here: squared error of the mean plus x²·variance.
    let elbo = 0;
    for (let i = 0; i < 3; i++) {
      const x = threePoints.train.inputs[i]!;
      const error = threePoints.train.targets[i]! - x * posterior.mean[0]! - posterior.mean[1]!;
      elbo -= 0.5 * Math.log(2 * Math.PI * 0.25) + (error ** 2 + x * x * variance[0]! + variance[1]!) / 0.5;
    }
    for (const i of [0, 1]) elbo -= gaussianKl(posterior.mean[i]!, posterior.std[i]!, 0, 1);
    const reported = (posterior.info as { elbo: number }).elbo;
    expect(Math.abs(reported - elbo)).toBeLessThan(1);
    // -4.815443288859996 is the largest bound any independent Gaussians reach (closed form, variances above).
    expect(elbo).toBeLessThan(-4.815443288);
    expect(elbo).toBeGreaterThan(-4.8165);
  });
});

test('the divergence of Gaussians', () => {
  // ln 10 + (0.01 + 0.25)/2 − ½.
  expect(gaussianKl(0.5, 0.1, 0, 1)).toBeCloseTo(1.9325850929940458, 14);
});
