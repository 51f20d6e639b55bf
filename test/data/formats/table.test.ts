import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { parquetCells } from '../../../src/data/formats/parquet.ts';
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
    expect(Buffer.compare(Buffer.from((read.columns.x!.data as Float32Array).buffer), Buffer.from(data.buffer))).toBe(
      0,
    );
  });

  test('from a Buffer, whose slice shares its memory', async () => {
    const x = { type: 'FLOAT' as const, data: new Float32Array([1, 2, 3]) };
    const bytes = Buffer.concat([Buffer.alloc(8), encodeParquet({ x })]).subarray(8);
    expect((await decodeParquet(bytes, 'plan.parquet')).columns).toEqual({ x });
  });

  test('only the columns asked for are read', async () => {
    const bytes = encodeParquet({
      layer: { type: 'STRING', data: ['a', 'b'] },
      x: { type: 'FLOAT', data: new Float32Array([1, 2]) },
    });
    const { columns } = await decodeParquet(bytes, 'plan.parquet', { wanted: ['x', 'absent'] });
    expect(columns).toEqual({ x: { type: 'FLOAT', data: new Float32Array([1, 2]) } });
    // Where the pages of the other column are damaged, this one is read all the same.
    bytes.fill(255, 4, 8);
    await expect(decodeParquet(bytes, 'plan.parquet')).rejects.toThrow(/plan.parquet/);
    expect((await decodeParquet(bytes, 'plan.parquet', { wanted: ['x'] })).columns).toEqual(columns);
  });

  test('as texts, with missing values, dates, and 64 bits', async () => {
    const at = (text: string) => new Date(`${text}Z`);
    const bytes = new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: 'real', data: [0.5, null, Number.NaN], type: 'DOUBLE' },
          { name: 'text', data: [' red ', '', null], type: 'STRING' },
          { name: 'when', data: [at('2024-05-31T00:00'), null, at('2024-05-31T06:30')], type: 'TIMESTAMP' },
          { name: 'yes', data: [true, false, null], type: 'BOOLEAN' },
          { name: 'big', data: [1n, 2n ** 60n, null], type: 'INT64' },
        ],
      }),
    );
    expect(await parquetCells(bytes, 't.parquet')).toEqual({
      real: ['0.5', '', ''],
      text: ['red', '', ''],
      when: ['2024-05-31', '', '2024-05-31T06:30:00.000Z'],
      yes: ['1', '0', ''],
      big: ['1', '1152921504606846976', ''],
    });
  });

  test('columns may be made piece by piece', async () => {
    const length = 110_000;
    const asked: number[] = [];
    const squares = {
      length,
      slice(from: number, to: number) {
        const end = Math.min(to, length);
        asked.push(end - from);
        return Int32Array.from({ length: end - from }, (_, i) => (from + i) ** 2 % 1009);
      },
    };
    const { columns } = await decodeParquet(encodeParquet({ x: { type: 'INT32', data: squares } }), 'x.parquet');
    const { data } = columns.x as { data: Int32Array };
    expect(data).toHaveLength(length);
    expect(data.findIndex((value, i) => value !== i ** 2 % 1009)).toBe(-1);
    expect(Math.max(...asked)).toBeLessThanOrEqual(100_000);
    expect(encodeCsv({ x: { type: 'INT32', data: { ...squares, length: 9000 } } })).toBe(
      `x\n${Array.from({ length: 9000 }, (_, i) => `${i ** 2 % 1009}\n`).join('')}`,
    );
  });

  test('optional, dictionary, boolean and 64-bit columns of other writers are read, missing values refused', async () => {
    const write = (columnData: Parameters<typeof parquetWriteBuffer>[0]['columnData']) =>
      new Uint8Array(parquetWriteBuffer({ columnData }));
    const rows = 3000;
    const data = Array.from({ length: rows }, (_, i) => i % 5);
    const { columns } = await decodeParquet(
      write([
        { name: 'few', data, type: 'INT32', nullable: true, encoding: 'RLE_DICTIONARY' },
        { name: 'real', data: data.map(x => x / 4), type: 'DOUBLE', nullable: true },
        { name: 'half', data: data.map(x => x / 4), type: 'FLOAT', encoding: 'RLE_DICTIONARY' },
        { name: 'yes', data: data.map(x => x > 2), type: 'BOOLEAN' },
        { name: 'big', data: data.map(x => BigInt(x) - 2n ** 52n), type: 'INT64' },
      ]),
      'o.parquet',
    );
    expect(columns).toEqual({
      few: { type: 'INT32', data: Int32Array.from(data) },
      real: { type: 'DOUBLE', data: Float64Array.from(data, x => x / 4) },
      half: { type: 'FLOAT', data: Float32Array.from(data, x => x / 4) },
      yes: { type: 'INT32', data: Int32Array.from(data, x => Number(x > 2)) },
      big: { type: 'DOUBLE', data: Float64Array.from(data, x => x - 2 ** 52) },
    });
    const gap = write([{ name: 'x', data: [1, null, 3], type: 'FLOAT' }]);
    await expect(decodeParquet(gap, 'o.parquet')).rejects.toThrow(/column 'x': has no value in row 2/);
    const [whole, holes] = [write([{ name: 'n', data: [1, null], type: 'INT32' }]), { gaps: true }];
    expect((await decodeParquet(gap, 'o.parquet', holes)).columns.x!.data).toEqual(Float32Array.of(1, Number.NaN, 3));
    await expect(decodeParquet(whole, 'o.parquet', holes)).rejects.toThrow(/column 'n': has no value in row 2/);
    const large = write([{ name: 'x', data: [1n, 2n ** 60n], type: 'INT64' }]);
    await expect(decodeParquet(large, 'o.parquet')).rejects.toThrow(/row 2 is 1152921504606846976, beyond ±2\^53/);
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
