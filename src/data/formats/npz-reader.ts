import { InputError } from '../../base/index.ts';
import { type DType, elementSize, elements, type NdArray } from './arrays.ts';
import { decodeNpy, decodeNpyHead, entriesAs, MOST_HEADER } from './npy.ts';
import { arrayName } from './npz.ts';
import { LOCAL_HEADER, TAIL, unpackEntry, type ZipEntry, zipContents, zipEnd, zipEntries } from './zip.ts';

/** Bytes that are read where they are wanted, such as those of a file. */
export interface ByteRanges {
  /** Bytes in all. */
  readonly size: number;
  /** Bytes `from` … before `to`, within the size. */
  read(from: number, to: number): Promise<Uint8Array>;
}

/** An array that stays in its file until it is read. */
export interface StoredArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The whole array, checked against its checksum. */
  read(): Promise<NdArray>;
  /** `count` entries in row-major order from the index `from` on, [count]; without a check of the checksum. */
  slice(from: number, count: number): Promise<NdArray>;
}

/**
 * Opens an NPZ file of any size and reads headers alone, of compressed arrays all, which have none that could be read before;
 * `name` is the file's name for errors. Of column-major arrays a slice reads all.
 */
export async function openNpz(source: ByteRanges, name: string): Promise<ReadonlyMap<string, StoredArray>> {
  const { size } = source;
  const end = zipEnd(await source.read(Math.max(0, size - TAIL), size), size, name);
  const directory = await source.read(end.from, end.to);
  const arrays = new Map<string, StoredArray>();
  for (const entry of zipEntries(directory, end.count, size, name)) {
    const key = arrayName(entry.name, name);
    arrays.set(key, await storedArray(source, entry, name, `${name}, array '${key}'`));
  }
  return arrays;
}

async function storedArray(source: ByteRanges, entry: ZipEntry, file: string, name: string): Promise<StoredArray> {
  const header = await source.read(entry.local, entry.local + LOCAL_HEADER);
  const from = zipContents(header, entry, source.size, file);
  const whole = async () => decodeNpy(unpackEntry(await source.read(from, from + entry.packed), entry, file), name);
  if (entry.method !== 0) return inMemory(await whole(), name);
  const first = await source.read(from, from + Math.min(entry.packed, MOST_HEADER));
  const { type, shape, isBigEndian, isColumnMajor, start } = decodeNpyHead(first, entry.packed, name);
  const bytes = type === 'f2' ? 2 : elementSize(type);
  return {
    dtype: type === 'f2' ? 'f4' : type,
    shape,
    read: whole,
    async slice(at, count) {
      checkSlice(shape, at, count, name);
      if (isColumnMajor) return inMemory(await whole(), name).slice(at, count);
      const part = await source.read(from + start + at * bytes, from + start + (at + count) * bytes);
      return entriesAs(type, [count], part, isBigEndian);
    },
  };
}

function inMemory(array: NdArray, name: string): StoredArray {
  const { dtype, shape, data } = array;
  return {
    dtype,
    shape,
    read: async () => array,
    async slice(at, count) {
      checkSlice(shape, at, count, name);
      return { dtype, shape: [count], data: data.slice(at, at + count) };
    },
  };
}

function checkSlice(shape: readonly number[], at: number, count: number, name: string): void {
  if (at >= 0 && count >= 0 && at + count <= elements(shape)) return;
  throw new InputError(`${name}: has ${elements(shape)} entries, where ${count} from ${at} on were asked for.`);
}
