import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { check, InputError, quantity, refuse } from '../../src/base/index.ts';

const faultsOf = (schema: z.ZodType, value: unknown) => {
  try {
    check(schema, value, 'f.yaml');
  } catch (error) {
    if (error instanceof InputError) return error.faults;
    throw error;
  }
  return [];
};

const schema = z.strictObject({
  rows: z.number().int().min(1).describe('Word lines.'),
  gMax: quantity('conductance').optional(),
  method: z.enum(['nuts', 'map']).default('map'),
  names: z.array(z.string()).min(2).optional(),
});

describe('check', () => {
  test('fills defaults and reads units', () => {
    expect(check(schema, { rows: 2, gMax: '25e-6 S' })).toEqual({ rows: 2, gMax: 25e-6, method: 'map' });
  });

  test('tells every fault with path, rule, value and the nearest name', () => {
    const value = { rows: 0, gMax: '-1 S', method: 'nutz', names: ['a'], row: 3, column: 4 };
    const known = 'known: rows, gMax, method, names';
    expect(faultsOf(schema, value)).toEqual([
      { file: 'f.yaml', path: ['rows'], rule: 'must be at least 1', value: 0 },
      { file: 'f.yaml', path: ['gMax'], rule: 'must be positive', value: '-1 S' },
      {
        file: 'f.yaml',
        path: ['method'],
        rule: "unknown name 'nutz'",
        value: 'nutz',
        hint: "did you mean 'nuts'? Known: nuts, map",
      },
      { file: 'f.yaml', path: ['names'], rule: 'must have at least 2 entries', value: 1 },
      { file: 'f.yaml', path: [], rule: "unknown field 'row'", hint: "did you mean 'rows'?" },
      { file: 'f.yaml', path: [], rule: "unknown field 'column'", hint: known },
    ]);
  });

  test('says what a missing field is', () => {
    expect(() => check(schema, {}, 'f.yaml')).toThrow('f.yaml: rows: is missing (Word lines).');
    expect(() => check(schema, 3)).toThrow(/^must have fields \(rows, gMax, method, names\), got 3\.$/);
  });
});

describe('of a union', () => {
  const named = z.union([
    z.strictObject({ polynomial: z.array(z.number()) }),
    z.strictObject({ table: z.string() }),
    z.strictObject({ g: z.number(), values: z.number() }),
  ]);
  const curve = z.union([z.union([z.number(), named]), z.strictObject({ times: z.array(z.number()) })]);
  const shape = z.strictObject({
    curve: curve.optional(),
    bits: z.union([z.number(), z.literal('ideal')]).optional(),
    prior: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('gaussian'), std: z.number().positive() }),
        z.strictObject({ kind: z.literal('laplace'), scale: z.number() }),
      ])
      .optional(),
  });
  const texts = (value: unknown) => faultsOf(shape, value).map(({ path, rule }) => `${path.join('.')}: ${rule}`);

  test.each([
    [{ curve: { table: 3 } }, ['curve.table: must be a text']],
    [{ curve: { times: [1, 'x'] } }, ['curve.times.1: must be a number']],
    [
      { curve: { polynomial: [1, 'x', 'y'] } },
      ['curve.polynomial.1: must be a number', 'curve.polynomial.2: must be a number'],
    ],
    [{ curve: { g: 'x', values: 'y' } }, ['curve.g: must be a number', 'curve.values: must be a number']],
    [{ curve: true }, ['curve: must be a number']],
    [{ bits: 'idael' }, ["bits: unknown name 'idael'"]],
    [
      { prior: { kind: 'gaussian', std: -1, scale: 2 } },
      ['prior.std: must be more than 0', "prior: unknown field 'scale'"],
    ],
    [{ prior: { kind: 'gausian' } }, ["prior.kind: unknown name 'gausian'"]],
    [{ prior: {} }, ['prior.kind: is missing']],
  ])('%j it tells the faults of the nearest alternative', (value, expected) => {
    expect(texts(value)).toEqual(expected);
  });

  test('names and a number may both stand', () => {
    expect(() => check(shape, { bits: 'idael' })).toThrow("did you mean 'ideal'? Known: ideal, or a number.");
    expect(() => check(shape, { prior: { kind: 'laplace', std: 1, scale: 1 } })).toThrow('known: kind, scale.');
  });
});

test('faults that a schema refuses with keep their parts below the path of the field', () => {
  const even = z.number().transform((value, context) => {
    try {
      if (value % 2 === 0) return value;
      throw new InputError({ path: ['half'], rule: 'must be whole', value: value / 2, hint: 'double it' });
    } catch (error) {
      return refuse(context, error);
    }
  });
  expect(faultsOf(z.object({ a: z.array(even) }), { a: [2, 3] })).toEqual([
    { file: 'f.yaml', path: ['a', 1, 'half'], rule: 'must be whole', value: 1.5, hint: 'double it' },
  ]);
  const broken = z.number().transform((_, context) => refuse(context, new TypeError('ours')));
  expect(() => check(broken, 1)).toThrow(TypeError);
});
