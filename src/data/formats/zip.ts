import { inflateSync, zipSync } from 'fflate';
import { InputError } from '../../base/index.ts';

/** Deflate cannot expand more than this (RFC 1951: 258 bytes from a quarter of a byte). */
export const LARGEST_RATIO = 1032;
const END_LENGTH = 22;

/** A ZIP archive without compression and with fixed dates, so that equal contents give equal bytes. */
export function encodeZip(entries: Readonly<Record<string, Uint8Array>>): Uint8Array {
  return zipSync(entries, { level: 0, mtime: new Date(1980, 0, 1) });
}

/**
 * The entries of a ZIP archive in order. Sizes are checked before memory is taken, contents against their checksums;
 * encrypted entries and archives beyond 4 GiB are refused.
 */
export function decodeZip(bytes: Uint8Array, name: string): Map<string, Uint8Array> {
  const fail = (rule: string) =>
    new InputError(`${name}: ${rule}; write the archive again or check that it was copied whole.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end < 0) throw fail('has no directory of a ZIP archive at its end');
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count === 0xffff || at === 0xffffffff) throw fail('is a ZIP archive beyond 4 GiB or 65,534 entries');

  const entries = new Map<string, Uint8Array>();
  let taken = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) {
      throw fail(`has no entry ${i + 1} of ${count} in its directory`);
    }
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    const sum = view.getUint32(at + 16, true);
    const packed = view.getUint32(at + 20, true);
    const size = view.getUint32(at + 24, true);
    const nameLength = view.getUint16(at + 28, true);
    const local = view.getUint32(at + 42, true);
    const entry = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);

    if (flags & 1) throw fail(`entry '${entry}' is encrypted`);
    if (local + 30 > bytes.length || view.getUint32(local, true) !== 0x04034b50) {
      throw fail(`entry '${entry}' is not where the directory says`);
    }
    const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    taken += packed;
    if (from + packed > bytes.length || taken > bytes.length) {
      throw fail(`entry '${entry}' of ${packed} bytes reaches beyond the file`);
    }
    const data = unpack(bytes.subarray(from, from + packed), method, size);
    if (!data || crc32(data) !== sum) throw fail(`entry '${entry}' is damaged or not stored with deflate`);
    entries.set(entry, data);
  }
  return entries;
}

function unpack(packed: Uint8Array, method: number, size: number): Uint8Array | undefined {
  if (method === 0) return packed.length === size ? packed : undefined;
  if (method !== 8 || size > packed.length * LARGEST_RATIO) return undefined;
  try {
    const data = inflateSync(packed, { out: new Uint8Array(size) });
    return data.length === size ? data : undefined;
  } catch {
    return undefined;
  }
}

function findEnd(view: DataView): number {
  const lowest = Math.max(0, view.byteLength - END_LENGTH - 65535);
  for (let at = view.byteLength - END_LENGTH; at >= lowest; at--) {
    if (view.getUint32(at, true) === 0x06054b50) return at;
  }
  return -1;
}

const table = Uint32Array.from({ length: 256 }, (_, i) => {
  let c = i;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

/** The checksum of ZIP and gzip (ISO 3309). */
export function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) c = table[(c ^ bytes[i]!) & 255]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
