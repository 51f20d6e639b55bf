import type { Panel } from '../../src/studio/panels.ts';

/** A panel and where it is in the picture, in cells. */
export interface Placed extends Panel {
  readonly x: number;
  readonly y: number;
  /** Entry of its first cell among those of all panels. */
  readonly from: number;
}

/** Panels side by side, in a picture about as wide as `aspect` times its height. */
export interface Mosaic {
  readonly panels: readonly Placed[];
  /** Cells between the left edges of neighbouring panels, and between their upper ones. */
  readonly pitch: readonly [number, number];
  readonly across: number;
  readonly width: number;
  readonly height: number;
}

export function mosaicOf(panels: readonly Panel[], aspect: number): Mosaic {
  const wide = Math.max(1, ...panels.map(({ columns }) => columns));
  const high = Math.max(1, ...panels.map(({ rows }) => rows));
  const gap = panels.length > 1 ? Math.max(1, Math.round(0.12 * Math.max(wide, high))) : 0;
  const pitch = [wide + gap, high + gap] as const;
  const across = Math.min(
    Math.max(1, panels.length),
    Math.max(1, Math.round(Math.sqrt((panels.length * aspect * pitch[1]) / pitch[0]))),
  );
  let from = 0;
  const placed = panels.map((panel, i) => {
    const one = { ...panel, x: (i % across) * pitch[0], y: Math.floor(i / across) * pitch[1], from };
    from += panel.rows * panel.columns;
    return one;
  });
  const down = Math.ceil(panels.length / across);
  return { panels: placed, pitch, across, width: across * pitch[0] - gap, height: down * pitch[1] - gap };
}

/** The entry at a place of the picture, in cells; undefined between panels. */
export function entryAt({ panels, pitch, across }: Mosaic, x: number, y: number): number | undefined {
  if (x < 0 || y < 0 || x >= across * pitch[0]) return undefined;
  const panel = panels[Math.floor(y / pitch[1]) * across + Math.floor(x / pitch[0])];
  if (!panel) return undefined;
  const [column, row] = [Math.floor(x) - panel.x, Math.floor(y) - panel.y];
  return column < panel.columns && row < panel.rows ? panel.from + row * panel.columns + column : undefined;
}

/** Where an entry is: its panel, word and bit line of the array, and place in the picture. */
export function placeOf(
  { panels }: Mosaic,
  entry: number,
): { readonly array: number; readonly row: number; readonly column: number; readonly x: number; readonly y: number } {
  const panel = panels.findLast(({ from }) => from <= entry)!;
  const [row, column] = [Math.floor((entry - panel.from) / panel.columns), (entry - panel.from) % panel.columns];
  return {
    array: panel.array,
    row: panel.row + row,
    column: panel.column + column,
    x: panel.x + column,
    y: panel.y + row,
  };
}

/** The entry of a cell of an array; undefined where no panel shows it. */
export function entryOf({ panels }: Mosaic, array: number, row: number, column: number): number | undefined {
  const panel = panels.find(
    one =>
      one.array === array &&
      row >= one.row &&
      row < one.row + one.rows &&
      column >= one.column &&
      column < one.column + one.columns,
  );
  return panel && panel.from + (row - panel.row) * panel.columns + (column - panel.column);
}
