import { expect, test } from 'vitest';
import { csvOf } from '../../src/report/figure.ts';

test('numbers have six digits, texts are quoted where they must be, and what is missing stays empty', () => {
  const { csv, oneIn } = csvOf({
    columns: ['name', 'a, "b"'],
    rows: [
      ['x\ny', 1 / 3],
      ['z', undefined],
      ['n', Number.NaN],
      ['small', 1.25e-9],
    ],
  });
  expect(csv).toBe('name,"a, ""b"""\r\n"x\ny",0.333333\r\nz,\r\nn,\r\nsmall,1.25e-9\r\n');
  expect(oneIn).toBe(1);
});

test('more than twenty thousand rows are taken evenly', () => {
  const rows = Array.from({ length: 50_000 }, (_, i) => [i]);
  const { csv, oneIn } = csvOf({ columns: ['i'], rows });
  expect(oneIn).toBe(3);
  const lines = csv.trimEnd().split('\r\n');
  expect(lines).toHaveLength(1 + Math.ceil(50_000 / 3));
  expect(lines.slice(1, 4)).toEqual(['0', '3', '6']);
});
