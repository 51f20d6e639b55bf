import { describe, expect, test } from 'vitest';
import { check, InputError } from '../../src/base/index.ts';
import { constraintNames } from '../../src/explore/designs/judge.ts';
import { type Goals, goalsOf } from '../../src/explore/study-file/goals.ts';
import { studySchema } from '../../src/explore/study-file/schema.ts';
import { fieldsOf } from './moons.ts';

const goals = (
  objectives: unknown[],
  constraints: unknown[] = [],
  task: 'classification' | 'regression' = 'classification',
): Goals => goalsOf(check(studySchema, fieldsOf({ objectives, constraints })), task);

const linesOf = (work: () => unknown): string[] => {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) return error.message.split('\n');
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('objectives', () => {
  test('have the direction of their metric or price, and names that people read', () => {
    const { objectives } = goals([
      'nll',
      { metric: 'accuracy', at: '1 d', over: 'worst' },
      { metric: 'accuracy', at: '1 h', over: 'quantile' },
      { metric: 'nll', over: 'yield', passes: 0.3 },
    ]);
    expect(objectives.map(({ name, better, unit }) => [name, better, unit])).toEqual([
      ['nll', 'lower', 'nat'],
      ['accuracy after 1 d, worst chip', 'higher', '1'],
      ['accuracy after 1 h, kept by 90 % of chips', 'higher', '1'],
      ['nll, yield of at most 0.3 nat', 'higher', '1'],
    ]);
    const [price] = goals([{ price: 'energyPerDecision', reference: '2 uJ', atMost: '1 uJ' }]).objectives;
    expect(price).toMatchObject({ name: 'energyPerDecision', unit: 'J', better: 'lower', reference: 2e-6 });
    expect(goals(['throughput']).objectives[0]!.better).toBe('higher');
  });

  test('may have thresholds, which are constraints', () => {
    const found = goals(
      ['nll', { price: 'area', atMost: '2 mm2' }],
      [{ metric: 'accuracy', atLeast: 0.8, atMost: 0.9 }],
    );
    expect(constraintNames(found)).toEqual(['area at most 0.000002', 'accuracy at most 0.9', 'accuracy at least 0.8']);
  });

  test('that no stage makes, that have no direction or come twice are refused together', () => {
    const over = { metric: 'nll', over: 'quantile' };
    expect(
      linesOf(() =>
        goals(
          ['rmse', 'totalMean', 'nll', 'nll'],
          [{ metric: 'epistemicMean' }, { metric: 'nll', share: 0.5, atMost: 1 }, { ...over, passes: 2, atMost: 1 }],
        ),
      ),
    ).toEqual([
      expect.stringMatching(/^objectives\.0: 'rmse' is made by no stage; /),
      "objectives.1.metric: 'totalMean' is neither better when low nor when high; constrain its mean with atMost or atLeast, or take another metric.",
      "objectives.3: 'nll' is an objective already; leave one of them out.",
      'constraints.0: must say how much is allowed; add atMost or atLeast.',
      'constraints.1.share: belongs to a quantile; say over: quantile or leave it out.',
      'constraints.2.passes: belongs to a yield; say over: yield or leave it out.',
    ]);
    expect(linesOf(() => goals([{ metric: 'nll', over: 'yield' }]))).toEqual([
      'objectives.0.passes: is missing: the value that a chip must reach; add it.',
    ]);
    expect(linesOf(() => goals(['aurocUnseen']))[0]).toMatch(
      /'aurocUnseen' is about classes that are in no split to search on/,
    );
    expect(linesOf(() => goals([{ metric: 'nll', atMost: '1 uJ' }]))).toEqual([
      "objectives.0.atMost: must be a plain number, got '1 uJ'; leave out the unit.",
    ]);
    expect(linesOf(() => goals([{ price: 'area', atMost: '1 uJ' }]))[0]).toMatch(
      /^objectives\.0\.atMost: unknown unit 'uJ' of area/,
    );
  });
});

describe('constraints', () => {
  test('that contradict each other or lie outside of what can be are refused', () => {
    expect(
      linesOf(() =>
        goals(
          [{ price: 'energyPerDecision', atMost: '1 nJ' }],
          [
            { price: 'energyPerDecision', atLeast: '2 nJ' },
            { metric: 'accuracy', atLeast: 1.2 },
            { metric: 'nll', atMost: -1 },
            { metric: 'accuracy', at: '1 d', atLeast: 0.9, atMost: 0.8 },
            { metric: 'accuracy', over: 'worst', atMost: 0.5 },
          ],
        ),
      ),
    ).toEqual([
      "constraints.0.atLeast: 'energyPerDecision' cannot be at least 2e-9 and at most 1e-9; widen one of them.",
      "constraints.1.atLeast: 'accuracy' is never above 1, got 1.2; lower it.",
      "constraints.2.atMost: 'nll' is never below 0, got -1; raise it.",
      "constraints.3.atLeast: 'accuracy after 1 d' cannot be at least 0.9 and at most 0.8; widen one of them.",
    ]);
  });

  test('know the sign of the task', () => {
    expect(() => goals(['rmse'], [{ metric: 'nll', atMost: -1 }], 'regression')).not.toThrow();
  });
});
