import { describe, expect, test } from 'vitest';
import { errorsOf, spreadsOf } from '../../src/explore/comparison.ts';
import { foundOf } from '../../src/explore/found.ts';
import { problemOf } from '../../src/explore/plain-problem.ts';
import type { Judged } from '../../src/explore/problem.ts';
import { scaled } from '../../src/explore/scale.ts';
import { toldOf, trialOf, withOutcome } from '../../src/explore/trial.ts';
import { searchSamplers } from '../../src/search/index.ts';
import { play, studyOf } from './play.ts';
import { schaffer, tiny } from './problems.ts';

const judged = (errors: readonly number[], blocks: number): Judged => ({
  values: [0, 0],
  constraints: [],
  errors,
  blocks,
});

describe('standard errors', () => {
  test('of a plain function are those of means of its evidence', () => {
    const problem = schaffer({ repeats: 9 });
    const evidence = [1, 2, 6].map(near => ({ near, far: 3, limit: near - 4 }));
    // np.std([1, 2, 6], ddof=1) / np.sqrt(3)
    const error = 1.5275252316519465;
    const { errors, values, constraints, blocks } = problem.judge({}, evidence);
    expect([values, constraints, blocks]).toEqual([[3, 3], [-1], 3]);
    expect(errors).toEqual([expect.closeTo(error, 12), 0, expect.closeTo(error, 12)]);
    expect(problem.judge({}, evidence.slice(0, 1)).errors).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(schaffer().judge({}, evidence.slice(0, 1)).errors).toEqual([0, 0, 0]);
  });

  test('of few blocks are drawn to the spread of all, and unknown ones taken from it', () => {
    // Standard deviations of a block: 2 from 3 blocks, 4 from 5.
    const all = [judged([2 / Math.sqrt(3), 0], 3), judged([4 / Math.sqrt(5), 0], 5), judged([Number.NaN, 0], 1)];
    const spreads = spreadsOf(all);
    expect(spreads).toEqual([expect.closeTo(Math.sqrt((2 * 4 + 4 * 16) / 6), 12), 0]);
    expect(errorsOf(all[2]!, spreads)).toEqual([spreads[0], 0]);
    const variance = (3 * 12 + 2 * 4) / 5;
    expect(errorsOf(all[0]!, spreads)[0]).toBeCloseTo(Math.sqrt(variance / 3), 12);
    expect(errorsOf(judged([0, 0], 2), spreads)[0]).toBeGreaterThan(0);
    expect(spreadsOf([judged([Number.NaN], 1)])).toEqual([0]);
  });

  test('are told to samplers once they come from enough blocks', () => {
    const problem = problemOf({ space: tiny, objectives: ['a'], repeats: 9, evaluate: () => ({ a: 1 }) });
    let trial = trialOf(tiny, 0, { kind: 'a', n: 1 }, null);
    const told = [0, 1, 0, 1, 0].map((a, rung) => {
      trial = withOutcome(problem, trial, rung, { evidence: { a }, seconds: 0, at: 0, build: '' });
      return toldOf(problem, trial).errors![0]!;
    });
    expect(told.map(Number.isNaN)).toEqual([true, true, true, true, false]);
    const exact = problemOf({ space: tiny, objectives: ['a'], evaluate: () => ({ a: 1 }) });
    const outcome = { evidence: { a: 1 }, seconds: 0, at: 0, build: '' };
    expect(toldOf(exact, withOutcome(exact, trialOf(tiny, 0, {}, null), 0, outcome)).errors).toEqual([0]);
  });
});

test('prices are compared in logarithms, their errors as shares, whichever way is better', () => {
  const problem = problemOf({
    space: tiny,
    objectives: [
      { name: 'price', logarithmic: true },
      { name: 'gain', logarithmic: true, better: 'higher' },
    ],
    evaluate: () => ({ price: 1, gain: 1 }),
  });
  const { values, errors } = scaled(problem, { values: [100, -10], constraints: [], errors: [5, 2], blocks: 1 });
  expect(values).toEqual([Math.log(100), -Math.log(10)]);
  expect(errors).toEqual([0.05, 0.2]);
});

test('evidence that comes out of turn is judged once what lies before is there', () => {
  const problem = schaffer({ repeats: 3 });
  const outcome = (near: number) => ({ evidence: { near, far: 1, limit: 0 }, seconds: 0, at: 0, build: '' });
  const first = withOutcome(problem, trialOf(problem.space, 0, { x: 0, extra: 0 }, null), 1, outcome(4));
  expect(first.judged).toHaveLength(0);
  const both = withOutcome(problem, first, 0, outcome(2));
  expect(both.judged.map(({ values }) => values[0])).toEqual([2, 3]);
});

test('a trial of the front is complete with whatever evidence it has', async () => {
  const study = studyOf(schaffer({ noise: 0.01, repeats: 50 }), { budget: { trials: 20 } }, searchSamplers.random);
  const { trials, front } = foundOf(study, (await play(study)).state);
  expect(front.every(({ state, pieces }) => state === 'complete' && pieces < 50)).toBe(true);
  expect(trials.filter(({ state }) => state === 'pruned').length).toBe(trials.length - front.length);
});
