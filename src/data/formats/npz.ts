import { InputError } from '../../base/index.ts';
import type { NdArray } from './arrays.ts';
import { decodeNpy, encodeNpy } from './npy.ts';
import { isZip, refusePickle } from './pickle.ts';
import { decodeZip, encodeZip } from './zip.ts';

/** An NPZ file as numpy.savez writes it: an uncompressed ZIP archive of NPY files. */
export function encodeNpz(arrays: Readonly<Record<string, NdArray>>): Uint8Array {
  return encodeZip(Object.fromEntries(Object.entries(arrays).map(([key, array]) => [`${key}.npy`, encodeNpy(array)])));
}

/** Reads an NPZ file, compressed or not; `name` is the file's name for errors. */
export function decodeNpz(bytes: Uint8Array, name: string): Record<string, NdArray> {
  refusePickle(bytes, name);
  if (!isZip(bytes)) {
    throw new InputError(`${name}: is not an NPZ archive; write it with numpy.savez(path, name=array).`);
  }
  const arrays: Record<string, NdArray> = {};
  for (const [entry, data] of decodeZip(bytes, name)) {
    const key = entry.replace(/\.npy$/, '');
    if (key === entry || key === '__proto__') {
      throw new InputError(`${name}: entry '${entry}' is no NPY array; keep only arrays, with numpy.savez.`);
    }
    arrays[key] = decodeNpy(data, `${name}, array '${key}'`);
  }
  return arrays;
}
