import { fillNormalAt, fillNormalRows, fillUniformAt, fillUniformRows, type Key } from '../random/index.ts';

/**
 * What cells a list holds, in canonical order: copy after copy, in a copy matrix after matrix, row by row, for each
 * weight its cells. A cell's random numbers go by its copy, matrix, input, output and place within the weight, so that
 * networks, copies, cells per weight and tiles of another size draw the same numbers for the cells that they share.
 */
export interface CellGrid {
  /** Number of the first copy; 0 by default. */
  readonly first?: number;
  readonly copies: number;
  readonly matrices: readonly CellMatrix[];
}

/** A matrix of cells: inputs by outputs. */
export interface CellMatrix {
  /** Word lines, the bias line included. */
  readonly rows: number;
  readonly columns: number;
  /** Cells of one weight. */
  readonly devices: number;
  /** The last word line is a bias line; its cells keep their numbers when inputs are added. */
  readonly bias: boolean;
  /** Place of the matrix in its network, where some come before it that are not listed; its place in the list by default. */
  readonly place?: number;
  /** Word lines of the matrix that come before these; 0 by default. */
  readonly before?: number;
}

/** Cells one after the other that belong to no network: one row. */
export function listGrid(count: number): CellGrid {
  return { copies: 1, matrices: [{ rows: 1, columns: count, devices: 1, bias: false }] };
}

/** Planes between two matrices: more than a weight has cells. */
const planesPerMatrix = 256;

/** Cells whose addresses are held at a time. */
const chunk = 1 << 14;

/** Draws random numbers for cells of a grid, one stream of a key for each word line. */
export interface CellNumbers {
  /** Fills `out` [cells] with standard normals of all cells. */
  normal(key: Key, out: Float32Array): Float32Array;
  /** Fills `out` [cells] with uniforms in (0, 1) of all cells. */
  uniform(key: Key, out: Float32Array): Float32Array;
  /** Fills `out` with standard normals of the given cells: those that `normal` has at their places. */
  normalOf(key: Key, out: Float32Array, cells: Int32Array): Float32Array;
  /** Fills `out` with uniforms of the given cells. */
  uniformOf(key: Key, out: Float32Array, cells: Int32Array): Float32Array;
}

export function cellNumbers({ first = 0, copies, matrices }: CellGrid): CellNumbers {
  const offsets: number[] = [];
  let perCopy = 0;
  for (const { rows, columns, devices } of matrices) {
    offsets.push(perCopy);
    perCopy += rows * columns * devices;
  }
  const rowNumbers = matrices.map(m => Uint32Array.from({ length: m.rows }, (_, r) => rowNumber(m, r)));
  const all = (fill: typeof fillNormalRows) => (key: Key, out: Float32Array) => {
    matrices.forEach(({ columns, devices, place }, m) => {
      const rows = {
        numbers: rowNumbers[m]!,
        first,
        outer: copies,
        firstPlane: (place ?? m) * planesPerMatrix,
        planes: devices,
        columns,
      };
      fill(key, out.subarray(offsets[m]), rows, { interleaved: true, stride: perCopy });
    });
    return out;
  };
  const total = copies * perCopy;
  let everyCell = new Float32Array();
  const some =
    (fill: typeof fillNormalAt, fillAll: (key: Key, out: Float32Array) => Float32Array) =>
    (key: Key, out: Float32Array, cells: Int32Array) => {
      // Drawing all and taking some is quicker unless they are few.
      if (cells.length * 8 >= total) {
        if (everyCell.length === 0) everyCell = new Float32Array(total);
        fillAll(key, everyCell);
        for (let i = 0; i < cells.length; i++) out[i] = everyCell[cells[i]!]!;
        return out;
      }
      const addresses = new Uint32Array(4 * Math.min(chunk, cells.length));
      for (let from = 0; from < cells.length; from += chunk) {
        const part = cells.subarray(from, from + chunk);
        addressCells(addresses, part);
        fill(key, out.subarray(from, from + part.length), addresses);
      }
      return out;
    };
  const addressCells = (addresses: Uint32Array, cells: Int32Array) => {
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i]!;
      const copy = Math.floor(cell / perCopy);
      const within = cell - copy * perCopy;
      let m = matrices.length - 1;
      while (within < offsets[m]!) m--;
      const { columns, devices, place = m } = matrices[m]!;
      const weight = Math.floor((within - offsets[m]!) / devices);
      const row = Math.floor(weight / columns);
      addresses[4 * i] = weight - row * columns;
      addresses[4 * i + 1] = place * planesPerMatrix + ((within - offsets[m]!) % devices);
      addresses[4 * i + 2] = rowNumbers[m]![row]!;
      addresses[4 * i + 3] = first + copy;
    }
  };
  const normal = all(fillNormalRows);
  const uniform = all(fillUniformRows);
  return { normal, uniform, normalOf: some(fillNormalAt, normal), uniformOf: some(fillUniformAt, uniform) };
}

/** Inputs have the numbers 1, 2, …, the bias line 0. */
function rowNumber({ rows, bias, before = 0 }: CellMatrix, row: number): number {
  return bias && row === rows - 1 ? 0 : before + row + 1;
}
