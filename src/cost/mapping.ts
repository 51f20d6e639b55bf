import { insist } from '../base/index.ts';
import { arraysDriven, tileBoundaries } from '../crossbar/index.ts';
import type { WorkloadLayer } from './workload.ts';

/** How one layer's matrix lies on tiles. */
export interface Tiling {
  /** Tiles along the rows, whose partial sums must be added. */
  readonly down: number;
  /** Tiles along the columns. */
  readonly across: number;
  /** Tiles side by side that one row is driven on in one application, those of each group after the other. */
  readonly driven: number;
  readonly tiles: number;
  /** Share of the tiles' cells that hold weights. */
  readonly utilisation: number;
}

export interface Tile {
  readonly rows: number;
  readonly columns: number;
}

/** Cuts a matrix of rows × (columns · slices) into tiles. */
export function tilingOf(layer: WorkloadLayer, tile: Tile, slices = 1): Tiling {
  const columns = layer.columns * slices;
  const down = Math.ceil(layer.rows / tile.rows);
  const across = Math.ceil(columns / tile.columns);
  const tiles = down * across;
  const driven = arraysDriven(columns, layer.groups ?? 1, tile.columns);
  return { down, across, driven, tiles, utilisation: (layer.rows * columns) / (tiles * tile.rows * tile.columns) };
}

/** Reads of a tile that follow each other in one product, and the partial sums of one column, where so many word lines are open in one read. */
export function readsOf({ rows }: WorkloadLayer, tile: Tile, open?: number): { steps: number; sums: number } {
  const sums = (lines: number) => tileBoundaries(lines, tile.rows, open).length - 1;
  return { steps: sums(Math.min(rows, tile.rows)), sums: sums(rows) };
}

/**
 * Tiles that hold `copies` of a matrix of which one is read at a time: what does not fill a tile shares one with the
 * same part of other copies, side by side and one below the other.
 */
export function packedTiles(layer: WorkloadLayer, tile: Tile, slices: number, copies: number): number {
  const columns = layer.columns * slices;
  const [down, across] = [Math.floor(layer.rows / tile.rows), Math.floor(columns / tile.columns)];
  const below = Math.floor(tile.rows / (layer.rows % tile.rows));
  const beside = Math.floor(tile.columns / (columns % tile.columns));
  return (
    copies * down * across +
    Math.ceil((copies * across) / below) +
    Math.ceil((copies * down) / beside) +
    Math.ceil(copies / (below * beside))
  );
}

/** Stops when fewer tiles are on the chip than the weights need. */
export function checkTiles(given: number | undefined, needed: number, tile: Tile, area: number): void {
  if (given === undefined) return;
  insist(given >= needed, {
    path: ['architecture', 'tiles'],
    rule: `must be at least ${needed}, because the weights fill that many ${tile.rows}×${tile.columns} tiles (${(area * 1e6).toPrecision(3)} mm²)`,
    value: given,
    hint: 'leave it out to have as many as needed',
  });
}
