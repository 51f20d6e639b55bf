import { describe, expect, test } from 'vitest';
import { frontOfTrials, hypervolumeOfTrials, lastOf } from '../../src/explore/comparison.ts';
import { next } from '../../src/explore/next.ts';
import { problemOf } from '../../src/explore/plain-problem.ts';
import { begin, step, trialsNow } from '../../src/explore/state.ts';
import { searchSamplers } from '../../src/search/index.ts';
import { asksOf, play, studyOf } from './play.ts';
import { schaffer, tiny } from './problems.ts';

const { gp, nsga2, random, sobol, tpe } = searchSamplers;
const noisy = { noise: 0.3, repeats: 6 };

describe('a study', () => {
  test.each([nsga2, tpe, gp])('is the same with one process or five, whoever is first: $name', async sampler => {
    const study = studyOf(schaffer(noisy), { budget: { trials: 40 }, seed: 3 }, sampler);
    const one = await play(study);
    for (const luck of [1, 2]) {
      const five = await play(study, { workers: 5, luck });
      expect(asksOf(five)).toEqual(asksOf(one));
      expect(trialsNow(study, five.state)).toEqual(trialsNow(study, one.state));
      expect(five.state.sampler).toEqual(one.state.sampler);
    }
    const others = await play(studyOf(schaffer(noisy), { budget: { trials: 40 }, seed: 4 }, sampler));
    expect(asksOf(others)).not.toEqual(asksOf(one));
  });

  test('tries what the user adds next, beside its budget', async () => {
    const study = studyOf(schaffer(noisy), { budget: { trials: 12 }, seed: 3 });
    const whole = await play(study);
    const points = [
      { x: 0.125, extra: 2 },
      { x: 0.25, extra: 1 },
    ];
    const add = (state: typeof whole.state) =>
      points.reduce((before, point) => step(study, before, { event: 'added', at: 0, point }), state);
    const purposes = ({ state: { requests } }: typeof whole) => requests.map(({ purpose }) => purpose);
    const after = await play(study, { start: add(whole.state) });
    expect(after.ending).toBe('trials');
    expect(purposes(after)).toEqual([...purposes(whole), 'added', 'added']);
    expect(after.state.trials.slice(-2).map(({ point }) => point)).toEqual(points);
    // At once where the search goes on, and the budget is spent all the same.
    const early = await play(study, { start: add(begin(study)), workers: 3, luck: 1 });
    expect(purposes(early).slice(0, 3)).toEqual(['added', 'added', 'new']);
    expect(early.state.requests).toHaveLength(14);
  });

  test('sees no result inside its window, and every one before it', async () => {
    const study = studyOf(schaffer(), { budget: { trials: 30 }, window: 3 });
    const { events } = await play(study, { workers: 4, luck: 5 });
    let state = begin(study);
    for (const event of events) {
      if (event.event === 'asked') {
        const before = Math.max(0, event.request - 3);
        expect(state.seen).toEqual(Array.from({ length: before }, (_, i) => i));
        expect(state.trials.filter(({ levels }) => levels.length > 0)).toHaveLength(before);
      }
      state = step(study, state, event);
    }
  });

  test('waits for the results that it has to look at', () => {
    const study = studyOf(schaffer(), { budget: { trials: 30 }, window: 2 });
    let state = begin(study);
    const found = (request: number, near = 1) => {
      const evidence = { near, far: 1, limit: 0 };
      state = step(study, state, { event: 'found', at: 0, request, seconds: 0, evidence });
    };
    for (let request = 0; request < 3; request++) {
      const { ask } = next(study, state) as Extract<ReturnType<typeof next>, { ask: object }>;
      state = step(study, state, { event: 'asked', at: 0, request, ...ask, design: null });
    }
    expect(next(study, state)).toBe('wait');
    found(2);
    expect(next(study, state)).toBe('wait');
    found(0);
    expect(next(study, state)).toHaveProperty('ask');
    // A result that comes twice counts once.
    const before = state;
    found(0, 2);
    expect(state).toEqual(before);
  });

  test('sees results as they arrive where told to', async () => {
    const study = studyOf(schaffer(), { budget: { trials: 40 }, order: 'arrival' });
    const [a, b] = [await play(study, { workers: 5, luck: 1 }), await play(study, { workers: 5, luck: 2 })];
    expect(asksOf(a)).not.toEqual(asksOf(b));
    expect(new Set(a.state.seen).size).toBe(40);
    expect(a.events.reduce((state, event) => step(study, state, event), begin(study))).toEqual(a.state);
  });

  test('tries the given points first', async () => {
    const first = [
      { x: 0.5, extra: 0 },
      { x: 0.25, extra: 1 },
    ];
    const study = studyOf(schaffer(), { budget: { trials: 5 }, first });
    const { state } = await play(study);
    expect(state.trials.slice(0, 2).map(({ point }) => point)).toEqual(first);
    expect(new Set(state.trials.map(({ point }) => JSON.stringify(point))).size).toBe(5);
  });

  test('fails where evidence says no number, and goes on', async () => {
    const problem = problemOf({
      space: schaffer().space,
      objectives: ['near', { name: 'price', logarithmic: true }],
      evaluate: ({ x }) => ({ near: x as number, price: (x as number) < 0 ? -1 : Math.exp(x as number) }),
    });
    const study = studyOf(problem, { budget: { trials: 40 } }, tpe);
    const trials = trialsNow(study, (await play(study)).state);
    const failed = trials.filter(({ failure }) => failure);
    expect(failed.length).toBeGreaterThan(3);
    for (const { point, failure } of failed) {
      expect(point.x).toBeLessThan(0);
      expect(failure).toEqual({ reason: 'value', error: "objective 'price' must be a positive number, got -1" });
    }
    for (const trial of trials.filter(({ failure }) => !failure)) {
      // The price is compared by ratios.
      expect(lastOf(trial).values[1]).toBeCloseTo(trial.point.x as number, 12);
    }
    expect(frontOfTrials(trials).every(number => !trials[number]!.failure)).toBe(true);
  });
});

test('a sampler is asked by number, repeated points counted, and told what is running and no more', async () => {
  const asked: { number: number; running: number }[] = [];
  const spy: typeof random = {
    ...random,
    ask(key, state, number, running) {
      asked.push({ number, running: running.length });
      return random.ask(key, state, number, running);
    },
  };
  const problem = problemOf({
    space: tiny,
    objectives: ['n'],
    repeats: 20,
    evaluate: ({ n, kind }) => ({ n: kind === 'a' ? Number.NaN : (n as number) }),
  });
  const { state } = await play(studyOf(problem, { budget: { trials: 40 }, halving: 50, window: 2 }, spy));
  expect(asked.map(({ number }) => number)).toEqual(asked.map((_, i) => i));
  expect(asked.length).toBeGreaterThan(20);
  expect(asked.slice(0, 3).map(({ running }) => running)).toEqual([0, 1, 2]);
  expect(Math.max(...asked.map(({ running }) => running))).toBe(2);
  // What failed gets no more evidence than was asked for before that was seen.
  for (const { failure, asked: pieces } of state.trials) if (failure) expect(pieces).toBeLessThan(4);
});

describe('evidence', () => {
  test('goes to one in three of each rung, the best of it', async () => {
    const study = studyOf(schaffer(noisy), { budget: { trials: 200 }, window: 0 }, random);
    const { state, events } = await play(study);
    const searching = events.filter(event => event.event === 'asked').slice(0, 160);
    const perRung = [0, 1, 2, 3].map(rung => searching.filter(event => event.rung === rung).length);
    for (const [rung, count] of perRung.slice(1).entries()) expect(count).toBeLessThan(0.45 * perRung[rung]!);
    expect(perRung[1]).toBeGreaterThan(30);
    expect(perRung[3]).toBeGreaterThan(1);
    const worth = (least: number) => {
      const own = state.trials.filter(({ levels }) => levels.length > least).map(({ point }) => point);
      return own.reduce((sum, { x, extra }) => sum + (x as number) ** 2 + (extra as number), 0) / own.length;
    };
    expect(worth(0)).toBeGreaterThan(3);
    expect(worth(1)).toBeLessThan(0.7 * worth(0));
    expect(worth(2)).toBeLessThan(0.7 * worth(1));
  });

  test('of a point that comes back grows, and another takes the place of one that needs no more', async () => {
    const problem = (repeats: number) =>
      problemOf({ space: tiny, objectives: ['n'], repeats, evaluate: ({ n }) => ({ n: n as number }) });
    const repeated = await play(studyOf(problem(4), { budget: { trials: 60 }, halving: 100 }, random));
    expect(repeated.state.trials).toHaveLength(6);
    expect(repeated.ending).toBe('exhausted');
    expect(repeated.state.requests).toHaveLength(24);
    const once = await play(studyOf(problem(1), { budget: { trials: 60 } }, sobol));
    expect(once.ending).toBe('exhausted');
    expect(once.state.requests).toHaveLength(6);
  });

  test('is compared on what two trials share', () => {
    const { problem } = studyOf(schaffer({ repeats: 2 }), { budget: { trials: 1 } });
    const trial = (number: number, ...near: number[]) => {
      const evidence = near.map(value => ({ near: value, far: value, limit: -1 }));
      const judged = evidence.map((_, r) => problem.judge({}, evidence.slice(0, r + 1)));
      return { number, point: {}, design: null, label: '', asked: near.length, evidence, judged, levels: judged };
    };
    // Its mean of 3 is worse than 2, but what was measured first was better.
    const trials = [trial(0, 1, 5), trial(1, 2)];
    expect(frontOfTrials(trials)).toEqual([0]);
    expect(hypervolumeOfTrials(trials, [4, 4])).toBe(1);
    expect(frontOfTrials([trial(0, 1, 5), trial(1, 2, 2)])).toEqual([1]);
  });

  test('of the last fifth goes where the front hangs on it', async () => {
    const study = studyOf(schaffer(noisy), { budget: { trials: 100 }, window: 2 }, sobol);
    const { events, state } = await play(study);
    const asked = events.filter(event => event.event === 'asked');
    expect(asked.findIndex(({ purpose }) => purpose === 'finish')).toBe(80);
    const late = asked.slice(80);
    expect(late.every(({ purpose }) => purpose === 'finish')).toBe(true);
    const hard = late.filter(({ trial }) => {
      const { x, extra } = state.trials[trial]!.point;
      return extra === 0 && (x as number) > -0.3 && (x as number) < 1.5;
    });
    expect(hard.length).toBeGreaterThan(16);
    const exact = await play(studyOf(schaffer(), { budget: { trials: 100 } }, sobol));
    expect(exact.state.trials).toHaveLength(100);
  });
});

describe('an end', () => {
  test('comes when the hypervolume stands still', async () => {
    const study = studyOf(schaffer(), { budget: { still: { trials: 30, gain: 0.02 } } }, nsga2);
    const { state, ending } = await play(study, { workers: 3 });
    expect(ending).toBe('still');
    expect(state.requests.length).toBeGreaterThan(40);
    expect(state.requests.length).toBeLessThan(400);
    const shorter = studyOf(schaffer(), { budget: { still: { trials: 10, gain: 0.02 } } }, nsga2);
    expect((await play(shorter)).state.requests.length).toBeLessThan(state.requests.length);
  });

  test('and a finish that time decided hold from their request on, until the budget is another', () => {
    const study = studyOf(schaffer(noisy), { budget: { time: 60 } });
    let state = begin(study);
    state = step(study, state, { event: 'decided', at: 0, what: 'end', from: 0 });
    expect(next(study, state)).toEqual({ done: 'time' });
    state = step(study, state, { event: 'budget', at: 0, from: 0, budget: { time: 90 } });
    expect(next(study, state)).toHaveProperty('ask');
  });
});
