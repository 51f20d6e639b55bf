import { expect, test } from 'vitest';
import { paretoShape } from '../../src/bayes/diagnostics/pareto.ts';
import {
  buildModel,
  classScores,
  conformalThreshold,
  correctLogits,
  fitLogitCorrection,
  intervalScores,
  posteriorParetoShape,
  posteriorSchema,
  predictionSets,
  trainPosterior,
} from '../../src/bayes/index.ts';
import { fillNormal, fillUniform, fold, keyOf } from '../../src/random/index.ts';
import { ofKind, threePoints } from '../support/model.ts';

/** Logits of `classes` classes and labels drawn from their softmax. */
function labelled(seed: number, rows: number, classes: number) {
  const logits = fillNormal(keyOf(seed), new Float64Array(rows * classes)).map(z => 2 * z);
  const u = fillUniform(keyOf(seed + 1), new Float64Array(rows));
  const probabilities = new Float64Array(rows * classes);
  const labels = Int32Array.from({ length: rows }, (_, i) => {
    const odds = logits.slice(i * classes, (i + 1) * classes).map(Math.exp);
    const total = odds.reduce((a, b) => a + b, 0);
    let label = -1;
    let reached = 0;
    for (let c = 0; c < classes; c++) {
      probabilities[i * classes + c] = odds[c]! / total;
      reached += odds[c]! / total;
      if (label < 0 && u[i]! < reached) label = c;
    }
    return label < 0 ? classes - 1 : label;
  });
  return { logits, labels, probabilities };
}

test('temperature scaling undoes a factor, vector scaling also offsets', () => {
  const { logits, labels } = labelled(1, 8000, 3);
  const sharp = logits.map(z => 2.5 * z);
  const { scale, offset } = fitLogitCorrection('temperature', { logits: sharp, labels, samples: 1, classes: 3 });
  expect(Math.abs(scale[0]! * 2.5 - 1)).toBeLessThan(0.06);
  expect([...offset]).toEqual([0, 0, 0]);
  expect(new Set(scale).size).toBe(1);
  const shifted = logits.map((z, i) => z / (1 + (i % 3)) + (i % 3));
  const vector = fitLogitCorrection('vector', { logits: shifted, labels, samples: 1, classes: 3 });
  const corrected = shifted.slice();
  correctLogits(corrected, vector);
  for (let c = 0; c < 3; c++) expect(Math.abs(vector.scale[c]! / (1 + c) - 1)).toBeLessThan(0.12);
  // Offsets matter up to a common one.
  const difference = (i: number) => corrected[3 * i + 2]! - corrected[3 * i]! - (logits[3 * i + 2]! - logits[3 * i]!);
  let mean = 0;
  for (let i = 0; i < 1000; i++) mean += difference(i) / 1000;
  expect(Math.abs(mean)).toBeLessThan(0.15);
});

test('few rows that are all decided rightly do not ask for endless certainty', () => {
  const labels = Int32Array.of(0, 1, 2, 0);
  const logits = [
    [2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 0, 0.5],
    [1, 0, 0, 0, 2, 1, 0, 1, 2, 2, 0, 0],
  ].flat();
  const near = (a: Float64Array, b: readonly number[]) =>
    expect(Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))).toBeLessThan(1e-4);
  // l = log_softmax(z*exp(p[:3])+p[3:], 2)[:, range(4), [0, 1, 2, 0]]
  // scipy.optimize.minimize(lambda p: (p**2).sum()/2 - (logsumexp(l, 0) - log(2)).sum(), zeros(6), tol=1e-12)
  const given = { logits: Float64Array.from(logits), labels, samples: 2, classes: 3 };
  const vector = fitLogitCorrection('vector', given);
  near(vector.scale, [1.77837125, 1.4476381, 1.32943502]);
  near(vector.offset, [0.12362866, 0.01182532, -0.135454]);
  // The same with one p for all scales and no offset.
  near(fitLogitCorrection('temperature', given).scale, [2.36905858, 2.36905858, 2.36905858]);
});

test('conformal sets and intervals hold their promise', () => {
  for (const miss of [0.05, 0.2]) {
    let covered = 0;
    let size = 0;
    const trials = 120;
    for (let t = 0; t < trials; t++) {
      const { labels, probabilities } = labelled(100 + 7 * t, 200, 4);
      // Half the rows set the threshold; the model is wrong on purpose (square roots of the probabilities).
      const wrong = probabilities.map(Math.sqrt);
      const threshold = conformalThreshold(classScores(wrong.subarray(0, 400), labels.subarray(0, 100), 4), miss);
      const sets = predictionSets(wrong.subarray(400), threshold);
      for (let i = 0; i < 100; i++) covered += sets[4 * i + labels[100 + i]!]! / (100 * trials);
      size += sets.reduce((a, b) => a + b, 0) / (100 * trials);
    }
    expect(covered).toBeGreaterThan(1 - miss - 0.012);
    expect(covered).toBeLessThan(1 - miss + 0.025);
    expect(size).toBeLessThan(4);
  }
  const y = fillNormal(keyOf(5), new Float64Array(4000)).map(z => 3 * z);
  const one = new Float64Array(4000).fill(1);
  const zero = new Float64Array(4000);
  const q = conformalThreshold(intervalScores(zero.subarray(0, 2000), one.subarray(0, 2000), y.subarray(0, 2000)), 0.1);
  // 1.6449 = scipy.stats.norm.ppf(0.95), times the spread of 3.
  expect(Math.abs(q / (3 * 1.6449) - 1)).toBeLessThan(0.07);
  expect(conformalThreshold(Float64Array.of(1, 2, 3), 0.1)).toBe(Number.POSITIVE_INFINITY);
});

// ArviZ 0.23.4: az.psislw(f(u))[1] with u_i = ((7919 i + 13) mod 10007 + ½)/10007, i = 0 … 999.
test.each([
  ['-0.3 ln(1 − u)', (u: number) => -0.3 * Math.log(1 - u), 0.3040703591692052],
  ['-0.9 ln(1 − u)', (u: number) => -0.9 * Math.log(1 - u), 0.8293412755497802],
  ['√u', (u: number) => Math.sqrt(u), -0.8357512286740331],
])('Pareto shape of ratios with logs %s', (_, f, k) => {
  const logs = Float64Array.from({ length: 1000 }, (__, i) => f((((i * 7919 + 13) % 10007) + 0.5) / 10007));
  expect(paretoShape(logs)).toBeCloseTo(k, 8);
});

test('Pareto shape of ratios that no number holds is that of their logs', () => {
  // Ratios u^−700 of uniform u have a tail of shape 700, and all but the largest vanish beside it.
  const logs = Float64Array.from({ length: 1000 }, (_, i) => -700 * Math.log((i + 0.5) / 1000));
  expect(Math.abs(paretoShape(logs) / 700 - 1)).toBeLessThan(0.1);
  expect(paretoShape(new Float64Array(1000))).toBeNaN();
});

test('Pareto shape of Gaussians against a Gaussian posterior', async () => {
  const options = posteriorSchema.parse({ method: 'mean-field', noise: 0.5, epochs: 2000, samples: 8 });
  const model = buildModel(['linear 1'], options, threePoints);
  const posterior = ofKind((await trainPosterior(keyOf(1), model, options)).posterior, 'moments');
  // Ratios of Gaussians have a tail of shape 1 − λ, λ the least variance of q as a share of p's over all directions:
  // best mean-field variances leave λ = 1 − |ρ|, with ρ = −.0930/√(.1628·.1008) the correlation of slope and offset.
  const key = fold(keyOf(2), 0);
  expect(Math.abs((await posteriorParetoShape(key, model, posterior)) - 0.726)).toBeLessThan(0.1);
  const narrow = { ...posterior, std: posterior.std.map(s => 0.3 * s) };
  expect(Math.abs((await posteriorParetoShape(key, model, narrow)) - (1 - 0.09 * 0.274))).toBeLessThan(0.1);
  const wide = { ...posterior, std: posterior.std.map(s => 2 * s) };
  expect(await posteriorParetoShape(key, model, wide)).toBeLessThan(0.2);
  expect(posterior.info.paretoShape).toBeGreaterThan(0.6);
  expect(await posteriorParetoShape(key, model, { ...posterior, std: posterior.std.map(() => 0) })).toBeNaN();
});
