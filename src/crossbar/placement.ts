import { InputError } from '../base/index.ts';
import { copiesIn, type HeldMatrix, heldCells, heldParts } from './held-matrices.ts';

/** The arrays a chip has. */
export interface ArrayGeometry {
  /** Word lines of one array. */
  readonly rows: number;
  /** Bit lines of one array. */
  readonly columns: number;
  /** Arrays available; unlimited where absent. */
  readonly count?: number;
}

/**
 * `rows`: the cells of copy after copy fill the arrays in reading order, each copy one stretch of cells whose rows are
 * switched in turn (Dalgaty21). `tiles`: every matrix is cut into rectangles that multiply in place, the cells of one
 * weight on neighbouring bit lines.
 */
export type Layout = 'rows' | 'tiles';

/** A part of one copy of one matrix, and where its first cell lies. */
export interface Block {
  /** Index into the matrices. */
  readonly matrix: number;
  readonly copy: number;
  /** First word line of the matrix in this block, and how many. */
  readonly inputStart: number;
  readonly inputs: number;
  /** First output of the matrix in this block, and how many. */
  readonly outputStart: number;
  readonly outputs: number;
  readonly array: number;
  readonly row: number;
  readonly column: number;
}

/** Addresses of cells, struct of arrays, in the canonical order of cells. */
export interface Addresses {
  readonly array: Int32Array;
  readonly row: Int32Array;
  readonly column: Int32Array;
}

/** Where every cell of every copy lies. */
export interface Placement {
  readonly layout: Layout;
  readonly geometry: ArrayGeometry;
  /** Arrays used. */
  readonly arrays: number;
  /** Cells used. */
  readonly cells: number;
  /** Cells of the arrays used: arrays × rows × columns. */
  readonly devices: number;
  /** cells / devices. */
  readonly utilisation: number;
  readonly blocks: readonly Block[];
  /** Fills the addresses of all cells in the canonical order, which `heldParts` tells. */
  cellAddress(out: Addresses): void;
}

/**
 * Places matrices on arrays in as many copies as each has, the cells of a weight next to each other. The same arguments give the
 * same placement. Refuses a placement that needs more arrays than there are.
 */
export function place(matrices: readonly HeldMatrix[], geometry: ArrayGeometry, layout: Layout): Placement {
  check(geometry, matrices);
  const cells = heldCells(matrices);
  const perArray = geometry.rows * geometry.columns;
  const { blocks, arrays } =
    layout === 'rows' ? inReadingOrder(matrices, geometry) : pack(cut(matrices, geometry), matrices, geometry);
  if (geometry.count !== undefined && arrays > geometry.count) {
    throw new InputError({
      path: ['hardware', 'array'],
      rule:
        `${cells} cells (${copiesIn(matrices)} copies of ${weightsIn(matrices)} weights) need ` +
        `${arrays} arrays, but there are ${geometry.rows}×${geometry.columns}×${geometry.count} cells ` +
        `(${geometry.count} arrays)`,
      hint: 'use fewer copies, more or larger arrays, or a smaller network',
    });
  }
  return {
    layout,
    geometry,
    arrays,
    cells,
    devices: arrays * perArray,
    utilisation: arrays === 0 ? 0 : cells / (arrays * perArray),
    blocks,
    cellAddress(out) {
      if (layout === 'rows') readingAddresses(out, cells, geometry);
      else tileAddresses(out, blocks, matrices);
    },
  };
}

const weightsIn = (matrices: readonly HeldMatrix[]): number =>
  matrices.reduce((sum, { rows, columns }) => sum + rows * columns, 0);

/**
 * First word line of every tile of a matrix, and its end: `[0, 128, 256, 300]`. Where no more than `open` lines of a tile are read
 * at once, also the first of each read: `[0, 96, 128, 224, 256, 300]` for 96 of them.
 */
export function tileBoundaries(rows: number, tileRows: number, open = tileRows): Int32Array {
  const starts: number[] = [];
  for (let top = 0; top < Math.max(1, rows); top += tileRows) {
    const end = Math.min(top + tileRows, Math.max(1, rows));
    for (let first = top; first < end; first += open) starts.push(first);
  }
  return Int32Array.of(...starts, rows);
}

/**
 * Arrays side by side that one word line of a matrix is driven on: those that hold the outputs of a group, counted for every
 * group, which are read one after the other. One array holds `tileOutputs` outputs.
 */
export function arraysDriven(outputs: number, groups: number, tileOutputs: number): number {
  const width = outputs / groups;
  let arrays = 0;
  for (let g = 0; g < groups; g++) {
    arrays += Math.ceil(((g + 1) * width) / tileOutputs) - Math.floor((g * width) / tileOutputs);
  }
  return arrays;
}

function check(geometry: ArrayGeometry, matrices: readonly HeldMatrix[]): void {
  const cellsPerWeight = matrices.reduce((most, held) => Math.max(most, held.cellsPerWeight), 1);
  for (const [path, value] of [
    [['array', 'rows'], geometry.rows],
    [['array', 'columns'], geometry.columns],
    [['array', 'count'], geometry.count ?? 1],
    ...matrices.map(({ cellsPerWeight }) => [['cellsPerWeight'], cellsPerWeight] as const),
    ...matrices.map(({ copies }) => [['copies'], copies] as const),
  ] as const) {
    if (!Number.isInteger(value) || value < 1) {
      throw new InputError({ path: ['hardware', ...path], rule: 'must be a whole number of at least 1', value });
    }
  }
  if (cellsPerWeight > geometry.columns) {
    throw new InputError({
      path: ['hardware', 'array', 'columns'],
      rule: `must be at least the ${cellsPerWeight} cells of one weight`,
      value: geometry.columns,
    });
  }
}

function inReadingOrder(
  matrices: readonly HeldMatrix[],
  { rows, columns }: ArrayGeometry,
): { blocks: Block[]; arrays: number } {
  const perArray = rows * columns;
  const parts = heldParts(matrices);
  const blocks = parts.map(({ matrix, copy, cell }) => ({
    matrix,
    copy,
    inputStart: 0,
    inputs: matrices[matrix]!.rows,
    outputStart: 0,
    outputs: matrices[matrix]!.columns,
    array: Math.floor(cell / perArray),
    row: Math.floor((cell % perArray) / columns),
    column: (cell % perArray) % columns,
  }));
  return { blocks, arrays: Math.ceil((parts.at(-1)?.cellEnd ?? 0) / perArray) };
}

type Tile = Omit<Block, 'copy' | 'array' | 'row' | 'column'>;

/** The tiles of one copy. */
function cut(matrices: readonly HeldMatrix[], geometry: ArrayGeometry): Tile[] {
  const tiles: Tile[] = [];
  matrices.forEach((m, matrix) => {
    const tileOutputs = Math.floor(geometry.columns / m.cellsPerWeight);
    for (let inputStart = 0; inputStart < m.rows; inputStart += geometry.rows) {
      const inputs = Math.min(geometry.rows, m.rows - inputStart);
      for (let outputStart = 0; outputStart < m.columns; outputStart += tileOutputs) {
        const outputs = Math.min(tileOutputs, m.columns - outputStart);
        tiles.push({ matrix, inputStart, inputs, outputStart, outputs });
      }
    }
  });
  return tiles;
}

/** Shelves, the tallest tiles first; each tile goes to the fullest shelf that holds it, each shelf to the fullest array. */
function pack(
  tiles: readonly Tile[],
  matrices: readonly HeldMatrix[],
  geometry: ArrayGeometry,
): { blocks: Block[]; arrays: number } {
  const order = tiles.slice().sort((a, b) => b.inputs - a.inputs || b.outputs - a.outputs);
  const shelvesByWidth: { array: number; row: number }[][] = Array.from({ length: geometry.columns + 1 }, () => []);
  const arraysByHeight: number[][] = Array.from({ length: geometry.rows + 1 }, () => []);
  const blocks: Block[] = [];
  let arrays = 0;
  const newShelf = (height: number) => {
    let free = height;
    while (free <= geometry.rows && arraysByHeight[free]!.length === 0) free++;
    const array = free > geometry.rows ? arrays++ : arraysByHeight[free]!.pop()!;
    if (free > geometry.rows) free = geometry.rows;
    arraysByHeight[free - height]!.push(array);
    return { array, row: geometry.rows - free };
  };
  for (const tile of order) {
    const { copies, cellsPerWeight } = matrices[tile.matrix]!;
    const width = tile.outputs * cellsPerWeight;
    for (let copy = 0; copy < copies; copy++) {
      let free = width;
      while (free <= geometry.columns && shelvesByWidth[free]!.length === 0) free++;
      const shelf = free > geometry.columns ? newShelf(tile.inputs) : shelvesByWidth[free]!.pop()!;
      if (free > geometry.columns) free = geometry.columns;
      shelvesByWidth[free - width]!.push(shelf);
      blocks.push({ ...tile, copy, array: shelf.array, row: shelf.row, column: geometry.columns - free });
    }
  }
  return { blocks, arrays };
}

function readingAddresses(out: Addresses, cells: number, { rows, columns }: ArrayGeometry): void {
  const perArray = rows * columns;
  for (let i = 0; i < cells; i++) {
    const array = Math.floor(i / perArray);
    const within = i - array * perArray;
    const row = Math.floor(within / columns);
    out.array[i] = array;
    out.row[i] = row;
    out.column[i] = within - row * columns;
  }
}

function tileAddresses(out: Addresses, blocks: readonly Block[], matrices: readonly HeldMatrix[]): void {
  const first = matrices.map(() => [] as number[]);
  for (const { matrix, copy, cell } of heldParts(matrices)) first[matrix]![copy] = cell;
  for (const block of blocks) {
    const { columns, cellsPerWeight } = matrices[block.matrix]!;
    for (let r = 0; r < block.inputs; r++) {
      const weight = (block.inputStart + r) * columns + block.outputStart;
      const from = first[block.matrix]![block.copy]! + weight * cellsPerWeight;
      const end = from + block.outputs * cellsPerWeight;
      out.array.fill(block.array, from, end);
      out.row.fill(block.row + r, from, end);
      for (let i = from; i < end; i++) out.column[i] = block.column + i - from;
    }
  }
}
