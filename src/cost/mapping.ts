import type { WorkloadLayer } from './workload.ts';

/** How one layer's matrix lies on tiles. */
export interface Tiling {
  /** Tiles along the rows, whose partial sums must be added. */
  readonly down: number;
  /** Tiles along the columns. */
  readonly across: number;
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
  return { down, across, tiles, utilisation: (layer.rows * columns) / (tiles * tile.rows * tile.columns) };
}
