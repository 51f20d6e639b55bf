/** Cells of an array, or of a part of a large one, as they are shown together. */
export interface Panel {
  /** Number of the array, and the first word and bit line of the part. */
  readonly array: number;
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}

/** The arrays of a chip. */
export interface Arrays {
  readonly arrays: number;
  readonly rows: number;
  readonly columns: number;
}

/** Cells on a page at most, lines of a panel, and panels of a page. */
const mostCells = 2 ** 20;
const mostLines = 1024;
const mostPanels = 64;

/** How arrays are cut into panels and panels into pages of a million cells: `across` by `down` panels of an array, `perPage` of a page. */
function cutOf({ rows, columns }: Arrays) {
  const [across, down] = [Math.ceil(columns / mostLines), Math.ceil(rows / mostLines)];
  const cells = Math.min(rows, mostLines) * Math.min(columns, mostLines);
  return { across, perArray: across * down, perPage: Math.min(mostPanels, Math.max(1, Math.floor(mostCells / cells))) };
}

export function pagesOf(all: Arrays): number {
  const { perArray, perPage } = cutOf(all);
  return Math.max(1, Math.ceil((all.arrays * perArray) / perPage));
}

/** The page on which a cell of an array is shown. */
export function pageOf(all: Arrays, array: number, row = 0, column = 0): number {
  const { across, perArray, perPage } = cutOf(all);
  const block = Math.floor(row / mostLines) * across + Math.floor(column / mostLines);
  return Math.floor((array * perArray + block) / perPage);
}

/** Panels of a page, array after array, each in rows. */
export function panelsOf(all: Arrays, page: number): readonly Panel[] {
  const { across, perArray, perPage } = cutOf(all);
  const from = page * perPage;
  const to = Math.min(from + perPage, all.arrays * perArray);
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => {
    const block = (from + i) % perArray;
    const [row, column] = [Math.floor(block / across) * mostLines, (block % across) * mostLines];
    return {
      array: Math.floor((from + i) / perArray),
      row,
      column,
      rows: Math.min(mostLines, all.rows - row),
      columns: Math.min(mostLines, all.columns - column),
    };
  });
}
