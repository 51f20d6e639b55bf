import { describe, expect, test } from 'vitest';
import { constrained, type Problem, study, trueVolume, zdt1 } from '../../bench/search.ts';
import { fold, keyOf } from '../../src/random/index.ts';
import { type AnySampler, type Point, searchSamplers, spaceOf, type Told } from '../../src/search/index.ts';
import { poolByPoint, pooledFront } from '../../src/search/pool.ts';

const { gp, nsga2, random, refine, sobol, tpe } = searchSamplers;

const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Median over three seeds of the hypervolume of all points. */
const volumeOf = (sampler: AnySampler, problem: Problem, trials: number): number =>
  middle(
    [1, 2, 3].map(seed =>
      trueVolume(
        problem,
        study(sampler, problem, trials, seed).trials.map(told => told.point),
      ),
    ),
  );

/** A small problem with a known front: x from 0 to ½ with the right category. */
const schaffer: Problem = {
  space: spaceOf([
    { kind: 'categorical', name: 'kind', values: ['right', 'wrong', 'worse'] },
    { kind: 'real', name: 'x', low: -1, high: 1 },
    { kind: 'real', name: 'extra', low: 0, high: 1, when: { variable: 'kind', among: ['wrong'] } },
  ]),
  objectives: 2,
  of({ kind, x, extra }) {
    const shift = { right: 0, wrong: 0.2 + (extra as number), worse: 0.4 }[kind as string]!;
    return { values: [4 * (x as number) ** 2 + shift, (2 * (x as number) - 1) ** 2 + shift] };
  },
};

describe('samplers that learn', () => {
  test('reach what random points do not: ZDT1', () => {
    expect(volumeOf(random, zdt1, 600)).toBeLessThan(0.05);
    expect(volumeOf(nsga2, zdt1, 600)).toBeGreaterThan(0.5);
    // Random points have g of 5.5 ± 0.9.
    const { trials } = study(tpe, zdt1, 150, 1);
    const g = trials.slice(130).map(
      ({ point }) =>
        1 +
        Object.values(point)
          .slice(1)
          .reduce<number>((sum, x) => sum + (x as number), 0),
    );
    expect(middle(g)).toBeLessThan(3.2);
    expect(
      trueVolume(
        zdt1,
        study(gp, zdt1, 24, 1).trials.map(told => told.point),
      ),
    ).toBeGreaterThan(0.1);
  });

  test('refine what another sampler found', () => {
    const { trials } = study(nsga2, zdt1, 150, 1);
    const key = keyOf(1);
    let state = trials.reduce<unknown>(
      (s, told) => refine.tell(s as never, told),
      refine.init(zdt1.space, refine.schema.parse({}), 2),
    );
    const points = trials.map(told => told.point);
    const before = trueVolume(zdt1, points);
    for (let number = 150; number < 450; number++) {
      const point = refine.ask(key, state as never, number, []);
      points.push(point);
      state = refine.tell(state as never, { number, point, ...zdt1.of(point) });
    }
    expect(trueVolume(zdt1, points)).toBeGreaterThan(before + 0.3);
  });

  test('beat random points with a category, a conditional variable, integers and constraints', () => {
    for (const sampler of [nsga2, tpe]) {
      const { trials } = study(sampler, schaffer, 120, 2);
      const late = trials.slice(60);
      expect(late.filter(({ point }) => point.kind === 'right').length).toBeGreaterThan(27);
    }
    const found = study(gp, constrained, 22, 2).trials.map(told => told.point);
    expect(trueVolume(constrained, found)).toBeGreaterThan(volumeOf(random, constrained, 60));
  });
});

describe('a trial told again', () => {
  const { trials } = study(random, schaffer, 24, 3);
  const stateAfter = (sampler: AnySampler, options: object, tells: readonly Told[]) =>
    tells.reduce((state, each) => sampler.tell(state, each), sampler.init(schaffer.space, options, 2));
  const early = trials.with(7, { ...trials[7]!, values: [-1, -1], blocks: 9 }).with(8, {
    ...trials[8]!,
    values: [Number.NaN, Number.NaN],
  });
  const told = [...early, trials[7]!, trials[8]!];

  test.each([
    [nsga2, { population: 6 }],
    [tpe, { start: 5 }],
    [refine, { start: 5, keep: 4 }],
  ] as const)('leaves no trace of what it said before', (sampler, options) => {
    const filled = sampler.schema.parse(options);
    expect(stateAfter(sampler, filled, early)).not.toEqual(stateAfter(sampler, filled, trials));
    expect(stateAfter(sampler, filled, told)).toEqual(stateAfter(sampler, filled, trials));
  });

  test('changes what processes are fitted to', () => {
    const [before, straight] = [told, trials].map(tells => stateAfter(gp, gp.schema.parse({ start: 5 }), tells));
    expect(before).toMatchObject({ told: 24, pools: (straight as { pools: unknown }).pools });
  });
});

describe('the Gaussian processes', () => {
  /** A state after these values of x² and (x − 1)² at given x. */
  const told = (xs: readonly number[], options: object, change: (t: Told) => Told = t => t) =>
    xs.reduce(
      (state, x, number) =>
        gp.tell(
          state,
          change({ number, point: { kind: 'right', x }, values: schaffer.of({ kind: 'right', x }).values }),
        ),
      gp.init(schaffer.space, gp.schema.parse({ start: 4, ...options }), 2),
    );
  const xs = [-0.9, -0.3, 0.1, 0.6, 0.95];

  test('ask between what they know, elsewhere while that is running', () => {
    const state = told(xs, {});
    const running: Point[] = [];
    for (let i = 0; i < 3; i++) running.push(gp.ask(keyOf(1), state, 5 + i, running));
    expect(new Set(running.map(point => `${point.kind} ${Math.round(20 * (point.x as number))}`)).size).toBe(3);
  });

  test('model prices in logarithms where told to', () => {
    const inLogs = (scale: number) => {
      const state = told(xs, { logarithmic: [0] }, t => {
        const price = Math.exp(scale * t.values[0]!);
        return { ...t, values: [price, t.values[1]!], errors: [0.5 * scale * price, 0.2] };
      });
      return gp.ask(keyOf(1), state, 5, []);
    };
    // Standardised logarithms do not see their unit, so that both are the same problem.
    const [a, b] = [inLogs(1), inLogs(3)];
    expect(a.x).toBeCloseTo(b.x as number, 3);
    const plain = told(xs, {}, t => ({ ...t, values: [Math.exp(3 * t.values[0]!), t.values[1]!] }));
    expect(gp.ask(keyOf(1), plain, 5, [])).not.toEqual(b);
  });

  test('take known errors as they are, and fit others', () => {
    const exact = told(xs, {}, t => ({ ...t, errors: [0, 0] }));
    const rough = told(xs, {}, t => ({ ...t, errors: [1, 1] }));
    expect(gp.ask(keyOf(1), exact, 5, [])).not.toEqual(gp.ask(keyOf(1), rough, 5, []));
    // Nothing is left to fit: the prior's mean of the logarithm of the noise variance.
    for (const fit of exact.fits) expect(fit.at(-1)).toBeCloseTo(Math.log(1e-4), 6);
    const guessed = told([...xs, ...xs.map(x => x + 0.001)], { start: 4 }, t => ({
      ...t,
      values: t.values.map(v => v + (t.number % 2)),
    }));
    for (const fit of guessed.fits) expect(fit.at(-1)).toBeGreaterThan(Math.log(0.01));
  });

  /** Points asked one after another for x itself, small and feasible as `change` says. */
  const descended = (change: (t: Told, x: number) => Told) => {
    const space = spaceOf([{ kind: 'real', name: 'x', low: -1, high: 1 }]);
    let state = gp.init(space, gp.schema.parse({ start: 4 }), 1);
    const asked: number[] = [];
    for (let number = 0; number < 10; number++) {
      const point = gp.ask(keyOf(3), state, number, []);
      const x = point.x as number;
      asked.push(x);
      state = gp.tell(state, change({ number, point, values: [x] }, x));
    }
    return asked.slice(4);
  };

  test('improve on feasible points, whatever others promise', () => {
    const asked = descended((t, x) => ({ ...t, constraints: [0.3 - x] }));
    expect(Math.min(...asked.filter(x => x >= 0.3))).toBeLessThan(0.32);
  });

  test('keep away from where trials failed', () => {
    const asked = descended((t, x) => (x < 0 ? { ...t, values: [Number.NaN] } : t));
    expect(asked.filter(x => x > -0.1).length).toBeGreaterThan(3);
    expect(Math.min(...asked.filter(x => x >= 0))).toBeLessThan(0.1);
  });

  test('model the best ranked where there are more points than their limit', () => {
    const state = told(
      Array.from({ length: 16 }, (_, i) => -0.9 + 0.1 * i),
      { limit: 10 },
    );
    expect(state.pools).toHaveLength(16);
    expect(() => gp.ask(keyOf(1), state, 16, [])).not.toThrow();
  });

  test('take four objectives at most', () => {
    expect(() => gp.init(schaffer.space, gp.schema.parse({}), 5)).toThrow(/'gp' takes at most 4 objectives, got 5/);
  });
});

describe('NSGA-II', () => {
  test('ranks survivors by means of all trials of a point', () => {
    const options = nsga2.schema.parse({ population: 4 });
    const at = (n: number): Point => ({ kind: 'right', x: n / 10 });
    const first = [0, 1, 2, 3].map(n => ({ number: n, point: at(n), values: [n, 3 - n] }));
    const lucky = { number: 4, point: at(4), values: [-5, -5] };
    const tell = (trials: readonly Told[]) =>
      trials.reduce((s, t) => nsga2.tell(s, t), nsga2.init(schaffer.space, options, 2));
    const before = tell([...first, lucky]);
    expect(before.population).toHaveLength(4);
    const again = nsga2.tell(before, { ...lucky, number: 5, values: [25, 25] });
    expect(again.population).toHaveLength(4);
    expect(again.population.find(({ point }) => point.x === 0.4)).toMatchObject({ values: [10, 10], blocks: 2 });
    const after = nsga2.tell(again, { number: 6, point: at(6), values: [1.5, 1.4] });
    expect(after.population.some(({ point }) => point.x === 0.4)).toBe(false);
  });

  test('repeats survivors where told to, those measured least', () => {
    const { trials } = study(nsga2, schaffer, 200, 1, { options: { reevaluate: 0.5 }, noise: 0.1 });
    const pools = poolByPoint(schaffer.space, trials);
    expect(pools.length).toBeLessThan(140);
    expect(Math.min(...pooledFront(pools).map(pool => pool.trials.length))).toBeGreaterThan(0);
    const never = study(nsga2, schaffer, 200, 1, { noise: 0.1 }).trials;
    expect(poolByPoint(schaffer.space, never).length).toBeGreaterThan(190);
  });
});

test('scrambled Sobol points are those of the sequence, whatever was told', () => {
  const state = sobol.init(zdt1.space, {}, 2);
  const points = [0, 1, 2, 3, 4, 5, 6, 7].map(number => sobol.ask(fold(keyOf(1), 2), state, number, []));
  for (const { name } of zdt1.space.variables) {
    expect(new Set(points.map(point => Math.floor(8 * (point[name] as number)))).size).toBe(8);
  }
});
