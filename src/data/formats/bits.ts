import { InputError, insist } from '../../base/index.ts';
import { doublesOf } from './arrays.ts';
import { gunzipped } from './gzip.ts';
import { decodeNpy } from './npy.ts';
import { decodeTextTable } from './text-table.ts';

/** Measured bits, one sequence of 0 and 1 by column. */
export interface BitColumns {
  readonly names: readonly string[];
  readonly columns: readonly Uint8Array[];
}

/**
 * Bits of a table of 0 and 1 (text or Parquet, gzipped or not), a sequence by column; of an NPY array, [bits] or [bits, columns]; or of a
 * text of nothing but the digits 0 and 1, one sequence. `name` is the file's name in errors.
 */
export async function decodeBits(packed: Uint8Array, name: string): Promise<BitColumns> {
  const bytes = gunzipped(packed, name);
  if (bytes[0] === 0x93 && bytes[1] === 0x4e) return fromArray(bytes, name);
  const digits = digitsOf(bytes);
  if (digits) return { names: ['bits'], columns: [digits] };
  const table = await decodeTextTable(bytes, name);
  return {
    names: table.names,
    columns: table.names.map((column, j) =>
      Uint8Array.from(table.cells, (cells, row) =>
        bitOf(Number(cells[j] || Number.NaN), cells[j]!, [`column '${column}', ${table.place(row)}`], name),
      ),
    ),
  };
}

function fromArray(bytes: Uint8Array, name: string): BitColumns {
  const array = decodeNpy(bytes, name);
  const [rows = 0, columns = 1] = array.shape;
  insist(array.shape.length === 1 || array.shape.length === 2, {
    file: name,
    path: [],
    rule: `must be [bits] or [bits, columns], got [${array.shape.join(', ')}]`,
  });
  const values = doublesOf(array, name);
  return {
    names: Array.from({ length: columns }, (_, j) => `column ${j}`),
    columns: Array.from({ length: columns }, (_, j) =>
      Uint8Array.from({ length: rows }, (_, i) => {
        const value = values[i * columns + j]!;
        return bitOf(value, value, [`[${i}, ${j}]`], name);
      }),
    ),
  };
}

/** The digits of a text that holds no others and nothing between them but ends of lines. */
function digitsOf(bytes: Uint8Array): Uint8Array | undefined {
  const out = new Uint8Array(bytes.length);
  let count = 0;
  for (let i = 0; i < bytes.length; i++) {
    const code = bytes[i]!;
    if (code === 0x30 || code === 0x31) out[count++] = code - 0x30;
    else if (code !== 0x0a && code !== 0x0d) return undefined;
  }
  return count > 0 ? out.subarray(0, count) : undefined;
}

function bitOf(number: number, value: unknown, path: readonly string[], file: string): number {
  if (number === 0 || number === 1) return number;
  throw new InputError({
    file,
    path,
    rule: 'must be 0 or 1',
    value,
    hint: 'give columns of bits alone, without times, counts or gaps',
  });
}
