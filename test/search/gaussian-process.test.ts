import { describe, expect, test } from 'vitest';
import { fillNormal, fold, keyOf } from '../../src/random/index.ts';
import { nondominatedBoxes } from '../../src/search/boxes.ts';
import { acquisitionOf, logExpectedImprovement } from '../../src/search/expected-improvement.ts';
import {
  drawnPosterior,
  featuresOf,
  fitHyperparameters,
  negativeLogPosterior,
  type Observations,
  posteriorOf,
  predictorOf,
} from '../../src/search/gaussian-process.ts';
import { spaceOf } from '../../src/search/index.ts';
import { minimise } from '../../src/search/minimise.ts';
import { density, erfcx, logBelow, logExpectedExcess } from '../../src/search/normal.ts';

const data: Observations = {
  x: [
    [0.1, 0.2, 0],
    [0.5, 0.9, 1],
    [0.8, 0.3, 0],
    [0.35, 0.6, 2],
  ].map(x => Float64Array.from(x)),
  hamming: [false, false, true],
  y: Float64Array.of(-1, 0.5, 1.2, -0.7),
  noise: Float64Array.of(0.01, 0.04, 0, 0.09),
  blocks: Float64Array.of(1, 1, 1, 1),
};
const unknown: Observations = {
  ...data,
  noise: Float64Array.of(Number.NaN, 0.04, Number.NaN, 0.09),
  blocks: Float64Array.of(1, 1, 2, 1),
};
const h = Float64Array.of(0.4, 0.7, 1.5, 1.3, 1e-4).map(Math.log);
const place = Float64Array.of(0.4, 0.4, 1);

/** Central differences. */
function differences(f: (x: Float64Array) => number, x: Float64Array): number[] {
  const step = 1e-5;
  return Array.from(x, (v, i) => (f(x.with(i, v + step)) - f(x.with(i, v - step))) / (2 * step));
}

describe('functions of the normal distribution', () => {
  test('agree with SciPy', () => {
    // scipy.special.erfcx(x)
    const scaled = {
      0: 1,
      0.3: 0.7345993345676554,
      0.5: 0.6156903441929258,
      1: 0.427583576155807,
      2.5: 0.2108063640611436,
      6.2: 0.08985810831974593,
      6.4: 0.08711570467441576,
      30: 0.018795888861416754,
    };
    for (const [x, expected] of Object.entries(scaled)) expect(erfcx(+x) / expected).toBeCloseTo(1, 13);
    // scipy.special.log_ndtr(x)
    const below = {
      '-40': -804.6084420137539,
      '-3': -6.60772622151035,
      '-0.2': -0.8657395226815952,
      0.7: -0.2770239422771313,
      5: -2.8665161296376294e-7,
    };
    for (const [x, expected] of Object.entries(below)) expect(logBelow(+x) / expected).toBeCloseTo(1, 9);
  });

  test('have the slope they must have, far into the tail, and no step between formulas', () => {
    for (const z of [-3000, -50, -7, -1.5, -0.3, 0.4, 3]) {
      const step = 1e-4 * Math.max(1, Math.abs(z) / 10);
      const slope = (logExpectedExcess(z + step) - logExpectedExcess(z - step)) / (2 * step);
      expect(slope / Math.exp(logBelow(z) - logExpectedExcess(z))).toBeCloseTo(1, 5);
    }
    for (const z of [-1e4, -1, 0]) {
      expect(logExpectedExcess(z - 1e-9) / logExpectedExcess(z + 1e-9)).toBeCloseTo(1, 7);
    }
    expect(Math.exp(logExpectedExcess(0))).toBeCloseTo(density(0), 14);
  });
});

test('the minimum between bounds is found, inside and at a bound', () => {
  const rosenbrock = (x: Float64Array, gradient: Float64Array) => {
    const [a, b] = [x[0]!, x[1]!];
    gradient[0] = -400 * a * (b - a * a) - 2 * (1 - a);
    gradient[1] = 200 * (b - a * a);
    return 100 * (b - a * a) ** 2 + (1 - a) ** 2;
  };
  const free = minimise(rosenbrock, Float64Array.of(-1.2, 1), [-2, -2], [2, 2], { iterations: 200, tolerance: 1e-12 });
  expect(free.value).toBeLessThan(1e-8);
  // scipy.optimize.minimize(rosen, (-1.2, 1), bounds=[(-2, .5), (-2, 2)], method="L-BFGS-B").x
  const bounded = minimise(rosenbrock, Float64Array.of(-1.2, 1), [-2, -2], [0.5, 2], {
    iterations: 200,
    tolerance: 1e-12,
  });
  expect(bounded.x[0]).toBe(0.5);
  expect(bounded.x[1]).toBeCloseTo(0.25, 5);
});

describe('a Gaussian process', () => {
  test('predicts what NumPy computes', () => {
    const predictor = predictorOf(posteriorOf(data, h));
    predictor.at(place);
    // K = k(x, x) + np.diag(noise) + 1e-6 * s2 * np.eye(4); ks @ np.linalg.solve(K, y); np.sqrt(s2 - ks @ np.linalg.solve(K, ks.T))
    expect(predictor.means[0]).toBeCloseTo(-0.07981335077957269, 10);
    expect(predictor.std).toBeCloseTo(0.7016431016782165, 10);
  });

  test('has the posterior density of its hyperparameters that NumPy computes, and its gradient', () => {
    // prior_mean = [np.log(1.5 * np.sqrt(3))] * 3 + [0, np.log(1e-4)]; prior_std = [1, 1, 1, 1, 3]
    // .5 * y @ np.linalg.solve(K, y) + .5 * np.linalg.slogdet(K)[1] + .5 * (((h - prior_mean) / prior_std) ** 2).sum()
    expect(negativeLogPosterior(data, h, new Float64Array(5))).toBeCloseTo(4.508520169597299, 10);
    for (const given of [data, unknown]) {
      const gradient = new Float64Array(5);
      negativeLogPosterior(given, h, gradient);
      const expected = differences(x => negativeLogPosterior(given, x, new Float64Array(5)), h);
      expect(Array.from(gradient)).toEqual(expected.map(slope => expect.closeTo(slope, 6)));
    }
  });

  test('divides unknown noise by the blocks behind a value', () => {
    const guess = h.with(4, Math.log(0.08));
    const [found, expected] = [unknown, { ...data, noise: Float64Array.of(0.08, 0.04, 0.04, 0.09) }].map(given => {
      const predictor = predictorOf(posteriorOf(given, guess));
      predictor.at(place);
      return predictor.means[0];
    });
    expect(found).toBeCloseTo(expected!, 12);
  });

  test('fits no worse than it starts', () => {
    const found = fitHyperparameters(unknown, h, 30);
    const gradient = new Float64Array(5);
    expect(negativeLogPosterior(unknown, found, gradient)).toBeLessThan(
      negativeLogPosterior(unknown, h, new Float64Array(5)),
    );
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(0.1);
  });

  test('draws functions with the moments of its predictions, at observed and pending points', () => {
    const draws = 1500;
    const normals = Array.from({ length: draws }, (_, s) => fillNormal(fold(keyOf(4), s), new Float64Array(10)));
    const drawn = drawnPosterior(data, [place], h, normals);
    const predictor = predictorOf(posteriorOf(data, h));
    drawn.x.forEach((x, i) => {
      predictor.at(x);
      const values = drawn.values.map(v => v[i]!);
      const mean = values.reduce((a, b) => a + b, 0) / draws;
      const std = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / draws);
      expect(Math.abs(mean - predictor.means[0]!)).toBeLessThan((4 * predictor.std) / Math.sqrt(draws) + 1e-3);
      expect(Math.abs(std - predictor.std)).toBeLessThan(0.1 * predictor.std + 2e-3);
    });
    const at = predictorOf(drawn);
    at.at(place);
    for (const [s, values] of drawn.values.entries()) expect(at.means[s]).toBeCloseTo(values[4]!, 3);
    expect(at.std).toBeLessThan(4e-3);
  });

  test('sees middles of integers, numbers of categories and nothing of what is inactive', () => {
    const space = spaceOf([
      { kind: 'categorical', name: 'c', values: ['a', 'b'] },
      { kind: 'integer', name: 'n', low: 1, high: 4 },
      { kind: 'real', name: 'r', low: 0, high: 2, when: { variable: 'c', among: ['b'] } },
      { kind: 'categorical', name: 'd', values: ['a', 'b'], when: { variable: 'c', among: ['b'] } },
    ]);
    expect(Array.from(featuresOf(space, { c: 'a', n: 2 }))).toEqual([0, 0.375, 0.5, -1]);
    expect(Array.from(featuresOf(space, { c: 'b', n: 4, r: 0.5, d: 'b' }))).toEqual([1, 0.875, 0.25, 1]);
  });
});

describe('the expected hypervolume improvement', () => {
  const front = [
    [0.2, 0.8],
    [0.5, 0.4],
    [0.9, 0.1],
  ];

  test.each([
    [
      [0.4, 0.3],
      [0.2, 0.3],
    ],
    [
      [0.7, 0.5],
      [0.15, 0.1],
    ],
  ] as const)('at means %j with deviations %j is what quadrature gives', (means, stds) => {
    const boxes = nondominatedBoxes(front, [1, 1]);
    const steps = 500;
    let sum = 0;
    for (let i = 0; i < steps; i++) {
      for (let j = 0; j < steps; j++) {
        const [u, v] = [(12 * (i + 0.5)) / steps - 6, (12 * (j + 0.5)) / steps - 6];
        const [a, b] = [means[0] + stds[0] * u, means[1] + stds[1] * v];
        let gain = 0;
        for (let k = 0; k < boxes.count; k++) {
          const width = boxes.upper[2 * k]! - Math.max(a, boxes.lower[2 * k]!);
          const height = boxes.upper[2 * k + 1]! - Math.max(b, boxes.lower[2 * k + 1]!);
          if (width > 0 && height > 0) gain += width * height;
        }
        sum += gain * density(u) * density(v) * (12 / steps) ** 2;
      }
    }
    const off = Math.exp(logExpectedImprovement(means, stds, boxes)) / sum - 1;
    expect(Math.abs(off)).toBeLessThan(4e-3);
  });

  test('stays finite and falls with distance where it is far below the smallest number', () => {
    const boxes = nondominatedBoxes(front, [1, 1]);
    const at = (mean: number) => logExpectedImprovement([mean, mean], [0.01, 0.01], boxes);
    expect(at(2)).toBeLessThan(-5000);
    expect(at(3)).toBeLessThan(at(2));
    expect(Number.isFinite(at(30))).toBe(true);
  });

  test('of processes has the gradient that differences give, with constraints and draws', () => {
    const normals = (seed: number) => [0, 1, 2].map(s => fillNormal(fold(keyOf(seed), s), new Float64Array(8)));
    const other: Observations = { ...data, y: Float64Array.of(0.3, -0.4, -0.9, 1) };
    const posteriors = [data, other, { ...other, y: other.y.map(y => 0.5 - y) }].map((each, j) =>
      drawnPosterior(each, [], h, normals(j)),
    );
    const boxes = [0, 1, 2].map(s =>
      nondominatedBoxes(
        data.x.map((_, i) => [posteriors[0]!.values[s]![i]!, posteriors[1]!.values[s]![i]!]),
        [1.5, 1.5],
      ),
    );
    const evaluate = acquisitionOf({
      objectives: posteriors.slice(0, 2).map(predictorOf),
      constraints: posteriors.slice(2).map(predictorOf),
      limits: [0.2],
      boxes,
    });
    const gradient = new Float64Array(3);
    evaluate(place, gradient);
    const expected = differences(x => evaluate(x, null), place);
    for (const d of [0, 1]) expect(gradient[d]! / expected[d]!).toBeCloseTo(1, 4);
    expect(gradient[2]).toBe(0);
  });
});
