import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeParquet, encodeCsv, encodeParquet, type Table } from '../../../src/data/index.ts';
import { mutated, readsOrRefuses } from '../arbitrary.ts';

const tables: fc.Arbitrary<Table> = fc.nat(40).chain(rows => {
  const exactly = { minLength: rows, maxLength: rows };
  return fc.record({
    row: fc.int32Array(exactly).map(data => ({ type: 'INT32' as const, data })),
    target: fc.float32Array({ ...exactly }).map(data => ({ type: 'FLOAT' as const, data })),
    current: fc.float64Array({ ...exactly }).map(data => ({ type: 'DOUBLE' as const, data })),
    layer: fc.array(fc.string(), exactly).map(data => ({ type: 'STRING' as const, data })),
  });
});

describe('Parquet', () => {
  test('round trip, metadata included', () =>
    fc.assert(
      fc.asyncProperty(tables, async columns => {
        const read = await decodeParquet(encodeParquet(columns, { scale: '2e4' }), 'plan.parquet');
        expect(read.columns).toEqual({ ...columns });
        expect(read.metadata.scale).toBe('2e4');
      }),
    ));

  test('many rows, several row groups', async () => {
    const data = Float32Array.from({ length: 150_000 }, (_, i) => Math.sin(i));
    const read = await decodeParquet(encodeParquet({ x: { type: 'FLOAT', data } }), 'plan.parquet');
    expect(read.columns.x!.data).toEqual(data);
  });

  test('damaged files are read or refused, without taking memory that their size does not warrant', async () => {
    const rows = 3000;
    const bytes = encodeParquet({
      row: { type: 'INT32', data: Int32Array.from({ length: rows }, (_, i) => i % 7) },
      target: { type: 'FLOAT', data: Float32Array.from({ length: rows }, (_, i) => Math.sin(i)) },
      layer: { type: 'STRING', data: Array.from({ length: rows }, (_, i) => `layer ${i % 3}`) },
    });
    const held = () => process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    await fc.assert(
      fc.asyncProperty(mutated(bytes), async damaged => {
        const before = held();
        await readsOrRefuses(() => decodeParquet(damaged, 'x.parquet'), 'x.parquet');
        expect(held() - before).toBeLessThan(64 * 2 ** 20);
      }),
      { numRuns: 500 },
    );
  });
});

describe('CSV', () => {
  test('texts are quoted where they must be', () => {
    const csv = encodeCsv({
      'a,b': { type: 'STRING', data: ['plain', 'say "no"', 'two\nlines'] },
      n: { type: 'INT32', data: new Int32Array([1, -2, 3]) },
    });
    expect(csv).toBe('"a,b",n\nplain,1\n"say ""no""",-2\n"two\nlines",3\n');
  });

  test('single precision survives, in as few digits as that takes', () => {
    expect(encodeCsv({ x: { type: 'FLOAT', data: new Float32Array([0.1, 2.5e-5, 1 / 3]) } })).toBe(
      'x\n0.1\n0.000025\n0.33333334\n',
    );
    fc.assert(
      fc.property(fc.float32Array({ minLength: 1 }), data => {
        const cells = encodeCsv({ x: { type: 'FLOAT', data } })
          .trim()
          .split('\n')
          .slice(1);
        expect(Float32Array.from(cells, Number)).toEqual(data.map(x => (Object.is(x, -0) ? 0 : x)));
      }),
    );
  });
});
