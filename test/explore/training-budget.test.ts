import { describe, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { designProblem } from '../../src/explore/designs/design-problem.ts';
import type { Problem } from '../../src/explore/problem.ts';
import { begin, step } from '../../src/explore/state.ts';
import { withoutTraining } from '../../src/explore/training-budget.ts';
import { trialOf } from '../../src/explore/trial.ts';
import { keyOf } from '../../src/random/index.ts';
import { type Point, searchSamplers, spaceOf } from '../../src/search/index.ts';
import { designsOf } from './moons.ts';
import { asksOf, play, studyOf } from './play.ts';
import { schaffer } from './problems.ts';

/** Points of one method and width are trained once; samples and rows cost no training, and some points cannot be. */
const trained: Problem = {
  ...schaffer({ repeats: 3 }),
  space: spaceOf([
    { kind: 'categorical', name: 'method', values: ['a', 'b'] },
    { kind: 'integer', name: 'width', low: 1, high: 9 },
    { kind: 'real', name: 'x', low: -2, high: 3 },
    { kind: 'real', name: 'share', low: 0, high: 1, when: { variable: 'method', among: ['b'] } },
    { kind: 'categorical', name: 'entropy', values: ['frozen', 'read'] },
    { kind: 'integer', name: 'pace', low: 1, high: 5, when: { variable: 'entropy', among: ['read'] } },
  ]),
  training: ({ method, width, share }) => (width === 9 ? undefined : `${method} ${width} ${share ?? ''}`),
  evaluate: ({ point: { x, width } }) =>
    Promise.resolve({ near: (x as number) ** 2 + (width as number), far: ((x as number) - 1) ** 2, limit: -1 }),
};

const namesOf = (points: readonly (Record<string, unknown> | undefined)[]) =>
  new Set(points.flatMap(point => (point ? (trained.training!(point as never) ?? []) : [])));

describe('a budget of trainings', () => {
  test('is never exceeded, and what needs none of them is asked for until something else ends the study', async () => {
    for (const sampler of [searchSamplers.nsga2, searchSamplers.tpe, searchSamplers.random]) {
      const study = studyOf(trained, { budget: { trials: 60, trainings: 5 }, seed: 2 }, sampler);
      const one = await play(study);
      expect(one.ending).toBe('trials');
      const points = one.state.trials.map(({ point }) => point);
      expect(namesOf(points).size).toBe(5);
      // Far more designs than trainings, all different.
      expect(new Set(one.state.trials.map(({ label }) => label)).size).toBe(points.length);
      expect(points.length).toBeGreaterThan(20);
      const five = await play(study, { workers: 5, luck: 3 });
      expect(asksOf(five)).toEqual(asksOf(one));
      expect(one.events.reduce((state, event) => step(study, state, event), begin(study))).toEqual(one.state);
    }
  });

  test('ends the study where nothing else does', async () => {
    const { state, ending } = await play(studyOf(trained, { budget: { trainings: 4 } }));
    expect(ending).toBe('trainings');
    expect(namesOf(state.trials.map(({ point }) => point)).size).toBe(4);
  });

  test('is refused where nothing is trained', () => {
    expect(() => begin(studyOf(schaffer(), { budget: { trainings: 4 } }))).toThrow(
      'budget.trainings: is for problems whose points are trained, got 4; say trials, time or still.',
    );
  });
});

describe('the point that needs no training', () => {
  const { space } = trained;
  const points: Point[] = [
    { method: 'a', width: 2, x: 0, entropy: 'frozen' },
    { method: 'b', width: 3, x: 1, share: 0.5, entropy: 'frozen' },
  ];
  const trials = points.map((point, number) => trialOf(space, number, point, null));
  const asked = new Set(['a 2 ', 'b 3 0.5']);
  const near = (wish: Record<string, number | string>) => withoutTraining(trained, trials, asked, wish);

  test('is the wish itself where it needs none', () => {
    const wish = { method: 'a', width: 2, x: 2, entropy: 'frozen' };
    expect(near(wish)).toBe(wish);
    const impossible = { method: 'a', width: 9, x: 2, entropy: 'frozen' };
    expect(near(impossible)).toBe(impossible);
  });

  test('is the nearest trial with the values of the wish that leave its training the same', () => {
    expect(near({ method: 'b', width: 4, x: 2, share: 0.1, entropy: 'read', pace: 3 })).toEqual({
      method: 'b',
      width: 3,
      x: 2,
      share: 0.5,
      entropy: 'read',
      pace: 3,
    });
    expect(near({ method: 'a', width: 4, x: 2, entropy: 'frozen' })).toEqual({
      method: 'a',
      width: 2,
      x: 2,
      entropy: 'frozen',
    });
  });

  test('is none where all trials failed', () => {
    const failed = trials.map(trial => ({ ...trial, failure: { reason: 'error' as const, error: 'it burnt' } }));
    expect(withoutTraining(trained, failed, asked, { method: 'a', width: 4, x: 2, entropy: 'frozen' })).toBeUndefined();
  });
});

test('designs name the training that their evidence comes from, and none where they cannot exist', async () => {
  const designs = await designsOf({
    variables: {
      'network.layers.0.width': { ordered: [2, 4] },
      'hardware.outputBits': { integer: [3, 8] },
      'hardware.array.count': { ordered: [1, 100] },
    },
  });
  const problem = designProblem(designs);
  const point = { 'network.layers.0.width': 2, 'hardware.outputBits': 4, 'hardware.array.count': 100 };
  const { trained: by } = (await problem.evaluate({ number: 0, trial: 0, point, rung: 0, key: keyOf(0) }, jobOf())) as {
    trained: string;
  };
  expect(problem.training!(point)).toBe(by);
  expect(problem.training!({ ...point, 'hardware.outputBits': 8 })).toBe(by);
  expect(problem.training!({ ...point, 'network.layers.0.width': 4 })).not.toBe(by);
  expect(problem.training!({ ...point, 'network.layers.0.width': 0 })).toBeUndefined();
});
