import { createHash } from 'node:crypto';
import { type Address, InputError } from '../base/index.ts';
import { decodeSafetensors, encodeSafetensors, ndArray } from '../data/index.ts';
import type { Files } from '../pipeline/index.ts';

/** What one file of a shared folder holds: the files of a result, or how large a result was that is not kept there. */
export type Contained = { readonly files: Files } | { readonly tooLarge: number };

/** One file for the files of a result: bytes by name in a safetensors file that says whose they are and their digest. */
export function encodeContainer(address: Address, contained: Contained): Uint8Array {
  if ('tooLarge' in contained) return encodeSafetensors({}, { address, tooLarge: String(contained.tooLarge) });
  const { files } = contained;
  const tensors = Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [name, ndArray([bytes.length], bytes)]),
  );
  return encodeSafetensors(tensors, { address, digest: digestOf(files) });
}

/** What is in such a file; undefined where it is damaged or another result's. Sizes are checked before memory is taken. */
export function decodeContainer(bytes: Uint8Array, address: Address): Contained | undefined {
  try {
    const { tensors, metadata } = decodeSafetensors(bytes, address);
    if (metadata.address !== address) return undefined;
    if (metadata.tooLarge !== undefined) return { tooLarge: Number(metadata.tooLarge) };
    const files = Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data as Uint8Array]));
    return digestOf(files) === metadata.digest ? { files } : undefined;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function digestOf(files: Files): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(files).sort()) {
    const bytes = files[name]!;
    hash.update(`${JSON.stringify(name)} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex').slice(0, 32);
}
