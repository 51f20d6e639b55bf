import { expect, test } from 'vitest';
import { formatBytes, parseBytes } from '../../src/base/index.ts';

test('numbers of bytes are read with decimal and binary units', () => {
  expect(['20GB', '1.5 GiB', '4096', '2 kb', '1e3B'].map(text => parseBytes(text, '--limit'))).toEqual([
    20e9,
    1.5 * 2 ** 30,
    4096,
    2000,
    1000,
  ]);
  for (const text of ['', '0', '-1', 'GB', '1 QB', '1.2.3 MB', '1e400']) {
    expect(() => parseBytes(text, '--limit')).toThrow(/^--limit: must be a positive number of bytes/);
  }
});

test('and told in three digits', () => {
  expect([0, 999, 1000, 999_400, 999_600, 4.2e9, 2 ** 40].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '999 kB',
    '1 MB',
    '4.2 GB',
    '1.1 TB',
  ]);
});
