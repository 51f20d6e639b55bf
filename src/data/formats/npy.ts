import { InputError } from '../../base/index.ts';
import { bytesOf, type DType, elementSize, elements, entriesOf, type NdArray, widen } from './arrays.ts';
import { pickled } from './pickle.ts';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const dtypes: ReadonlySet<string> = new Set(['f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'b1']);

/** The header of an NPY file, version 1.0, row-major and little-endian (NumPy enhancement proposal 1). */
export function npyHeader(dtype: DType, shape: readonly number[]): Uint8Array {
  const order = elementSize(dtype) === 1 ? '|' : '<';
  const text = `{'descr': '${order}${dtype}', 'fortran_order': False, 'shape': ${tupleOf(shape)}, }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64;
  const bytes = new Uint8Array(length).fill(0x20);
  bytes.set([...MAGIC, 1, 0, (length - 10) & 255, (length - 10) >> 8]);
  bytes.set(new TextEncoder().encode(text), 10);
  bytes[length - 1] = 0x0a;
  return bytes;
}

/** An NPY file. */
export function encodeNpy(array: NdArray): Uint8Array {
  const header = npyHeader(array.dtype, array.shape);
  const data = bytesOf(array);
  const bytes = new Uint8Array(header.length + data.length);
  bytes.set(header);
  bytes.set(data, header.length);
  return bytes;
}

/** A shape as Python writes it. */
const tupleOf = (shape: readonly number[]): string => (shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`);

/** What an NPY file's header declares. */
export interface NpyHead {
  readonly type: DType | 'f2';
  readonly shape: readonly number[];
  /** Whether the highest byte of an entry comes first. */
  readonly isBigEndian: boolean;
  /** Whether the first index runs fastest. */
  readonly isColumnMajor: boolean;
  /** First byte of the entries, and how many bytes they take. */
  readonly start: number;
  readonly size: number;
}

const fault = (file: string, rule: string) =>
  new InputError(`${file}: ${rule}; write the file again with numpy.save or check that it was copied whole.`);

/** Longest header that is looked at, in bytes. */
export const MOST_HEADER = 65_536 + 12;

/** What stands in a header as text. */
interface Header {
  readonly descr: string | undefined;
  readonly isColumnMajor: boolean;
  readonly shape: readonly number[];
  readonly start: number;
}

/** Reads the header from a file's first bytes, all `length` of them or at least `MOST_HEADER`. */
export function decodeNpyHead(bytes: Uint8Array, length: number, file: string): NpyHead {
  const { descr, isColumnMajor, shape, start } = headerOf(bytes, length, file);
  const [order, type] = typeOf(descr, file);
  const size = elements(shape) * (type === 'f2' ? 2 : elementSize(type));
  if (length - start !== size) {
    throw fault(file, `needs ${size} bytes for ${tupleOf(shape)} of ${type} but holds ${length - start}`);
  }
  return { type, shape, isBigEndian: order === '>', isColumnMajor, start, size };
}

function headerOf(bytes: Uint8Array, length: number, file: string): Header {
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) throw fault(file, 'does not begin like an NPY file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = bytes[6]! >= 2;
  const from = wide ? 12 : 10;
  if (bytes.length < from) throw fault(file, `ends after ${bytes.length} bytes, inside the NPY header`);
  if (bytes[6]! < 1 || bytes[6]! > 3) throw fault(file, `has NPY version ${bytes[6]}, where 1, 2 and 3 are known`);
  const start = from + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (start > length) throw fault(file, `declares a header of ${start - from} bytes in a file of ${length} bytes`);
  const header = new TextDecoder('latin1').decode(bytes.subarray(from, Math.min(start, from + 65536)));

  const descr = /'descr'\s*:\s*(?:'([^']*)'|\[)/.exec(header);
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(header);
  const tuple = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(header);
  if (!descr || !fortran || !tuple) throw fault(file, "has no 'descr', 'fortran_order' and 'shape' in its NPY header");
  const shape = [...tuple[1]!.matchAll(/\d+/g)].map(match => Number(match[0]));
  if (!shape.every(Number.isSafeInteger) || shape.length > 32)
    throw fault(file, `has the impossible shape (${tuple[1]})`);
  return { descr: descr[1], shape, isColumnMajor: fortran[1] === 'True' && shape.length > 1, start };
}

/** An array of texts, [entries] in row-major order. */
export interface TextArray {
  readonly shape: readonly number[];
  readonly texts: readonly string[];
}

/** The texts of an NPY file of texts of fixed length (U or S), row-major; undefined where it holds something else. */
export function decodeNpyTexts(bytes: Uint8Array, file: string): TextArray | undefined {
  const { descr = '', shape, isColumnMajor, start } = headerOf(bytes, bytes.length, file);
  const [, order, kind, digits] = /^([<>|=]?)([US])(\d+)$/.exec(descr) ?? [];
  if (!kind || isColumnMajor) return undefined;
  const width = Number(digits) * (kind === 'U' ? 4 : 1);
  const count = elements(shape);
  if (bytes.length - start !== count * width) {
    throw fault(
      file,
      `needs ${count * width} bytes for ${tupleOf(shape)} of ${descr} but holds ${bytes.length - start}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + start);
  const texts = Array.from({ length: count }, (_, i) => {
    let text = '';
    for (let at = i * width; at < (i + 1) * width; at += kind === 'U' ? 4 : 1) {
      const code = kind === 'U' ? view.getUint32(at, order !== '>') : view.getUint8(at);
      if (code > 0x10ffff) throw fault(file, `entry ${i} holds no text`);
      text += String.fromCodePoint(code);
    }
    return text.replace(/\0+$/, '');
  });
  return { shape, texts };
}

/**
 * Reads an NPY file; `name` is the file's name for errors. Column-major arrays come back row-major, half precision as
 * single precision, big-endian numbers in the order of the machine. Structured, text and object arrays are refused with the way
 * to convert them.
 */
export function decodeNpy(bytes: Uint8Array, name: string): NdArray {
  const { type, shape, isBigEndian, isColumnMajor, start } = decodeNpyHead(bytes, bytes.length, name);
  const array = entriesAs(type, shape, bytes.subarray(start), isBigEndian);
  return isColumnMajor ? rowMajor(array) : array;
}

/** Entries of the file's type as an array of this shape. */
export function entriesAs(
  type: DType | 'f2',
  shape: readonly number[],
  bytes: Uint8Array,
  isBigEndian: boolean,
): NdArray {
  const part = isBigEndian ? turned(bytes, type === 'f2' ? 2 : elementSize(type)) : bytes;
  return type === 'f2'
    ? { dtype: 'f4', shape, data: widen(part, 'float16') }
    : { dtype: type, shape, data: entriesOf(type, part) };
}

/** A copy of entries of `size` bytes with the bytes of each in the opposite order. */
function turned(bytes: Uint8Array, size: number): Uint8Array {
  return Uint8Array.from({ length: bytes.length }, (_, i) => bytes[i - (i % size) + (size - 1 - (i % size))]!);
}

function typeOf(descr: string | undefined, name: string): [string, DType | 'f2'] {
  if (descr === undefined) {
    throw new InputError(`${name}: holds a structured array; save each field as an array of its own.`);
  }
  const order = /^[<>|=]/.test(descr) ? descr[0]! : '<';
  const type = descr.replace(/^[<>|=]/, '');
  if (type === 'O' || type.startsWith('O')) throw pickled(name);
  if (type !== 'f2' && !dtypes.has(type)) {
    throw new InputError(
      `${name}: has element type '${descr}'; convert it with a.astype('<f4'), or '<i4' for labels, and save again.`,
    );
  }
  return [order, type as DType | 'f2'];
}

function rowMajor(array: NdArray): NdArray {
  const { dtype, shape, data } = array;
  const out = data.slice();
  const index = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, axis) => elements(shape.slice(0, axis)));
  let at = 0;
  for (let i = 0; i < data.length; i++) {
    out[i] = data[at]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      at -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return { dtype, shape, data: out };
}
