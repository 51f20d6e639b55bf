import { test } from 'vitest';
import { conformalTimesHeld, expectNearly95, timesHeld } from '../uncertainty/row-coverage.ts';

test.each([
  ['mce', 0.1, 300, 1],
  ['mce', 0.3, 300, 1],
  ['mce', 0.1, 600, 4],
  ['mce', 0.3, 600, 4],
  ['fpr95Error', 0.1, 300, 1],
  ['fpr95Error', 0.1, 600, 3],
  ['fpr95Error', 0.3, 600, 3],
] as const)(
  '95 %% intervals of %s hold the truth where confidence is %s too high, of %s rows in blocks of %s',
  (name, gap, rows, perBlock) => {
    expectNearly95(timesHeld(name, gap, rows, perBlock));
  },
);

test('95 % intervals of conformalSize, which hangs on the rows held back, hold the truth', () => {
  expectNearly95(conformalTimesHeld('conformalSize'));
});
