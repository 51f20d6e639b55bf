import { InputError } from '../../base/index.ts';

/** Element types in NumPy's short names; `b1` is a boolean stored as one byte, 0 or 1. */
export type DType = 'f4' | 'f8' | 'i1' | 'i2' | 'i4' | 'i8' | 'u1' | 'u2' | 'u4' | 'u8' | 'b1';

const constructors = {
  f4: Float32Array,
  f8: Float64Array,
  i1: Int8Array,
  i2: Int16Array,
  i4: Int32Array,
  i8: BigInt64Array,
  u1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
  u8: BigUint64Array,
  b1: Uint8Array,
} as const;

export type ArrayData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** A dense array as files hold it: element type, shape and entries in row-major order. */
export interface NdArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: ArrayData;
}

/** An array with the element type of its data; a Uint8Array is `u1`. */
export function ndArray(shape: readonly number[], data: ArrayData): NdArray {
  for (const [dtype, type] of Object.entries(constructors)) {
    if (data instanceof type) return checked({ dtype: dtype as DType, shape, data });
  }
  throw new Error('internal: ndArray was given data of an unknown element type');
}

export function elementSize(dtype: DType): number {
  return constructors[dtype].BYTES_PER_ELEMENT;
}

/** Entries of a shape; Infinity where that is no safe integer. */
export function elements(shape: readonly number[]): number {
  if (shape.includes(0)) return 0;
  let count = 1;
  for (const length of shape) count *= length;
  return Number.isSafeInteger(count) ? count : Number.POSITIVE_INFINITY;
}

/** A copy of little-endian bytes as entries; their number must divide the length. */
export function entriesOf(dtype: DType, bytes: Uint8Array): ArrayData {
  return new constructors[dtype](new Uint8Array(bytes).buffer);
}

/** The little-endian bytes of an array, not copied. */
export function bytesOf(array: NdArray): Uint8Array {
  const { data } = checked(array);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The entries as doubles; 64-bit integers beyond ±2⁵³ are refused. `where` names file and array for the error. */
export function doublesOf(array: NdArray, where: string): Float64Array {
  const { data } = array;
  const out = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i]!);
    if (typeof data[i] === 'bigint' && !Number.isSafeInteger(value)) {
      throw new InputError(`${where}: entry ${i} is ${data[i]}, beyond ±2^53; store it as a smaller integer.`);
    }
    out[i] = value;
  }
  return out;
}

/** IEEE half precision, or the upper half of single precision (`bfloat16`), widened to single precision. */
export function widen(bytes: Uint8Array, kind: 'float16' | 'bfloat16'): Float32Array {
  const halves = new Uint16Array(new Uint8Array(bytes).buffer);
  if (kind === 'bfloat16') return new Float32Array(Uint32Array.from(halves, half => half * 65536).buffer);
  return Float32Array.from(halves, half => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    return sign * (exponent ? 2 ** (exponent - 25) * (1024 + fraction) : 2 ** -24 * fraction);
  });
}

function checked(array: NdArray): NdArray {
  if (elements(array.shape) !== array.data.length || !(array.data instanceof constructors[array.dtype])) {
    throw new Error(
      `internal: ${array.data.length} entries do not make an array ${array.dtype} [${array.shape.join(', ')}]`,
    );
  }
  return array;
}
