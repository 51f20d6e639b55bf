import { decodeNpy, decodeNpz, decodeSafetensors } from '../formats/index.ts';
import type { ArrayFile } from './tensors.ts';

/** Arrays of a safetensors, NPZ or NPY file, told apart by their first bytes. Pickled files are refused. */
export function readArrays(bytes: Uint8Array, name: string): ArrayFile {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return { name, arrays: decodeNpz(bytes, name) };
  if (bytes[0] === 0x93 && bytes[1] === 0x4e) {
    const stem = name.replace(/^.*[\\/]/, '').replace(/\.npy$/, '');
    return { name, arrays: { [stem]: decodeNpy(bytes, name) } };
  }
  return { name, arrays: decodeSafetensors(bytes, name).tensors };
}
