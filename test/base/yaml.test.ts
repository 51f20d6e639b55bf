import { expect, test } from 'vitest';
import { InputError, parseYaml } from '../../src/base/index.ts';

const levels = 100_000;
const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
  .concat([...'bcdefgh'].map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`)}]`))
  .join('\n');
const [open, close] = ['['.repeat(150), ']'.repeat(150)];
const chain = Array.from({ length: 10 }, (_, i) => `k${i}: &a${i} ${open}${i > 0 ? `*a${i - 1}` : 1}${close}`).join(
  '\n',
);

test.each([
  ['brackets without end', '{ data: [', /^f\.yaml: is not valid YAML: .* at line 1, column \d+\.$/],
  ['a fault further down', 'a: 1\nb: [1,\nc: 2', /at line 3, column \d+\.$/],
  ['many brackets', '['.repeat(levels) + ']'.repeat(levels), /^f\.yaml: is nested too deeply to be read; /],
  ['many braces', `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`, /^f\.yaml: is nested too deeply to be read; /],
  ['many open brackets', '['.repeat(levels), /^f\.yaml: is n/],
  ['many dashes', `${'- '.repeat(levels)}1`, /^f\.yaml: is nested too deeply to be read; /],
  ['a chain of aliases', chain, /^f\.yaml: Excessive alias count .*; write the values out\.$/],
  ['an alias of nothing', 'a: *nothing', /^f\.yaml: Unresolved alias .*nothing.*; write the values out\.$/],
  [
    'an alias inside what it names',
    'a: &a [1, *a]',
    /^f\.yaml: an alias stands inside what it names; write the values out\.$/,
  ],
  ['aliases of aliases', bomb, /^f\.yaml: Excessive alias count .*; write the values out\.$/],
  ['a key twice', 'a: 1\na: 2', /^f\.yaml: is not valid YAML: Map keys must be unique at line 2, column 1\.$/],
])('%s are a fault of the file', (_, text, message) => {
  try {
    parseYaml(text, 'f.yaml');
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toMatch(message);
    expect((error as InputError).faults).toHaveLength(1);
    expect((error as InputError).faults[0]!.file).toBe('f.yaml');
  }
});

test('aliases stand for what they name', () => {
  expect(parseYaml('a: &x { b: 1 }\nc: *x', 'f.yaml')).toEqual({ a: { b: 1 }, c: { b: 1 } });
  expect(parseYaml('{"a": [1, "2"]}', 'f.json')).toEqual({ a: [1, '2'] });
});
