import { expect, test } from 'vitest';
import { ago, brief, lasting, shown } from '../../studio/ui/format.ts';

test('times are told in words', () => {
  const then = (seconds: number) => ago(0, 1000 * seconds);
  expect([59, 60, 119, 7200, 86400, 200000].map(then)).toEqual([
    'just now',
    '1 minute ago',
    '1 minute ago',
    '2 hours ago',
    '1 day ago',
    '2 days ago',
  ]);
  expect(ago(1000, 0)).toBe('just now');
});

test('durations have two of their units', () => {
  expect([0.44, 9.96, 42.4, 200, 3600, 7500].map(lasting)).toEqual([
    '0.4 s',
    '10 s',
    '42 s',
    '3 min 20 s',
    '1 h 0 min',
    '2 h 5 min',
  ]);
});

test('numbers have three digits and a minus sign', () => {
  expect([shown(-0.012345), shown(1234), shown(2)]).toEqual(['−0.0123', '1230', '2']);
});

test('a run in a line has what says most of its task, and a dash for what is not known', () => {
  const run = { path: 'a', name: 'a', state: 'evaluated', changed: 0, variants: 0, report: true } as const;
  const side = { nll: { mean: 0.12345 }, rmse: { mean: Number.NaN }, accuracy: { mean: 0.97 } };
  const metrics = { software: side, hardware: side, deterministic: side };
  expect(brief({ ...run, metrics, task: 'regression' })).toBe(
    'NLL 0.123 on chips, 0.123 in software · RMSE – on chips, – in software',
  );
  expect(brief({ ...run, metrics, task: 'classification' })).toMatch(/^accuracy 0\.97 on chips.* · NLL [^·]*$/);
  expect(brief(run)).toBe('');
});
