import { describe, expect, test } from 'vitest';
import { jobOf } from '../../src/base/index.ts';
import { sharedOf } from '../../src/explore/baselines/search-baselines.ts';
import { missedIn } from '../../src/explore/designs/answer.ts';
import type { TrialFound } from '../../src/explore/found.ts';
import { study } from '../../src/explore/index.ts';
import { doubtsOf } from '../../src/report/study-verdict.ts';
import { random } from '../../src/search/index.ts';
import { schaffer } from './problems.ts';

/** Everything that a study says while it is searched. */
async function notesOf(problem: Parameters<typeof study>[0], reference?: Readonly<Record<string, number>>) {
  const notes: string[] = [];
  const job = { ...jobOf(), progress: (_share: number, note?: string) => void (note && notes.push(note)) };
  const found = await study(problem, { sampler: random, budget: { trials: 30 }, seed: 2, job, reference });
  return { found, last: notes.at(-1)! };
}

describe('what is said of a hypervolume', () => {
  test('is the same in the progress and in what was found, below the reference that is given', async () => {
    const own = await notesOf(schaffer());
    expect(own.last).toContain(`hypervolume ${own.found.hypervolume.toPrecision(4)}`);
    const wider = await notesOf(schaffer(), { near: 50, far: 50 });
    expect(wider.found.hypervolume).toBeGreaterThan(own.found.hypervolume + 100);
    expect(wider.last).toContain(`hypervolume ${wider.found.hypervolume.toPrecision(4)}`);
    expect(wider.found.reference).toEqual({ near: 50, far: 50 });
    // It decides nothing.
    expect(wider.found.trials.map(({ point }) => point)).toEqual(own.found.trials.map(({ point }) => point));
  });

  test('is the last word of a study that is stopped, with nothing under way any more', async () => {
    const stop = new AbortController();
    const problem = schaffer();
    const notes: string[] = [];
    const job = jobOf({ signal: stop.signal, progress: (_share, note) => void (note && notes.push(note)) });
    let evaluated = 0;
    const evaluate: typeof problem.evaluate = async (...given) => {
      if (++evaluated === 5) {
        stop.abort(new Error('enough'));
        throw new Error('cut short');
      }
      return problem.evaluate(...given);
    };
    const stopped = study({ ...problem, evaluate }, { sampler: random, budget: { trials: 30 }, seed: 2, job });
    await expect(stopped).rejects.toThrow();
    expect(notes.at(-1)).toMatch(/^4 results, \d+ trials, \d+ on the front, hypervolume/);
  });

  test('is nothing where pieces of work do not compete', async () => {
    const { last } = await notesOf({ ...schaffer(), pieces: true });
    expect(last).toBe('30 results');
  });
});

test('where nothing keeps the constraints, the commonest miss and the nearest design are told', () => {
  const trial = (number: number, constraints: Record<string, number>, state = 'complete') =>
    ({ number, constraints, state }) as unknown as TrialFound;
  const trials = [
    trial(0, { accuracy: 0.5, energy: -1 }),
    trial(1, { accuracy: 0.1, energy: 0.1 }),
    trial(2, { accuracy: -0.2, energy: 0.15 }),
    trial(3, { accuracy: 0.3, energy: -1 }),
    trial(4, {}, 'failed'),
  ];
  expect(missedIn({ front: [], trials })).toEqual({
    constraint: 'accuracy',
    by: 3,
    of: 4,
    nearest: { trial: 2, constraint: 'energy', excess: 0.15 },
  });
  expect(missedIn({ front: [trials[0]!], trials })).toBeNull();
  expect(missedIn({ front: [], trials: [] })).toBeNull();
});

test('constants of prices are spoken of where prices count alone', () => {
  const verdict = { word: 'digital', sentence: '', probability: 0.1, baseline: null, against: [], quality: null };
  expect(doubtsOf({ ...verdict, flip: null, priced: true })).toHaveLength(2);
  expect(doubtsOf({ ...verdict, flip: null, priced: false })).toHaveLength(1);
});

test('baselines may have a share of a budget, at least one of what is counted', () => {
  const still = { trials: 50, gain: 0.01 };
  expect(sharedOf({ trials: 60, trainings: 3, time: 100, still }, 0.25)).toEqual({
    trials: 15,
    trainings: 1,
    time: 25,
    still,
  });
  expect(sharedOf({ trials: 60 }, 1)).toEqual({ trials: 60 });
});
