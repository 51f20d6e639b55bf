import { InputError } from '../../base/index.ts';
import { bytesOf, type DType, elementSize, elements, entriesOf, type NdArray, widen } from './arrays.ts';
import { refusePickle } from './pickle.ts';

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: Readonly<Record<string, NdArray>>;
  readonly metadata: Readonly<Record<string, string>>;
}

const names: Readonly<Record<DType, string>> = {
  f4: 'F32',
  f8: 'F64',
  i1: 'I8',
  i2: 'I16',
  i4: 'I32',
  i8: 'I64',
  u1: 'U8',
  u2: 'U16',
  u4: 'U32',
  u8: 'U64',
  b1: 'BOOL',
};
const dtypes = new Map(Object.entries(names).map(([dtype, name]) => [name, dtype as DType]));
const halves = new Map([
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
] as const);

/** The format's own limit on its header, in bytes (safetensors format description). */
const LARGEST_HEADER = 100_000_000;

/**
 * A safetensors file: eight bytes with the length of the header, a JSON header, the entries. Tensors stand in order of
 * falling element size and then by name, so that every one is aligned and equal contents give equal bytes.
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, NdArray>>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const order = Object.keys(tensors).sort((a, b) => {
    const bySize = elementSize(tensors[b]!.dtype) - elementSize(tensors[a]!.dtype);
    return bySize || (a < b ? -1 : 1);
  });
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const name of order) {
    const { dtype, shape, data } = tensors[name]!;
    header[name] = { dtype: names[dtype], shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  let at = 8 + length;
  for (const name of order) {
    bytes.set(bytesOf(tensors[name]!), at);
    at += tensors[name]!.data.byteLength;
  }
  return bytes;
}

/**
 * Reads a safetensors file; `name` is the file's name for errors. Half-precision tensors (F16, BF16) come back in
 * single precision. Every size is checked against the file before memory is taken; the tensors must fill the file.
 */
export function decodeSafetensors(bytes: Uint8Array, name: string): Safetensors {
  refusePickle(bytes, name);
  const fail = (rule: string) =>
    new InputError(`${name}: ${rule}; write the file again or check that it was copied whole.`);
  if (bytes.length < 8) throw fail(`has ${bytes.length} bytes, too few for a safetensors file`);
  const declared = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (declared > BigInt(Math.min(bytes.length - 8, LARGEST_HEADER))) {
    throw fail(`declares a header of ${declared} bytes in a safetensors file of ${bytes.length} bytes`);
  }
  const length = Number(declared);
  const header = readHeader(bytes.subarray(8, 8 + length));
  if (header === undefined) throw fail(`bytes 8 to ${8 + length} are not the JSON header of a safetensors file`);

  const body = bytes.subarray(8 + length);
  const tensors: Record<string, NdArray> = {};
  const ranges: [number, number][] = [];
  let metadata: Record<string, string> = {};
  for (const [key, entry] of Object.entries(header)) {
    if (key === '__metadata__') {
      if (!isRecord(entry) || !Object.values(entry).every(value => typeof value === 'string')) {
        throw fail("header field '__metadata__' must hold texts only");
      }
      metadata = entry as Record<string, string>;
      continue;
    }
    if (key === '__proto__') throw fail("a tensor may not be named '__proto__'");
    const place = `tensor '${key}'`;
    if (!isRecord(entry)) throw fail(`${place} must have dtype, shape and data_offsets`);
    const { dtype, shape, data_offsets: range } = entry;
    const known = dtypes.get(dtype as string);
    const half = halves.get(dtype as 'F16');
    if (!known && !half) {
      throw new InputError(
        `${name}: ${place} has dtype ${JSON.stringify(dtype)}; convert it to one of ${[...dtypes.keys(), ...halves.keys()].join(', ')}.`,
      );
    }
    if (!isSizes(shape)) throw fail(`${place} must have a shape of whole numbers, got ${JSON.stringify(shape)}`);
    if (!isSizes(range) || range.length !== 2 || range[0]! > range[1]! || range[1]! > body.length) {
      throw fail(`${place} must lie within the ${body.length} bytes of data, got offsets ${JSON.stringify(range)}`);
    }
    const [from, to] = range as [number, number];
    const size = elements(shape) * (known ? elementSize(known) : 2);
    if (to - from !== size) {
      throw fail(`${place}, ${dtype} [${shape.join(', ')}], needs ${size} bytes but its offsets give ${to - from}`);
    }
    const part = body.subarray(from, to);
    tensors[key] = known
      ? { dtype: known, shape, data: entriesOf(known, part) }
      : { dtype: 'f4', shape, data: widen(part, half!) };
    ranges.push([from, to]);
  }
  ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let end = 0;
  for (const [from, to] of ranges) {
    if (from !== end) throw fail(`tensors overlap or leave a gap at byte ${Math.min(from, end)} of the data`);
    end = to;
  }
  if (end !== body.length) throw fail(`tensors take ${end} bytes but the file holds ${body.length} bytes of data`);
  return { tensors, metadata };
}

function readHeader(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isRecord(header) ? header : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= 32 && value.every(n => Number.isSafeInteger(n) && n >= 0);
}
