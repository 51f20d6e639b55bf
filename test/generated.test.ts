import { expect, test } from 'vitest';
import { stale, withSortedUnions } from '../scripts/generate.mjs';

test('generated files are those that the sources give (npm run generate renews them)', async () => {
  expect((await stale()).map(([path]) => path)).toEqual([]);
}, 600_000);

test.each([
  ['type Task = "b" | "a | c" | null | "A"', 'type Task = "A" | "a | c" | "b" | null'],
  ['const f: (x: string | number) => b | a[]', 'const f: (x: number | string) => a[] | b'],
  ['type T<K extends z | y = z> = (K | undefined | a)[]', 'type T<K extends y | z = z> = (K | a | undefined)[]'],
  ['type U = { k: "b"; n: 2 | 1; } | { k: "a"; }', 'type U = { k: "a"; } | { k: "b"; n: 1 | 2; }'],
])('the list of what is exported does not say in which order the compiler met members: %s', (found, shown) => {
  expect(withSortedUnions(found)).toBe(shown);
});
