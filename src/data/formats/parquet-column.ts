import { InputError } from '../../base/index.ts';
import type { Column } from './parquet.ts';

/** Gathers the pages of one column into an array of its type. */
export class ColumnReader {
  readonly #type: string | undefined;
  readonly #rows: number;
  /** File and column, for errors. */
  readonly #where: string;
  /** Whether missing reals are NaN; all others are refused. */
  readonly #gaps: boolean;
  readonly #numbers: Int32Array | Float32Array | Float64Array | undefined;
  readonly #texts: string[] = [];
  #seen = 0;

  constructor(type: string | undefined, rows: number, where: string, gaps = false) {
    this.#type = type;
    this.#gaps = gaps && (type === 'FLOAT' || type === 'DOUBLE');
    this.#rows = rows;
    this.#where = where;
    if (type === 'INT32' || type === 'BOOLEAN') this.#numbers = new Int32Array(rows);
    else if (type === 'FLOAT') this.#numbers = new Float32Array(rows);
    else if (type === 'DOUBLE' || type === 'INT64') this.#numbers = new Float64Array(rows);
    else if (rows > 0 && type !== 'BYTE_ARRAY') throw this.#unreadable();
  }

  /** Takes the values from row `from` on. */
  take(from: number, values: ArrayLike<unknown>): void {
    if (from + values.length > this.#rows) throw new RangeError(`a column has more than ${this.#rows} rows`);
    this.#seen += values.length;
    const numbers = this.#numbers;
    if (numbers && ((this.#type === 'FLOAT' && values instanceof Float32Array) || isWhole(this.#type, values))) {
      numbers.set(values as ArrayLike<number>, from);
      return;
    }
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value === null || value === undefined) {
        if (this.#gaps) {
          numbers![from + i] = Number.NaN;
          continue;
        }
        throw new InputError(
          `${this.#where}: has no value in row ${from + i + 1}; fill or drop rows with missing values.`,
        );
      }
      if (numbers) numbers[from + i] = this.#number(value, from + i);
      else if (typeof value === 'string') this.#texts[from + i] = value;
      else throw this.#unreadable();
    }
  }

  column(): Column {
    if (this.#seen !== this.#rows) {
      throw new InputError(
        `${this.#where}: has values for ${this.#seen} of ${this.#rows} rows; fill or drop rows with missing values.`,
      );
    }
    const data = this.#numbers;
    if (data instanceof Int32Array) return { type: 'INT32', data };
    if (data instanceof Float32Array) return { type: 'FLOAT', data };
    if (data) return { type: 'DOUBLE', data };
    return { type: 'STRING', data: this.#texts };
  }

  #number(value: unknown, row: number): number {
    if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'boolean') throw this.#unreadable();
    const number = Number(value);
    if (this.#type === 'INT64' && !Number.isSafeInteger(number)) {
      throw new InputError(`${this.#where}: row ${row + 1} is ${value}, beyond ±2^53; store doubles.`);
    }
    if (this.#numbers instanceof Int32Array && number !== (number | 0)) {
      throw new InputError(`${this.#where}: row ${row + 1} is ${number}, no whole number of 32 bits; store doubles.`);
    }
    return number;
  }

  #unreadable(): InputError {
    return new InputError(`${this.#where}: has type ${this.#type}; convert it to numbers or texts.`);
  }
}

/** Whether a page holds numbers of the column's own type, which need no look at each. */
function isWhole(type: string | undefined, values: ArrayLike<unknown>): boolean {
  return (type === 'INT32' && values instanceof Int32Array) || (type === 'DOUBLE' && values instanceof Float64Array);
}

/** Gathers the pages of one column as the texts that a table of text would hold: missing values empty, dates by ISO 8601. */
export class CellReader {
  readonly #rows: number;
  /** File and column, for errors. */
  readonly #where: string;
  readonly #cells: string[] = [];
  #seen = 0;

  constructor(rows: number, where: string) {
    this.#rows = rows;
    this.#where = where;
  }

  /** Takes the values from row `from` on. */
  take(from: number, values: ArrayLike<unknown>): void {
    if (from + values.length > this.#rows) throw new RangeError(`a column has more than ${this.#rows} rows`);
    this.#seen += values.length;
    for (let i = 0; i < values.length; i++) this.#cells[from + i] = this.#text(values[i]);
  }

  cells(): string[] {
    if (this.#seen !== this.#rows) {
      throw new InputError(`${this.#where}: has values for ${this.#seen} of ${this.#rows} rows; write the file again.`);
    }
    return this.#cells;
  }

  #text(value: unknown): string {
    if (value === null || value === undefined) return '';
    if (typeof value === 'string') return value.trim();
    if (typeof value === 'boolean') return value ? '1' : '0';
    if (typeof value === 'number') return Number.isNaN(value) ? '' : String(value);
    if (typeof value === 'bigint') return String(value);
    if (value instanceof Date) return value.toISOString().replace('T00:00:00.000Z', '');
    throw new InputError(`${this.#where}: holds neither numbers, texts, dates nor booleans; convert it.`);
  }
}
