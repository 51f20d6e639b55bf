import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cannotWrite, type Fault, InputError, insist, lookUp, together, within } from '../../src/base/index.ts';

const fault = fc.record(
  {
    file: fc.string(),
    path: fc.array(fc.oneof(fc.string(), fc.nat())),
    rule: fc.string(),
    value: fc.anything({ withBigInt: true, withSparseArray: true, withTypedArray: true }),
    hint: fc.string(),
  },
  { requiredKeys: ['path', 'rule'] },
) as fc.Arbitrary<Fault>;

const thrown = (work: () => unknown): InputError => {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) return error;
  }
  throw new Error('threw no InputError');
};

describe('an InputError', () => {
  test('says file, path, rule, value and way out in one line per fault', () => {
    const rows = { path: ['hardware', 'array', 'rows'], rule: 'must be at least 1', value: 0 };
    const wires = {
      file: 'a.yaml',
      path: ['hardware', 'wires'],
      rule: "needs the layout 'tiles'",
      hint: 'leave it out',
    };
    expect(new InputError(rows).message).toBe('hardware.array.rows: must be at least 1, got 0.');
    expect(new InputError([rows, wires]).message).toBe(
      "hardware.array.rows: must be at least 1, got 0.\na.yaml: hardware.wires: needs the layout 'tiles'; leave it out.",
    );
  });

  test.each([
    [{ rule: "unknown name 'x'", value: 'x', hint: "did you mean 'y'?" }, "unknown name 'x'; did you mean 'y'?"],
    [{ rule: 'must be a number', value: 'x' }, "must be a number, got 'x'."],
    [{ rule: 'must be a number', value: null }, 'must be a number, got null.'],
    [{ rule: 'must be a number', value: [1, { a: 2 }] }, 'must be a number, got [1,{"a":2}].'],
    [{ rule: 'must be a number', value: { toString: 1 } }, 'must be a number, got {"toString":1}.'],
    [{ rule: 'must be at most 10', value: 1 }, 'must be at most 10, got 1.'],
    [{ rule: 'must be finite', value: Number.NaN }, 'must be finite, got NaN.'],
    [{ rule: 'must be short', value: 'x'.repeat(80) }, `must be short, got '${'x'.repeat(56)}….`],
    [{ rule: 'two\nlines\tof text' }, 'two lines of text.'],
  ])('%j reads %s', (parts, text) => {
    expect(new InputError({ path: [], ...parts }).message).toBe(text);
  });

  test('takes a plain sentence as a rule and leaves its text', () => {
    const error = new InputError('x.csv: has no rows; add some.');
    expect(error.faults).toEqual([{ path: [], rule: 'x.csv: has no rows; add some.' }]);
    expect(error.message).toBe('x.csv: has no rows; add some.');
  });

  test('is the same again from faults that went through JSON or a structured clone', () => {
    fc.assert(
      fc.property(fc.array(fault, { minLength: 1, maxLength: 3 }), faults => {
        const error = new InputError(faults);
        const { message } = error;
        expect(new InputError(JSON.parse(JSON.stringify(error.faults))).message).toBe(message);
        expect(new InputError(structuredClone(error.faults))).toEqual(error);
        expect(message.split('\n')).toHaveLength(faults.length);
      }),
    );
  });

  test('carries values that hold themselves, are nested deeply or large as short texts', () => {
    const ring: unknown[] = [];
    ring.push(ring);
    const deep = JSON.parse('['.repeat(1e5) + ']'.repeat(1e5));
    for (const value of [ring, deep]) {
      expect(new InputError({ path: [], rule: 'no', value }).faults[0]!.value).toBe('[…]');
    }
    const [large] = new InputError({ path: [], rule: 'no', value: new Array(1e4).fill(1) }).faults;
    expect((large!.value as string).length).toBeLessThanOrEqual(1000);
  });

  test('is placed in a file and a path, once', () => {
    const error = new InputError([{ path: ['x'], rule: 'no' }]).at('layers', 0).at('network').in('a.yaml');
    expect(error.faults).toEqual([{ file: 'a.yaml', path: ['network', 'layers', 0, 'x'], rule: 'no' }]);
    expect(error.in('b.yaml').at('y').faults).toEqual(error.faults);
  });

  test('keeps a plain sentence as it is in a file, but not in a field', () => {
    const error = new InputError('data.csv: is empty.');
    expect(error.in('a.yaml').message).toBe('data.csv: is empty.');
    expect(error.at('data').in('a.yaml').message).toBe('a.yaml: data: data.csv: is empty.');
  });

  test('needs a fault', () => {
    expect(() => new InputError([])).toThrow('internal:');
  });
});

describe('work within a place', () => {
  const fail = () => {
    throw new InputError({ path: ['x'], rule: 'no' });
  };

  test('has its faults there, whether it is a promise or not', async () => {
    expect(() => within('a.yaml', () => within(['y', 1], fail))).toThrow('a.yaml: y.1.x: no.');
    await expect(within('a.yaml', async () => fail())).rejects.toThrow('a.yaml: x: no.');
    expect(within('a.yaml', () => 3)).toBe(3);
    expect(await within(['y'], async () => 3)).toBe(3);
  });

  test('leaves other errors alone', async () => {
    const error = new RangeError('other');
    expect(() =>
      within('a.yaml', () => {
        throw error;
      }),
    ).toThrow(error);
    await expect(within('a.yaml', () => Promise.reject(error))).rejects.toBe(error);
  });
});

test('checks done together fail together', () => {
  const check = (name: string) => () => insist(name === 'good', { path: [name], rule: 'no' });
  expect(thrown(() => together([check('a'), check('good'), check('b')])).faults.map(({ path }) => path)).toEqual([
    ['a'],
    ['b'],
  ]);
  together([check('good')]);
  expect(() =>
    together([
      check('a'),
      () => {
        throw new TypeError('ours');
      },
    ]),
  ).toThrow('ours');
});

test('a name that is not in a registry is a fault of its field with the nearest name', () => {
  const error = thrown(() => lookUp({ nuts: 1, map: 2 }, 'nutz', ['posterior', 'method']));
  expect(error.faults).toEqual([
    {
      path: ['posterior', 'method'],
      rule: "unknown name 'nutz'",
      value: 'nutz',
      hint: "did you mean 'nuts'? Known: nuts, map",
    },
  ]);
  expect(() => lookUp({ nuts: 1 }, 'toString', '--method')).toThrow("--method: unknown name 'toString'; known: nuts.");
});

test('a full disk is no fault of the input, a folder that is missing is', () => {
  expect(cannotWrite('a.html', { code: 'ENOSPC' }).name).toBe('WorkError');
  expect(cannotWrite('a.html', { code: 'ENOENT' }).message).toBe(
    'a.html: cannot be written (ENOENT); name another place with --out.',
  );
});
