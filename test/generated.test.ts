import { expect, test } from 'vitest';
import { stale } from '../scripts/generate.mjs';

test('generated files are those that the sources give (npm run generate renews them)', async () => {
  expect((await stale()).map(([path]) => path)).toEqual([]);
}, 600_000);
