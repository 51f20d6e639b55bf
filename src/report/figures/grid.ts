import type { Extent } from '../pixels.ts';

/**
 * Points of the input plane at which predictions were made: entry r·columns + c is at
 * x = x₀ + c (x₁ − x₀)/(columns − 1), y = y₀ + r (y₁ − y₀)/(rows − 1), in the inputs' own units.
 */
export interface Grid {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly columns: number;
  readonly rows: number;
  readonly xTitle: string;
  readonly yTitle: string;
}

/** Data points laid over a map. */
export interface MapPoints {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly label: ArrayLike<number>;
}

/** What a pixel per grid point covers: half a step more than the points on every side. */
export function pixelExtent(grid: Grid): Extent {
  const half = ([low, high]: readonly [number, number], count: number): readonly [number, number] => {
    const step = (high - low) / (count - 1);
    return [low - step / 2, high + step / 2];
  };
  return { x: half(grid.x, grid.columns), y: half(grid.y, grid.rows) };
}

/** Rows from bottom-up to top-down, as images run. `values`: [rows, columns, parts]. */
export function topDown<T extends Float64Array | Uint8Array>(values: T, columns: number, parts = 1): T {
  const out = values.slice() as T;
  const width = columns * parts;
  const rows = values.length / width;
  for (let r = 0; r < rows; r++) out.set(values.subarray((rows - 1 - r) * width, (rows - r) * width), r * width);
  return out;
}

/** A row for every point of the grid: its place, and what `of` says of its entry. */
export function overGrid({ x, y, columns, rows }: Grid, of: (entry: number) => readonly number[]): number[][] {
  const place = ([low, high]: readonly [number, number], i: number, count: number) =>
    low + (i * (high - low)) / (count - 1);
  return Array.from({ length: columns * rows }, (_, n) => [
    place(x, n % columns, columns),
    place(y, Math.floor(n / columns), rows),
    ...of(n),
  ]);
}
