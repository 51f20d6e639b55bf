import { describe, expect, test } from 'vitest';
import { discriminatorOf, namesOf, shortHelp } from '../../studio/form/schema.ts';
import { rangeOf, withValue, written } from '../../studio/form/text.ts';

const text = '# Two moons.\ndata: { source: two-moons, train: 64 } # few\nseed: 3\n';

describe('a field of the form changes the text', () => {
  test('at its place, and leaves comments and all else alone', () => {
    expect(withValue(text, ['seed'], 4)).toBe(text.replace('3', '4'));
    expect(withValue(text, ['data', 'train'], 128)).toBe(text.replace('64', '128'));
    expect(withValue(text, ['hardware', 'array', 'rows'], 32)).toBe(`${text}hardware:\n  array:\n    rows: 32\n`);
    expect(withValue(text, ['seed'], undefined)).toBe(text.replace('seed: 3\n', ''));
  });

  test('with lists and records of a section in a line, and sections in lines of their own', () => {
    expect(withValue(text, ['evaluate', 'times'], ['1 h', '1 d'])).toBe(`${text}evaluate:\n  times: [ 1 h, 1 d ]\n`);
    expect(withValue(text, ['network'], { layers: ['dense 2'] })).toBe(`${text}network:\n  layers:\n    - dense 2\n`);
  });

  test('also where there is none yet', () => {
    expect(withValue('', ['seed'], 1)).toBe('seed: 1\n');
    expect(withValue('# mine\n', ['seed'], 1)).toBe('# mine\n\nseed: 1\n');
  });

  test('and shows its value in a line', () => {
    expect(written(['dense 2', { a: 1 }])).toBe('[ dense 2, { a: 1 } ]');
    expect(written(undefined)).toBe('');
  });
});

test('what is wrong stands at its value, or at the nearest around it', () => {
  const at = (path: (string | number)[]) => text.slice(...rangeOf(text, path));
  expect(at(['data', 'train'])).toBe('64');
  expect(at(['data', 'noise'])).toBe('{ source: two-moons, train: 64 }');
  expect(at(['network'])).toBe('# Two moons.');
});

describe('a schema', () => {
  test('says what tells its alternatives apart', () => {
    const one = (kind: string) => ({ properties: { common: {}, kind: { const: kind } } });
    expect(discriminatorOf({ oneOf: [one('a'), one('b')] })).toBe('kind');
    expect(discriminatorOf({ oneOf: [one('a'), { properties: { common: {} } }] })).toBeUndefined();
    expect(discriminatorOf({})).toBeUndefined();
  });

  test('says which names there are', () => {
    expect(namesOf({ enum: ['a', 'b'] })).toEqual(['a', 'b']);
    expect(namesOf({ type: 'boolean' })).toEqual([true, false]);
    expect(namesOf({ anyOf: [{ const: 1 }, { const: 2 }] })).toEqual([1, 2]);
    expect(namesOf({ anyOf: [{ const: 1 }, { type: 'number' }] })).toBeUndefined();
  });

  test('has a first sentence', () => {
    expect(shortHelp({ description: 'Bits of inputs; 8 by default. More cost more.' })).toBe('Bits of inputs.');
    expect(shortHelp({})).toBe('');
  });
});
