import { inflateSync } from 'fflate';
import { InputError } from '../../base/index.ts';
import { crc32 } from './crc32.ts';

/** Deflate cannot expand more than this (RFC 1951: 258 bytes from a quarter of a byte). */
export const LARGEST_RATIO = 1032;
const LOCAL = 30;
const CENTRAL = 46;
const END = 22;
const WIDE_END = 56;
const LOCATOR = 20;

/** Bytes at the end of a file that hold its directory's place: the end with the longest comment and its 64-bit forms. */
export const TAIL = END + 65_535 + WIDE_END + LOCATOR;

/** Where a ZIP archive's directory lies, and how many entries it has. */
export interface ZipEnd {
  readonly count: number;
  /** First byte of the directory and of what follows it. */
  readonly from: number;
  readonly to: number;
}

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly checksum: number;
  /** Bytes in the archive, and unpacked. */
  readonly packed: number;
  readonly size: number;
  /** First byte of its local header. */
  readonly local: number;
}

const fault = (file: string, rule: string) =>
  new InputError(`${file}: ${rule}; write the archive again or check that it was copied whole.`);

/** Finds the directory from the last bytes of an archive of `size` bytes. */
export function zipEnd(tail: Uint8Array, size: number, file: string): ZipEnd {
  const view = viewOf(tail);
  let at = tail.length - END;
  while (at >= 0 && view.getUint32(at, true) !== 0x06054b50) at--;
  if (at < 0) throw fault(file, 'has no directory of a ZIP archive at its end');
  let count = view.getUint16(at + 10, true);
  let from = view.getUint32(at + 16, true);
  const start = size - tail.length;
  let to = start + at;
  if (count === 0xffff || from === 0xffffffff) {
    const locator = at - LOCATOR;
    const isThere = locator >= 0 && view.getUint32(locator, true) === 0x07064b50;
    to = isThere ? Number(view.getBigUint64(locator + 8, true)) : -1;
    const wide = to - start;
    if (!(wide >= 0 && wide + WIDE_END <= locator && view.getUint32(wide, true) === 0x06064b50)) {
      throw fault(file, 'has no directory where its end says');
    }
    count = Number(view.getBigUint64(wide + 32, true));
    from = Number(view.getBigUint64(wide + 48, true));
  }
  if (!(from <= to && count * CENTRAL <= to - from)) throw fault(file, 'has no directory where its end says');
  return { count, from, to };
}

/** The entries of a directory, whose bytes are given, of an archive of `size` bytes; encrypted ones are refused. */
export function zipEntries(directory: Uint8Array, count: number, size: number, file: string): ZipEntry[] {
  const view = viewOf(directory);
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  const decoder = new TextDecoder();
  let taken = 0;
  for (let at = 0; entries.length < count; ) {
    const lacking = () => fault(file, `has no entry ${entries.length + 1} of ${count} in its directory`);
    if (at + CENTRAL > directory.length || view.getUint32(at, true) !== 0x02014b50) throw lacking();
    const nameAt = at + CENTRAL;
    const extras = nameAt + view.getUint16(at + 28, true);
    const next = extras + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > directory.length) throw lacking();
    const name = decoder.decode(directory.subarray(nameAt, extras));
    const large = largeFields(view, extras, extras + view.getUint16(at + 30, true));
    const field = (offset: number) => {
      const value = view.getUint32(at + offset, true);
      return value === 0xffffffff ? (large.shift() ?? value) : value;
    };
    const unpacked = field(24);
    const packed = field(20);
    const local = field(42);
    if (view.getUint16(at + 8, true) & 1) throw fault(file, `entry '${name}' is encrypted`);
    taken += packed;
    if (!(local + LOCAL + packed <= size && taken <= size)) {
      throw fault(file, `entry '${name}' of ${packed} bytes reaches beyond the file`);
    }
    if (names.has(name)) throw fault(file, `has two entries named '${name}'`);
    names.add(name);
    const method = view.getUint16(at + 10, true);
    entries.push({ name, method, checksum: view.getUint32(at + 16, true), packed, size: unpacked, local });
    at = next;
  }
  return entries;
}

/** First byte of an entry's contents, from its local header. */
export function zipContents(header: Uint8Array, entry: ZipEntry, size: number, file: string): number {
  const view = viewOf(header);
  if (header.length < LOCAL || view.getUint32(0, true) !== 0x04034b50) {
    throw fault(file, `entry '${entry.name}' is not where the directory says`);
  }
  const from = entry.local + LOCAL + view.getUint16(26, true) + view.getUint16(28, true);
  if (from + entry.packed > size) {
    throw fault(file, `entry '${entry.name}' of ${entry.packed} bytes reaches beyond the file`);
  }
  return from;
}

/** Length of a local header without its name. */
export const LOCAL_HEADER = LOCAL;

/** An entry's contents, unpacked and checked against their checksum. Sizes are checked before memory is taken. */
export function unpackEntry(packed: Uint8Array, entry: ZipEntry, file: string): Uint8Array {
  const data = unpack(packed, entry);
  if (!data || crc32(data) !== entry.checksum) {
    throw fault(file, `entry '${entry.name}' is damaged or not stored with deflate`);
  }
  return data;
}

/** The entries of a ZIP archive in order. */
export function decodeZip(bytes: Uint8Array, file: string): Map<string, Uint8Array> {
  const { length } = bytes;
  const { count, from, to } = zipEnd(bytes.subarray(-TAIL), length, file);
  const entries = new Map<string, Uint8Array>();
  for (const entry of zipEntries(bytes.subarray(from, to), count, length, file)) {
    const at = zipContents(bytes.subarray(entry.local, entry.local + LOCAL), entry, length, file);
    entries.set(entry.name, unpackEntry(bytes.subarray(at, at + entry.packed), entry, file));
  }
  return entries;
}

function unpack(packed: Uint8Array, { method, size }: ZipEntry): Uint8Array | undefined {
  if (method === 0) return packed.length === size ? packed : undefined;
  if (method !== 8 || size > packed.length * LARGEST_RATIO) return undefined;
  try {
    const data = inflateSync(packed, { out: new Uint8Array(size) });
    return data.length === size ? data : undefined;
  } catch {
    return undefined;
  }
}

/** The 64-bit fields of an entry, in the order of those they stand for. */
function largeFields(view: DataView, from: number, to: number): number[] {
  for (let at = from; at + 4 <= to; ) {
    const end = at + 4 + view.getUint16(at + 2, true);
    if (end > to) return [];
    if (view.getUint16(at, true) === 1) {
      return Array.from({ length: Math.min(3, (end - at - 4) >> 3) }, (_, i) =>
        Number(view.getBigUint64(at + 4 + 8 * i, true)),
      );
    }
    at = end;
  }
  return [];
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
