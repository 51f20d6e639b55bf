import { InputError } from '../../base/index.ts';

const BLOCK = 512;

/** Regular files of a tar archive by name (of at most 100 bytes), not copied. */
export function decodeTar(bytes: Uint8Array, name: string): Map<string, Uint8Array> {
  const entries = new Map<string, Uint8Array>();
  const text = (from: number, length: number) =>
    new TextDecoder('latin1').decode(bytes.subarray(from, from + length)).replace(/\0.*$/s, '');
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12).trim() || '0', 8);
    const next = at + BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    if (!Number.isSafeInteger(size) || size < 0 || at + BLOCK + size > bytes.length) {
      throw new InputError(`${name}: entry '${text(at, 100)}' reaches beyond the archive; copy or download it again.`);
    }
    const type = bytes[at + 156]!;
    if (type === 0 || type === 0x30) {
      entries.set(text(at, 100), bytes.subarray(at + BLOCK, at + BLOCK + size));
    }
    at = next;
  }
  return entries;
}
