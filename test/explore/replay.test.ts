import { expect, test } from 'vitest';
import type { StudyEvent } from '../../src/explore/events.ts';
import { headerOf } from '../../src/explore/header.ts';
import { replay } from '../../src/explore/replay.ts';
import { play, studyOf } from './play.ts';
import { schaffer } from './problems.ts';

const study = studyOf(schaffer({ noise: 0.3, repeats: 3 }), { budget: { trials: 20 } });
const { state, events } = await play(study);
const record: readonly StudyEvent[] = [headerOf(study, 0), ...events];
const at = (is: (event: StudyEvent) => boolean) => record.findIndex(is);
const asked = (rung: number) => at(event => event.event === 'asked' && event.rung === rung);

test('a replay of all events is the study', () => {
  expect(replay(study, record, 'study.jsonl')).toEqual(state);
});

test.each<[string, readonly StudyEvent[], RegExp]>([
  ['a missing request', record.toSpliced(asked(0), 1), /line 2 answers request 0, which was not asked for/],
  ['a request out of order', record.toSpliced(1, 0, record[3]!), /line 2 must be request 0, got 1/],
  ['a result twice', record.toSpliced(3, 0, record[2]!), /line 4 answers request 0 again/],
  ['a point that is none', [...record, { event: 'added', at: 0, point: { x: 9 } }], /adds no point of the space: x/],
  ['a second header', [...record, record[0]!], /begins another study/],
  ['a trial without a point', record.with(1, { ...record[1]!, point: undefined } as StudyEvent), /must give a point/],
  ['another point', record.with(1, { ...record[1]!, point: { x: 9 } } as StudyEvent), /holds no point of the space: x/],
  ['another trial', record.with(1, { ...record[1]!, trial: 1 } as StudyEvent), /must be trial 0, got 1/],
  [
    'evidence out of turn',
    record.with(asked(1), { ...record[asked(1)]!, rung: 2 } as StudyEvent),
    /asks for evidence out of turn/,
  ],
])('a record with %s is refused', (_, broken, why) => {
  expect(() => replay(study, broken, 'study.jsonl')).toThrow(why);
});
