import type { ColumnChunk } from 'hyparquet';

/** Integer and struct fields of a Thrift struct by number; other fields are passed over. */
interface Struct {
  readonly [field: number]: number | Struct;
}

/** Deeper nesting than Parquet's own structures have. */
const DEEPEST = 24;

/**
 * Checks what a Parquet file declares before a reader takes memory for it: lists of the footer fit in the footer, pages
 * lie within their column, unpack no further than snappy can (64 bytes from a two-byte copy) and hold no more values
 * than their column. Throws a RangeError that says what is wrong.
 */
export function checkFooter(bytes: Uint8Array): void {
  const end = bytes.length - 8;
  const length = end < 0 ? -1 : new DataView(bytes.buffer, bytes.byteOffset + end).getUint32(0, true);
  if (length < 0 || length > end) throw new RangeError('the footer does not fit in the file');
  readStruct(bytes.subarray(end - length, end), 0, 0);
}

export function checkPages(bytes: Uint8Array, columns: readonly ColumnChunk[]): void {
  for (const { meta_data: chunk } of columns) {
    if (!chunk) throw new RangeError('a column has no metadata');
    const values = Number(chunk.num_values);
    let at = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
    const end = at + Number(chunk.total_compressed_size);
    if (!(at >= 4 && end <= bytes.length)) throw new RangeError('a column lies outside the file');
    for (let seen = 0; seen < values && at < end - 1; ) {
      const header = readStruct(bytes.subarray(0, end), at, 0);
      const packed = header.value[3] as number;
      const unpacked = header.value[2] as number;
      const limit = chunk.codec === 'SNAPPY' ? 32 * packed + 64 : packed;
      const data = (header.value[5] ?? header.value[8]) as Struct | undefined;
      const count = ((data ?? header.value[7]) as Struct | undefined)?.[1] as number;
      at = header.end + packed;
      if (!(packed >= 0 && at <= end && unpacked >= 0 && unpacked <= limit)) {
        throw new RangeError('a page lies outside its column or unpacks to more than it can');
      }
      if (!(count >= 0 && count <= (data ? values - seen : unpacked))) {
        throw new RangeError('a page declares more values than its column');
      }
      if (data) seen += count;
    }
  }
}

/** Reads a struct in Thrift's compact protocol. */
function readStruct(bytes: Uint8Array, from: number, depth: number): { value: Struct; end: number } {
  if (depth > DEEPEST) throw new RangeError('structures are nested too deeply');
  let at = from;
  const next = () => {
    if (at >= bytes.length) throw new RangeError('a structure is cut short');
    return bytes[at++]!;
  };
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = next();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      if (scale > 2 ** 63) throw new RangeError('a number is too long');
    }
  };
  const skip = (count: number) => {
    if (count > bytes.length - at) throw new RangeError('a list or text is longer than the file');
    at += count;
  };
  const element = (type: number, inList: boolean): number | Struct => {
    if (type === 1 || type === 2) return inList ? next() : 2 - type;
    if (type === 3) return next();
    if (type >= 4 && type <= 6) {
      const value = varint();
      return value % 2 ? -(value + 1) / 2 : value / 2;
    }
    if (type === 7) skip(8);
    else if (type === 8) skip(varint());
    else if (type === 9 || type === 10) {
      const head = next();
      const count = head >> 4 === 15 ? varint() : head >> 4;
      if (count > bytes.length - at) throw new RangeError('a list is longer than the file');
      for (let i = 0; i < count; i++) element(head & 15, true);
    } else if (type === 12) {
      const inner = readStruct(bytes, at, depth + 1);
      at = inner.end;
      return inner.value;
    } else throw new RangeError(`a field has the unknown type ${type}`);
    return 0;
  };
  const value: Record<number, number | Struct> = {};
  let field = 0;
  for (;;) {
    const head = next();
    if ((head & 15) === 0) return { value, end: at };
    if (head >> 4) field += head >> 4;
    else {
      const number = varint();
      field = number % 2 ? -(number + 1) / 2 : number / 2;
    }
    value[field] = element(head & 15, false);
  }
}
