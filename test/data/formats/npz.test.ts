import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { afterAll, describe, expect, test } from 'vitest';
import { crc32, joinedCrc32 } from '../../../src/data/formats/crc32.ts';
import { NpzWriter, openNpz } from '../../../src/data/formats/index.ts';
import { npyHeader } from '../../../src/data/formats/npy.ts';
import { decodeZip } from '../../../src/data/formats/zip.ts';
import { zipLayout } from '../../../src/data/formats/zip-layout.ts';
import { decodeNpz, encodeNpy, encodeNpz, type NdArray, NpzFile, ndArray } from '../../../src/data/index.ts';
import { openRanges, openSink } from '../../../src/run/files.ts';
import { lacking, missingPackages, runPython } from '../../support/python.ts';
import { mutated, namedArrays, readsOrRefuses } from '../arbitrary.ts';

const folder = mkdtempSync(join(tmpdir(), 'posterohm-npz-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Bytes in memory that are read by ranges, and which were. */
function ranges(bytes: Uint8Array) {
  const read: Array<readonly [number, number]> = [];
  return {
    size: bytes.length,
    asked: read,
    async read(from: number, to: number) {
      if (from < 0 || to > bytes.length || from > to) throw new Error(`outside: ${from} to ${to}`);
      read.push([from, to]);
      return bytes.slice(from, to);
    },
  };
}

describe('checksums', () => {
  test('are those of ISO 3309 and join', () => {
    // zlib.crc32(b'123456789') in Python
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 }), (a, b) => {
        expect(joinedCrc32(crc32(a), crc32(b), b.length)).toBe(crc32(Uint8Array.from([...a, ...b])));
      }),
    );
  });

  test('join over lengths beyond 32 bits', () => {
    let zeros = crc32(new Uint8Array(1));
    for (let length = 1; length < 2 ** 33; length *= 2) zeros = joinedCrc32(zeros, zeros, length);
    // c = 0; z = bytes(2**20); [c := zlib.crc32(z, c) for _ in range(2**13)][-1] in Python
    expect(zeros).toBe(1104745215);
  });
});

describe('a file written in parts', () => {
  test('is the one written at once, whatever the order of the parts', async () => {
    await fc.assert(
      fc.asyncProperty(namedArrays, fc.integer({ min: 1, max: 5 }), fc.integer(), async (named, cut, seed) => {
        const declared = Object.entries(named).map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
        const file = new Map<number, Uint8Array>();
        const writer = new NpzWriter(declared, (position, bytes) => void file.set(position, bytes.slice()));
        const parts = Object.entries(named).flatMap(([name, { data }]) =>
          Array.from({ length: Math.ceil(data.length / cut) }, (_, i) => ({ name, from: i * cut })),
        );
        parts.sort((a, b) => ((a.from * 7919 + seed) % 101) - ((b.from * 7919 + seed) % 101));
        for (const { name, from } of parts) await writer.put(name, from, named[name]!.data.slice(from, from + cut));
        await writer.finish();
        const whole = new Uint8Array(writer.size);
        for (const [position, bytes] of file) whole.set(bytes, position);
        expect(whole).toEqual(encodeNpz(named));
        expect(decodeNpz(whole, 'a.npz')).toEqual({ ...named });
      }),
    );
  });

  test('refuses to end with gaps and to take entries twice or of another type', () => {
    const make = () => new NpzFile([{ name: 'a', dtype: 'f4', shape: [4, 2] }]);
    const two = new Float32Array(2);
    const lacking = make();
    lacking.place('a', 0, two);
    lacking.place('a', 4, two);
    expect(() => lacking.finish()).toThrow(/internal: the array 'a' lacks entries from byte 136 on/);
    for (const from of [1, 3, 4, 7])
      expect(() => lacking.place('a', from, two)).toThrow(/internal: .*twice or lie outside/);
    lacking.place('a', 2, two);
    lacking.place('a', 6, two);
    expect(lacking.finish()).toHaveLength(3);
    expect(() => make().place('b', 0, two)).toThrow(/internal: the array 'b' was not declared/);
    expect(() => make().place('a', 0, new Float64Array(2))).toThrow(/internal/);
  });

  test('beyond 4 GiB has its parts beyond 4 GiB, and is read back by ranges', async () => {
    const shapes = { small: [3, 2 ** 28], large: [5, 2 ** 28], last: [4] };
    const declared = Object.entries(shapes).map(([name, shape]) => ({ name, dtype: 'f4' as const, shape }));
    const headers = declared.map(({ dtype, shape }) => npyHeader(dtype, shape));
    const sizes = Object.values(shapes).map((shape, i) => headers[i]!.length + 4 * shape.reduce((a, b) => a * b));
    const layout = zipLayout(declared.map(({ name }, i) => ({ name: `${name}.npy`, size: sizes[i]! })));
    const file = new NpzFile(declared);
    expect(file.size).toBe(layout.size);
    expect(file.size).toBeGreaterThan(2 ** 33);
    const given = { small: 7, large: 5 * 2 ** 28 - 3, last: 1 };
    const pieces = Object.entries(given).map(([name, from]) => file.place(name, from, Float32Array.of(1, 2, 3)));
    expect(pieces.map(({ position }) => position)).toEqual(
      Object.values(given).map((from, i) => layout.starts[i]! + headers[i]!.length + 4 * from),
    );
    const last = Float32Array.of(0, 1, 2, 3);
    const checksums = [1, 2, crc32(Uint8Array.from([...headers[2]!, ...new Uint8Array(last.buffer)]))];
    const frame = layout.frame(checksums);
    pieces.push(...frame, ...headers.map((bytes, i) => ({ position: layout.starts[i]!, bytes })));
    // Nothing overlaps, and the end is the end.
    const order = pieces.toSorted((a, b) => a.position - b.position);
    order.forEach(({ position, bytes }, i) => {
      expect(position + bytes.length).toBeLessThanOrEqual(order[i + 1]?.position ?? file.size);
    });
    expect(order.at(-1)!.position + order.at(-1)!.bytes.length).toBe(file.size);
    const source = {
      size: file.size,
      async read(from: number, to: number) {
        const out = new Uint8Array(to - from);
        for (const { position, bytes } of pieces) {
          const [a, b] = [Math.max(from, position), Math.min(to, position + bytes.length)];
          if (a < b) out.set(bytes.subarray(a - position, b - position), a - from);
        }
        return out;
      },
    };
    const arrays = await openNpz(source, 'large.npz');
    expect([...arrays].map(([name, { shape }]) => [name, shape])).toEqual(Object.entries(shapes));
    expect((await arrays.get('small')!.slice(6, 3)).data).toEqual(Float32Array.of(0, 1, 2));
    expect((await arrays.get('large')!.slice(5 * 2 ** 28 - 4, 4)).data).toEqual(Float32Array.of(0, 1, 2, 3));
    expect(await arrays.get('last')!.read()).toEqual(ndArray([4], last));
  });

  test('of more entries than 16 bits count is read back', () => {
    const entries = Array.from({ length: 65_600 }, (_, i) => ({ name: `a${i}`, size: 0 }));
    const layout = zipLayout(entries);
    const bytes = new Uint8Array(layout.size);
    for (const piece of layout.frame(entries.map(() => 0))) bytes.set(piece.bytes, piece.position);
    expect([...decodeZip(bytes, 'many.zip').keys()].join()).toBe(entries.map(({ name }) => name).join());
  });
});

describe('a file opened by ranges', () => {
  test('gives what reading it whole gives, and slices of it', async () => {
    await fc.assert(
      fc.asyncProperty(namedArrays, fc.boolean(), async (named, isPacked) => {
        const files = Object.entries(named).map(([name, array]) => [`${name}.npy`, encodeNpy(array)]);
        const bytes = isPacked ? zipSync(Object.fromEntries(files), { level: 9 }) : encodeNpz(named);
        const arrays = await openNpz(ranges(bytes), 'a.npz');
        expect([...arrays.keys()].sort()).toEqual(Object.keys(named).sort());
        for (const [name, array] of arrays) {
          const { data } = named[name] as NdArray;
          expect(await array.read()).toEqual(named[name]);
          const half = data.length >> 1;
          expect((await array.slice(half, data.length - half)).data).toEqual(data.slice(half));
          await expect(array.slice(0, data.length + 1)).rejects.toThrow(/a.npz, array .* entries/);
        }
      }),
    );
  });

  test('reads what is asked for alone', async () => {
    const named = {
      a: ndArray([100_000], new Float64Array(100_000)),
      b: ndArray([3, 70_000], new Float32Array(210_000)),
    };
    const source = ranges(encodeNpz(named));
    const arrays = await openNpz(source, 'a.npz');
    const opened = source.asked.reduce((sum, [from, to]) => sum + to - from, 0);
    expect(opened).toBeLessThan(300_000);
    source.asked.length = 0;
    await arrays.get('b')!.slice(70_000, 10);
    expect(source.asked.map(([from, to]) => to - from)).toEqual([40]);
  });

  test('notices a changed byte when an array is read whole', async () => {
    const bytes = encodeNpz({ a: ndArray([3], new Float32Array(3)) });
    bytes[200] = 7;
    const arrays = await openNpz(ranges(bytes), 'x.npz');
    await expect(arrays.get('a')!.read()).rejects.toThrow(/x.npz: entry 'a.npy' is damaged/);
  });

  test('damaged ones are read or refused', async () => {
    const bytes = encodeNpz({ a: ndArray([2, 3], new Float32Array(6)), b: ndArray([4], new BigInt64Array(4)) });
    await fc.assert(
      fc.asyncProperty(mutated(bytes), damaged =>
        readsOrRefuses(async () => {
          for (const array of (await openNpz(ranges(damaged), 'x.npz')).values()) await array.read();
        }, 'x.npz'),
      ),
      { numRuns: 500 },
    );
  });

  test('on a disk, written in parts there', async () => {
    const path = join(folder, 'parts.npz');
    const sink = await openSink(path);
    const writer = new NpzWriter([{ name: 'x', dtype: 'i4', shape: [2, 3] }], sink.write);
    await writer.put('x', 3, Int32Array.of(4, 5, 6));
    await writer.put('x', 0, Int32Array.of(1, 2, 3));
    await writer.finish();
    await sink.close();
    expect(decodeNpz(readFileSync(path), path)).toEqual({ x: ndArray([2, 3], Int32Array.of(1, 2, 3, 4, 5, 6)) });
    const source = await openRanges(path);
    expect((await (await openNpz(source, path)).get('x')!.slice(2, 2)).data).toEqual(Int32Array.of(3, 4));
    await source.close();
    await expect(openRanges(join(folder, 'absent.npz'))).rejects.toThrow(/absent.npz: does not exist; check the path/);
    await expect(openSink(join(folder, 'no', 'a.npz'))).rejects.toThrow(/a.npz: cannot be written \(ENOENT\)/);
  });
});

const withoutNumPy = missingPackages('numpy');
test.skipIf(withoutNumPy.length > 0)(`NumPy reads what was written in parts${lacking(withoutNumPy)}`, async () => {
  const path = join(folder, 'numpy.npz');
  const sink = await openSink(path);
  const declared = [
    { name: 'hardware/test', dtype: 'f4' as const, shape: [2, 3] },
    { name: 'é', dtype: 'b1' as const, shape: [2] },
  ];
  const writer = new NpzWriter(declared, sink.write);
  await writer.put('é', 0, Uint8Array.of(0, 1));
  await writer.put('hardware/test', 3, Float32Array.of(4, 5, 6));
  await writer.put('hardware/test', 0, Float32Array.of(1, 2, 3));
  await writer.finish();
  await sink.close();
  const said = runPython(
    folder,
    'import numpy as np, zipfile',
    "z = np.load('numpy.npz')",
    "print(z['hardware/test'].tolist(), z['\\u00e9'].tolist(), zipfile.ZipFile('numpy.npz').testzip())",
  );
  expect(said).toBe('[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]] [False, True] None');
});

test('two entries of one name are refused, not the last one taken', () => {
  const bytes = zipSync({ 'a.npy': Uint8Array.of(1), 'b.npy': Uint8Array.of(2) }, { level: 0 });
  const renamed = bytes.map((byte, i) => (byte === 0x62 && bytes[i + 1] === 0x2e ? 0x61 : byte));
  expect([...decodeZip(bytes, 'z').keys()]).toEqual(['a.npy', 'b.npy']);
  expect(() => decodeZip(renamed, 'z.npz')).toThrow("z.npz: has two entries named 'a.npy'");
});
