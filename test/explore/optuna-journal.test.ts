import { expect, test } from 'vitest';
import { foundOf } from '../../src/explore/found.ts';
import { optunaJournal } from '../../src/explore/optuna-journal.ts';
import { problemOf } from '../../src/explore/plain-problem.ts';
import { begin, step } from '../../src/explore/state.ts';
import { searchSamplers } from '../../src/search/index.ts';
import { play, studyOf } from './play.ts';

const problem = problemOf({
  space: [
    { kind: 'categorical', name: 'kind', values: ['plain', 'fine'] },
    { kind: 'real', name: 'rate', low: 0.001, high: 1, log: true, when: { variable: 'kind', among: ['fine'] } },
    { kind: 'ordered', name: 'size', values: [8, 16] },
  ],
  objectives: [{ name: 'gain', better: 'higher' }, 'price'],
  constraints: ['area'],
  repeats: 5,
  evaluate: ({ kind, rate = 0.5, size }) => ({
    gain: kind === 'plain' && size === 16 ? Number.NaN : (rate as number),
    price: size as number,
    area: (rate as number) - 0.8,
  }),
});
const study = studyOf(problem, { budget: { trials: 30 }, name: 'one' }, searchSamplers.random);
const { state, events } = await play(study);
const linesOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>);

test('a journal holds every trial once, in the operations that Optuna reads', () => {
  const lines = linesOf(optunaJournal(study, state));
  expect(lines.every(({ worker_id, op_code }) => worker_id === 'posterohm' && typeof op_code === 'number')).toBe(true);
  expect(lines[0]).toMatchObject({ op_code: 0, study_name: 'one', directions: [2, 1] });
  expect(lines[1]).toMatchObject({ op_code: 3, study_id: 0, system_attr: { 'study:metric_names': ['gain', 'price'] } });
  const { trials, front } = foundOf(study, state);
  const created = lines.filter(({ op_code }) => op_code === 4);
  expect(created).toHaveLength(trials.length);
  const fine = trials.find(({ point }) => point.kind === 'fine' && point.size === 16)!;
  expect(created[fine.number]).toMatchObject({
    params: { kind: 1, rate: fine.point.rate, size: 1 },
    distributions: {
      kind: '{"name":"CategoricalDistribution","attributes":{"choices":["plain","fine"]}}',
      rate: '{"name":"FloatDistribution","attributes":{"step":null,"low":0.001,"high":1,"log":true}}',
    },
  });
  const plain = trials.find(({ point }) => point.kind === 'plain')!;
  expect(Object.keys(created[plain.number]!.params as object)).toEqual(['kind', 'size']);
  const ends = lines.filter(({ op_code }) => op_code === 6);
  expect(new Set(ends.map(({ trial_id }) => trial_id)).size).toBe(ends.length);
  for (const { trial_id, state: code, values } of ends) {
    const trial = trials[trial_id as number]!;
    expect(code).toBe({ running: 0, complete: 1, pruned: 2, failed: 3 }[trial.state]);
    expect(values).toEqual(trial.failure ? null : [trial.values.gain, trial.values.price]);
    if (front.includes(trial)) expect(code).toBe(1);
  }
  expect(new Set(ends.map(({ state }) => state))).toEqual(new Set([1, 2, 3]));
  // Nothing is said of a trial once it has ended, for Optuna would not listen.
  for (const end of ends) {
    const later = lines.slice(lines.indexOf(end) + 1);
    expect(later.some(({ trial_id }) => trial_id === end.trial_id)).toBe(false);
  }
});

test('a journal of a study that goes on shows what is under way, and begins as before where trials end at once', () => {
  const at = events.findIndex(event => event.event === 'found') - 1;
  const early = linesOf(
    optunaJournal(
      study,
      events.slice(0, at + 1).reduce((s, e) => step(study, s, e), begin(study)),
    ),
  );
  expect(early.map(({ op_code }) => op_code)).toEqual([0, 3, 4]);
});

test('times are local, without a zone, in microseconds', () => {
  const asked = { ...events[0]!, at: new Date(2026, 1, 3, 4, 5, 6, 78).getTime() };
  const text = optunaJournal(study, step(study, begin(study), asked));
  expect(text).toContain('"datetime_start":"2026-02-03T04:05:06.078000"');
});
