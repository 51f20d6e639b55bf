import { InputError } from '../../base/index.ts';
import { decodeNpy, decodeNpz, decodeSafetensors, pickled } from '../formats/index.ts';
import { withModuleNames } from './kernels.ts';
import { withoutParametrisations } from './parametrisations.ts';
import type { ArrayFile } from './tensors.ts';
import { refuseFile, refuseParts } from './ways-out.ts';

/** Endings under which Python's tools save pickled objects; safetensors files that bear one are read all the same. */
const pickledEndings = /\.(pt|pth|pkl|pickle|ckpt|bin|joblib|dill)$/i;

/**
 * Arrays of a safetensors, NPZ or NPY file, told apart by their first bytes, under names of modules and with the weights that
 * layers use. Pickled files and those of tools that are not read are refused with what to do in that tool.
 */
export function readArrays(bytes: Uint8Array, name: string): ArrayFile {
  const file = withoutParametrisations(withModuleNames({ name, arrays: arraysIn(bytes, name) }));
  refuseParts(Object.keys(file.arrays), name);
  return file;
}

function arraysIn(bytes: Uint8Array, name: string): ArrayFile['arrays'] {
  refuseFile(bytes, name);
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return decodeNpz(bytes, name);
  if (bytes[0] === 0x93 && bytes[1] === 0x4e) {
    const stem = name.replace(/^.*[\\/]/, '').replace(/\.npy$/, '');
    return { [stem]: decodeNpy(bytes, name) };
  }
  // Byte 8 opens the JSON header of a safetensors file.
  if (bytes.length > 8 && bytes[8] !== 0x7b) {
    if (pickledEndings.test(name)) throw pickled(name);
    if (!/\.safetensors$/i.test(name)) {
      throw new InputError(
        `${name}: is neither safetensors nor NPZ; save it in Python with safetensors.numpy.save_file(arrays, path) or numpy.savez(path, **arrays).`,
      );
    }
  }
  return decodeSafetensors(bytes, name).tensors;
}
