import { type ArrayData, bytesOf, type DType, elementSize, elements, ndArray } from './arrays.ts';
import { crc32, joinedCrc32 } from './crc32.ts';
import { npyHeader } from './npy.ts';
import { type Piece, type ZipLayout, zipLayout } from './zip-layout.ts';

/** An array that a file is to hold, declared before its entries are known. */
export interface DeclaredArray {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** A stretch of an entry's bytes that has been given, and its checksum. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly checksum: number;
}

/**
 * The bytes of an NPZ file as numpy.savez writes it, an uncompressed ZIP archive of NPY files, part by part: where each part
 * belongs is known from the declared shapes, and the checksums of parts join whatever their order. Holds no entries.
 */
export class NpzFile {
  readonly #arrays: readonly DeclaredArray[];
  readonly #index: ReadonlyMap<string, number>;
  readonly #headers: readonly Uint8Array[];
  readonly #layout: ZipLayout;
  readonly #given: Stretch[][];

  constructor(arrays: readonly DeclaredArray[]) {
    this.#arrays = arrays;
    this.#index = new Map(arrays.map(({ name }, i) => [name, i]));
    this.#headers = arrays.map(({ dtype, shape }) => npyHeader(dtype, shape));
    this.#layout = zipLayout(arrays.map(({ name }, i) => ({ name: `${name}.npy`, size: this.#sizeOf(i) })));
    this.#given = this.#headers.map(header => [{ from: 0, to: header.length, checksum: crc32(header) }]);
  }

  /** Bytes of the whole file. */
  get size(): number {
    return this.#layout.size;
  }

  /** Where entries of an array belong, `from` the index of the first in row-major order. */
  place(name: string, from: number, data: ArrayData): Piece {
    const i = this.#index.get(name);
    const array = i === undefined ? undefined : this.#arrays[i];
    if (i === undefined || !array) throw new Error(`internal: the array '${name}' was not declared`);
    const bytes = bytesOf({ ...ndArray([data.length], data), dtype: array.dtype });
    const start = this.#headers[i]!.length + from * elementSize(array.dtype);
    this.#note(i, { from: start, to: start + bytes.length, checksum: crc32(bytes) });
    return { position: this.#layout.starts[i]! + start, bytes };
  }

  /** Headers and directory, once every entry of every array has been placed. */
  finish(): Piece[] {
    const checksums = this.#given.map(([whole, next], i) => {
      if (next || whole!.to !== this.#sizeOf(i)) {
        throw new Error(`internal: the array '${this.#arrays[i]!.name}' lacks entries from byte ${whole!.to} on`);
      }
      return whole!.checksum;
    });
    const headers = this.#headers.map((bytes, i) => ({ position: this.#layout.starts[i]!, bytes }));
    return [...headers, ...this.#layout.frame(checksums)];
  }

  #sizeOf(i: number): number {
    const { dtype, shape } = this.#arrays[i]!;
    return this.#headers[i]!.length + elements(shape) * elementSize(dtype);
  }

  /** Keeps stretches in order and joins those that meet. */
  #note(i: number, stretch: Stretch): void {
    if (stretch.from === stretch.to) return;
    const given = this.#given[i]!;
    let at = given.length;
    while (at > 0 && given[at - 1]!.from > stretch.from) at--;
    const before = given[at - 1]!;
    const after = given[at];
    if (before.to > stretch.from || stretch.to > (after?.from ?? this.#sizeOf(i))) {
      throw new Error(`internal: entries of the array '${this.#arrays[i]!.name}' were given twice or lie outside it`);
    }
    let joined = stretch;
    if (before.to === stretch.from) joined = join(before, joined);
    const meets = after?.from === joined.to;
    if (meets) joined = join(joined, after);
    const first = before.to === stretch.from ? at - 1 : at;
    given.splice(first, at - first + (meets ? 1 : 0), joined);
  }
}

function join(a: Stretch, b: Stretch): Stretch {
  return { from: a.from, to: b.to, checksum: joinedCrc32(a.checksum, b.checksum, b.to - b.from) };
}

/** Where written bytes go: a file or whatever takes bytes at positions, in any order. */
export type WriteAt = (position: number, bytes: Uint8Array) => void | Promise<void>;

/** Writes an NPZ file of any size with the memory of its parts. */
export class NpzWriter {
  readonly #file: NpzFile;
  readonly #write: WriteAt;

  constructor(arrays: readonly DeclaredArray[], write: WriteAt) {
    this.#file = new NpzFile(arrays);
    this.#write = write;
  }

  /** Bytes of the whole file. */
  get size(): number {
    return this.#file.size;
  }

  /** Writes entries of an array, `from` the index of the first in row-major order; parts may come in any order. */
  async put(name: string, from: number, data: ArrayData): Promise<void> {
    const { position, bytes } = this.#file.place(name, from, data);
    await this.#write(position, bytes);
  }

  /** Writes what holds the arrays together, once every entry has been put. */
  async finish(): Promise<void> {
    for (const { position, bytes } of this.#file.finish()) await this.#write(position, bytes);
  }
}
