import type { Floats } from './kernels.ts';
import { philox } from './philox.ts';

/**
 * Random numbers that belong to rows: element (outer s, row r, plane p, column j) depends on the key, the words
 * `first` + s, `numbers[r]` and `firstPlane` + p, and on j alone, whatever else is filled with it. Cells take the copy
 * as outer number, the input as row and the device as plane; reads take the sample, the input vector and the position.
 */
export interface RowNumbers {
  /** Numbers of the rows, below 2³² − 1, [rows]. */
  readonly numbers: Uint32Array;
  /** First outer number, 0 by default, and how many. */
  readonly first?: number;
  readonly outer: number;
  /** First plane, 0 by default, and how many, 1 by default. */
  readonly firstPlane?: number;
  readonly planes?: number;
  readonly columns: number;
}

/** How a fill lays its elements: [outer, rows, planes, columns] one after the other by default. */
export interface RowLayout {
  /** [outer, rows, columns, planes] instead. */
  readonly interleaved?: boolean;
  /** Distance between the parts of two outer numbers; they follow each other by default. */
  readonly stride?: number;
}

/** Draws single elements: the column-th of the stream of a row, plane and outer number. */
export type Draw = (column: number, plane: number, row: number, outer: number) => number;

/**
 * The definition of the streams: the block of column j has the counter (⌊j/b⌋, plane, 1 + row, outer), b = 4 elements in
 * single precision and 2 in double; its words make elements as those of `uniform` and `normal` do.
 */
export function drawer(law: 'uniform' | 'normal', double: boolean, key0: number, key1: number): Draw {
  const words = new Uint32Array(4);
  const u = double ? new Float64Array(2) : new Float32Array(4);
  const round = double ? (x: number) => x : Math.fround;
  let [atBlock, atPlane, atRow, atOuter] = [-1, -1, -1, -1];
  return (column, plane, row, outer) => {
    const block = Math.floor(column / u.length);
    if (atBlock !== block || atPlane !== plane || atRow !== row || atOuter !== outer) {
      philox(words, 0, block, plane, row + 1, outer, key0, key1);
      atBlock = block;
      atPlane = plane;
      atRow = row;
      atOuter = outer;
      for (let i = 0; i < u.length; i++) {
        u[i] = double
          ? ((words[2 * i]! >>> 6) * 2 ** 26 + (words[2 * i + 1]! >>> 6) + 0.5) * 2 ** -52
          : ((words[i]! >>> 9) + 0.5) * 2 ** -23;
      }
    }
    const lane = column % u.length;
    if (law === 'uniform') return u[lane]!;
    const radius = Math.sqrt(-2 * Math.log(u[lane - (lane % 2)]!));
    const angle = 2 * Math.PI * u[lane - (lane % 2) + 1]!;
    return round(radius * (lane % 2 === 0 ? Math.cos(angle) : Math.sin(angle)));
  };
}

export function uniformRows(out: Floats, key0: number, key1: number, rows: RowNumbers, layout: RowLayout = {}): void {
  fillRows(out, drawer('uniform', out instanceof Float64Array, key0, key1), rows, layout);
}

export function normalRows(out: Floats, key0: number, key1: number, rows: RowNumbers, layout: RowLayout = {}): void {
  fillRows(out, drawer('normal', out instanceof Float64Array, key0, key1), rows, layout);
}

function fillRows(out: Floats, draw: Draw, rows: RowNumbers, { interleaved = false, stride }: RowLayout): void {
  const { planes = 1, columns, numbers } = rows;
  const step = stride ?? numbers.length * planes * columns;
  eachElement(rows, draw, (z, s, r, p, j) => {
    const within = interleaved ? (r * columns + j) * planes + p : (r * planes + p) * columns + j;
    out[s * step + within] = z;
  });
}

export function addNoiseRows(
  y: Floats,
  x: Floats,
  variance: Floats,
  key0: number,
  key1: number,
  rows: RowNumbers,
): void {
  let at = 0;
  eachElement(rows, drawer('normal', y instanceof Float64Array, key0, key1), z => {
    y[at] = x[at % x.length]! + Math.sqrt(variance[at % variance.length]!) * z;
    at++;
  });
}

function eachElement(
  { numbers, first = 0, outer, firstPlane = 0, planes = 1, columns }: RowNumbers,
  draw: Draw,
  visit: (z: number, s: number, r: number, p: number, j: number) => void,
): void {
  for (let s = 0; s < outer; s++) {
    for (let r = 0; r < numbers.length; r++) {
      for (let p = 0; p < planes; p++) {
        for (let j = 0; j < columns; j++) visit(draw(j, firstPlane + p, numbers[r]!, first + s), s, r, p, j);
      }
    }
  }
}

export function uniformAt(out: Floats, key0: number, key1: number, addresses: Uint32Array): void {
  fillAt(out, drawer('uniform', out instanceof Float64Array, key0, key1), addresses);
}

export function normalAt(out: Floats, key0: number, key1: number, addresses: Uint32Array): void {
  fillAt(out, drawer('normal', out instanceof Float64Array, key0, key1), addresses);
}

function fillAt(out: Floats, draw: Draw, addresses: Uint32Array): void {
  for (let i = 0; i < out.length; i++) {
    const at = 4 * i;
    out[i] = draw(addresses[at]!, addresses[at + 1]!, addresses[at + 2]!, addresses[at + 3]!);
  }
}
