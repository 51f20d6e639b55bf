import { InputError } from '../../base/index.ts';
import type { NdArray } from './arrays.ts';
import { decodeNpy, decodeNpyTexts, type TextArray } from './npy.ts';
import { NpzFile } from './npz-writer.ts';
import { isZip, refusePickle } from './pickle.ts';
import { decodeZip } from './zip.ts';

/** An NPZ file as numpy.savez writes it: an uncompressed ZIP archive of NPY files. */
export function encodeNpz(arrays: Readonly<Record<string, NdArray>>): Uint8Array {
  const named = Object.entries(arrays);
  const file = new NpzFile(named.map(([name, { dtype, shape }]) => ({ name, dtype, shape })));
  const bytes = new Uint8Array(file.size);
  for (const [name, { data }] of named) {
    const part = file.place(name, 0, data);
    bytes.set(part.bytes, part.position);
  }
  for (const part of file.finish()) bytes.set(part.bytes, part.position);
  return bytes;
}

/**
 * Reads an NPZ file, compressed or not; `name` is the file's name for errors. Arrays of texts go to `texts` where there is such
 * a record, and are refused otherwise.
 */
export function decodeNpz(bytes: Uint8Array, name: string, texts?: Record<string, TextArray>): Record<string, NdArray> {
  refusePickle(bytes, name);
  if (!isZip(bytes)) {
    throw new InputError(`${name}: is not an NPZ archive; write it with numpy.savez(path, name=array).`);
  }
  const arrays: Record<string, NdArray> = {};
  for (const [entry, data] of decodeZip(bytes, name)) {
    const key = arrayName(entry, name);
    const found = texts && decodeNpyTexts(data, `${name}, array '${key}'`);
    if (found) texts[key] = found;
    else arrays[key] = decodeNpy(data, `${name}, array '${key}'`);
  }
  return arrays;
}

/** The array's name that an entry of an archive stands for. */
export function arrayName(entry: string, file: string): string {
  const name = entry.replace(/\.npy$/, '');
  if (name === entry || name === '__proto__') {
    throw new InputError(`${file}: entry '${entry}' is no NPY array; keep only arrays, with numpy.savez.`);
  }
  return name;
}
