/** Sizes and places from which a ZIP archive writes them in 64 bits, as Python's zipfile does; the format needs it from 4 GiB. */
const wide = 2 ** 31;
const mostEntries = 65_535;
const LOCAL = 30;
const CENTRAL = 46;
const END = 22;
const WIDE_END = 56;
const LOCATOR = 20;

/** An entry that is stored as it is. */
export interface StoredEntry {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/** Bytes and where in a file they belong. */
export interface Piece {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** Where everything of an archive of stored entries lies, all known from names and sizes. Dates are fixed (1 January 1980). */
export interface ZipLayout {
  /** Bytes of the whole archive. */
  readonly size: number;
  /** First byte of each entry's contents. */
  readonly starts: readonly number[];
  /** All but the contents: headers, directory and end, given the contents' checksums. */
  frame(checksums: readonly number[]): Piece[];
}

/** Lays out an archive without compression, entries in order, 64-bit fields where sizes or places need them (ZIP64). */
export function zipLayout(entries: readonly StoredEntry[]): ZipLayout {
  const encoder = new TextEncoder();
  const names = entries.map(({ name }) => encoder.encode(name));
  const locals: number[] = [];
  const starts: number[] = [];
  let at = 0;
  entries.forEach(({ size }, i) => {
    locals.push(at);
    at += LOCAL + names[i]!.length + (size >= wide ? 20 : 0);
    starts.push(at);
    at += size;
  });
  const directory = at;
  const extras = entries.map(({ size }, i) => (size >= wide ? 16 : 0) + (locals[i]! >= wide ? 8 : 0));
  entries.forEach((_, i) => {
    at += CENTRAL + names[i]!.length + (extras[i]! > 0 ? 4 + extras[i]! : 0);
  });
  const end = at;
  const isWide = directory >= wide || end - directory >= wide || entries.length >= mostEntries;
  const size = end + (isWide ? WIDE_END + LOCATOR : 0) + END;

  return {
    size,
    starts,
    frame(checksums) {
      const pieces = entries.map(({ size }, i): Piece => {
        const out = new Fields(starts[i]! - locals[i]!);
        out.u32(0x04034b50);
        out.shared(names[i]!, size, size >= wide, checksums[i]!);
        out.u16(names[i]!.length).u16(size >= wide ? 20 : 0);
        out.raw(names[i]!);
        if (size >= wide) out.u16(1).u16(16).u64(size).u64(size);
        return { position: locals[i]!, bytes: out.bytes };
      });
      const out = new Fields(size - directory);
      entries.forEach(({ size }, i) => {
        const far = locals[i]! >= wide;
        out.u32(0x02014b50).u16(extras[i]! > 0 ? 45 : 20);
        out.shared(names[i]!, size, extras[i]! > 0, checksums[i]!, size >= wide);
        out.u16(names[i]!.length).u16(extras[i]! > 0 ? 4 + extras[i]! : 0);
        out.u16(0).u16(0).u16(0).u32(0);
        out.u32(far ? 0xffffffff : locals[i]!).raw(names[i]!);
        if (extras[i]! > 0) out.u16(1).u16(extras[i]!);
        if (size >= wide) out.u64(size).u64(size);
        if (far) out.u64(locals[i]!);
      });
      if (isWide) {
        out
          .u32(0x06064b50)
          .u64(WIDE_END - 12)
          .u16(45)
          .u16(45)
          .u32(0)
          .u32(0);
        out
          .u64(entries.length)
          .u64(entries.length)
          .u64(end - directory)
          .u64(directory);
        out.u32(0x07064b50).u32(0).u64(end).u32(1);
      }
      const count = isWide ? 0xffff : entries.length;
      out.u32(0x06054b50).u16(0).u16(0).u16(count).u16(count);
      out
        .u32(isWide ? 0xffffffff : end - directory)
        .u32(isWide ? 0xffffffff : directory)
        .u16(0);
      return [...pieces, { position: directory, bytes: out.bytes }];
    },
  };
}

/** Little-endian fields, one after the other. */
class Fields {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.#view = new DataView(this.bytes.buffer);
  }

  u16(value: number): this {
    this.#view.setUint16(this.#at, value, true);
    this.#at += 2;
    return this;
  }

  u32(value: number): this {
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
    return this;
  }

  u64(value: number): this {
    this.#view.setBigUint64(this.#at, BigInt(value), true);
    this.#at += 8;
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }

  /** What local and central headers have in common: version to read, flags, method, date, checksum and sizes. */
  shared(name: Uint8Array, size: number, extended: boolean, checksum: number, isLarge = extended): void {
    const isAscii = name.every(byte => byte < 128);
    this.u16(extended ? 45 : 20)
      .u16(isAscii ? 0 : 0x0800)
      .u16(0)
      .u16(0)
      .u16(33)
      .u32(checksum);
    this.u32(isLarge ? 0xffffffff : size).u32(isLarge ? 0xffffffff : size);
  }
}
