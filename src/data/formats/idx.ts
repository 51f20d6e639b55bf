import { InputError } from '../../base/index.ts';
import { elements, type NdArray, ndArray } from './arrays.ts';
import { gunzipped } from './gzip.ts';

const types = {
  8: { size: 1, array: Uint8Array, read: (view: DataView, at: number) => view.getUint8(at) },
  9: { size: 1, array: Int8Array, read: (view: DataView, at: number) => view.getInt8(at) },
  11: { size: 2, array: Int16Array, read: (view: DataView, at: number) => view.getInt16(at) },
  12: { size: 4, array: Int32Array, read: (view: DataView, at: number) => view.getInt32(at) },
  13: { size: 4, array: Float32Array, read: (view: DataView, at: number) => view.getFloat32(at) },
  14: { size: 8, array: Float64Array, read: (view: DataView, at: number) => view.getFloat64(at) },
} as const;

/** Reads an IDX file, gzipped or not (the format of the MNIST family: big-endian sizes and entries). */
export function decodeIdx(packed: Uint8Array, name: string): NdArray {
  const bytes = gunzipped(packed, name);
  const fail = (rule: string) => new InputError(`${name}: ${rule}; check that this is an IDX file and complete.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0) throw fail('does not begin like an IDX file');
  const type = types[bytes[2] as keyof typeof types];
  if (!type) throw fail(`has the unknown element type ${bytes[2]}`);
  const start = 4 + 4 * bytes[3]!;
  if (bytes.length < start) throw fail(`ends after ${bytes.length} bytes, inside its header of ${start}`);
  const shape = Array.from({ length: bytes[3]! }, (_, axis) => view.getUint32(4 + 4 * axis));
  const count = elements(shape);
  if (bytes.length - start !== count * type.size) {
    throw fail(`needs ${count * type.size} bytes for [${shape.join(', ')}] but holds ${bytes.length - start}`);
  }
  if (type.array === Uint8Array) return ndArray(shape, bytes.slice(start));
  const data = new type.array(count);
  for (let i = 0; i < count; i++) data[i] = type.read(view, start + i * type.size);
  return ndArray(shape, data);
}
