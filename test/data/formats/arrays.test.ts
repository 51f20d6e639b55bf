import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import {
  decodeNpy,
  decodeNpz,
  decodeSafetensors,
  encodeNpy,
  encodeNpz,
  encodeSafetensors,
  ndArray,
} from '../../../src/data/index.ts';
import { arrays, mutated, namedArrays, readsOrRefuses } from '../arbitrary.ts';

const latin1 = (text: string) => Uint8Array.from(text, c => c.charCodeAt(0));

/** An NPY file with the given header text and data. */
function npy(header: string, data: Uint8Array): Uint8Array {
  return Uint8Array.from([
    ...latin1('\x93NUMPY\x01\x00'),
    header.length & 255,
    header.length >> 8,
    ...latin1(header),
    ...data,
  ]);
}

/** A safetensors file with the given header text and data. */
function safetensors(header: string, data = new Uint8Array(0), length = BigInt(header.length)): Uint8Array {
  const bytes = new Uint8Array(8 + header.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, length, true);
  bytes.set(latin1(header), 8);
  bytes.set(data, 8 + header.length);
  return bytes;
}

describe('round trips', () => {
  test('NPY', () =>
    fc.assert(fc.property(arrays, array => void expect(decodeNpy(encodeNpy(array), 'a.npy')).toEqual(array))));

  test('NPZ', () =>
    fc.assert(
      fc.property(namedArrays, named => void expect(decodeNpz(encodeNpz(named), 'a.npz')).toEqual({ ...named })),
    ));

  test('safetensors with metadata', () =>
    fc.assert(
      fc.property(namedArrays, fc.dictionary(fc.string(), fc.string()), (named, metadata) => {
        const read = decodeSafetensors(encodeSafetensors(named, metadata), 'a.safetensors');
        expect(read.tensors).toEqual({ ...named });
        expect(Object.entries(read.metadata)).toEqual(Object.entries(metadata));
      }),
    ));

  test('from a Buffer, whose slice shares its memory', () => {
    const a = ndArray([2], new Float32Array([1, 2]));
    const b = ndArray([3], new Float64Array([3, 4, 5]));
    const { tensors } = decodeSafetensors(Buffer.from(encodeSafetensors({ a, b }, {})), 'a.safetensors');
    expect(tensors).toEqual({ a, b });
    expect(decodeNpz(Buffer.from(encodeNpz({ a, b })), 'a.npz')).toEqual({ a, b });
  });

  test('equal contents give equal bytes', () => {
    const a = ndArray([2], new Float32Array([1, 2]));
    const b = ndArray([], new BigInt64Array([3n]));
    expect(encodeSafetensors({ a, b }, {})).toEqual(encodeSafetensors({ b, a }, {}));
    expect(encodeNpz({ a, b })).toEqual(encodeNpz({ a, b }));
  });
});

describe('what other tools write', () => {
  test('column-major arrays come back row-major', () => {
    // numpy.asfortranarray(numpy.arange(6, dtype='<f4').reshape(2, 3)) stores 0 3 1 4 2 5
    const data = new Uint8Array(new Float32Array([0, 3, 1, 4, 2, 5]).buffer);
    const file = npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }\n", data);
    expect(decodeNpy(file, 'a.npy').data).toEqual(new Float32Array([0, 1, 2, 3, 4, 5]));
  });

  test('half precision is widened', () => {
    // numpy.array([1, -2, 65504, 6e-8, inf], dtype='<f2').tobytes().hex() = 003c 00c0 ff7b 0100 007c
    const data = Uint8Array.from([0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b, 0x01, 0x00, 0x00, 0x7c]);
    const expected = new Float32Array([1, -2, 65504, 2 ** -24, Number.POSITIVE_INFINITY]);
    expect(decodeNpy(npy("{'descr': '<f2', 'fortran_order': False, 'shape': (5,), }\n", data), 'a').data).toEqual(
      expected,
    );
    const header = '{"h":{"dtype":"F16","shape":[5],"data_offsets":[0,10]}}';
    expect(decodeSafetensors(safetensors(header, data), 'a').tensors.h!.data).toEqual(expected);
    // bfloat16 is the upper half of single precision: 0x3fc0 is 1.5, 0xc040 is -3
    const bf16 = safetensors(
      '{"b":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}',
      Uint8Array.from([0xc0, 0x3f, 0x40, 0xc0]),
    );
    expect(decodeSafetensors(bf16, 'a').tensors.b!.data).toEqual(new Float32Array([1.5, -3]));
  });

  test('compressed NPZ', () => {
    const array = ndArray([1000], new Float64Array(1000).fill(0.1));
    expect(decodeNpz(zipSync({ 'a.npy': encodeNpy(array) }, { level: 9 }), 'a.npz')).toEqual({ a: array });
  });
});

describe('refusals', () => {
  const one = encodeNpy(ndArray([3], new Float32Array(3)));

  test.each([
    ['cut short', one.slice(0, -1), /needs 12 bytes for \(3,\) of f4 but holds 11/],
    ['too long', Uint8Array.from([...one, 0]), /holds 13/],
    ['not NPY', latin1('hello'), /does not begin like an NPY file/],
    ['objects', npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", new Uint8Array(4)), /pickled Python/],
    [
      'structured',
      npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", new Uint8Array(4)),
      /structured/,
    ],
    [
      'text',
      npy("{'descr': '<U3', 'fortran_order': False, 'shape': (1,), }", new Uint8Array(12)),
      /element type '<U3'/,
    ],
    [
      'absurd shape',
      npy("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999), }", one),
      /needs Infinity/,
    ],
  ])('NPY: %s', (_, bytes, message) => expect(() => decodeNpy(bytes, 'x.npy')).toThrow(message));

  test.each([
    ['absurd header length', safetensors('{}', undefined, 2n ** 63n), /declares a header of 9223372036854775808 bytes/],
    ['no JSON', safetensors('{"a"'), /not the JSON header/],
    ['list for a header', safetensors('[]'), /not the JSON header/],
    [
      'unknown type',
      safetensors('{"w":{"dtype":"F7","shape":[1],"data_offsets":[0,4]}}', new Uint8Array(4)),
      /tensor 'w' has dtype "F7"/,
    ],
    [
      'beyond the file',
      safetensors('{"w":{"dtype":"F32","shape":[9],"data_offsets":[0,36]}}', new Uint8Array(4)),
      /within the 4 bytes/,
    ],
    [
      'wrong size',
      safetensors('{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', new Uint8Array(4)),
      /needs 8 bytes but its offsets give 4/,
    ],
    [
      'negative',
      safetensors('{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', new Uint8Array(4)),
      /whole numbers/,
    ],
    ['gap', safetensors('{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', new Uint8Array(8)), /gap at byte 0/],
    [
      'too long',
      safetensors('{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', new Uint8Array(8)),
      /holds 8 bytes/,
    ],
    [
      'prototype',
      safetensors('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', new Uint8Array(4)),
      /__proto__/,
    ],
    ['pickle', latin1('\x80\x02}q\x00.'), /pickled Python objects.*save_file/],
    ['PyTorch archive', zipSync({ 'model/data.pkl': new Uint8Array(3) }), /pickled Python objects/],
  ])('safetensors: %s', (_, bytes, message) => expect(() => decodeSafetensors(bytes, 'x')).toThrow(message));

  test('NPZ: entries that claim to unpack beyond what deflate can do', () => {
    const zip = zipSync({ 'a.npy': one }, { level: 9 });
    const directory = new DataView(zip.buffer).getUint32(zip.length - 6, true);
    new DataView(zip.buffer).setUint32(directory + 24, 0xfffffff0, true);
    expect(() => decodeNpz(zip, 'x.npz')).toThrow(/entry 'a.npy' is damaged/);
  });

  test('NPZ: a changed byte is noticed by its checksum', () => {
    const zip = encodeNpz({ a: ndArray([3], new Float32Array(3)) });
    const changed = zip.slice();
    changed[150] = 7;
    expect(() => decodeNpz(changed, 'x.npz')).toThrow(/entry 'a.npy' is damaged/);
  });
});

describe('damaged files are read or refused, never worse', () => {
  const some = { a: ndArray([2, 3], new Float32Array(6)), 'b.c': ndArray([4], new BigInt64Array(4)) };
  const files = {
    npy: [encodeNpy(some.a), decodeNpy],
    npz: [encodeNpz(some), decodeNpz],
    zip: [zipSync({ 'a.npy': encodeNpy(some.a) }, { level: 9 }), decodeNpz],
    safetensors: [encodeSafetensors(some, { method: 'nuts' }), decodeSafetensors],
  } as const;
  for (const [format, [bytes, decode]] of Object.entries(files)) {
    test(format, () =>
      fc.assert(
        fc.asyncProperty(mutated(bytes), async damaged => readsOrRefuses(() => decode(damaged, 'x.file'), 'x.file')),
        { numRuns: 500 },
      ),
    );
  }
});
