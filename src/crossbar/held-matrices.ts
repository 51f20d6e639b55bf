/** How cells hold a matrix: in how many copies, and with how many cells for each weight. */
export interface HeldMatrix {
  /** Word lines, the bias line included. */
  readonly rows: number;
  readonly columns: number;
  readonly copies: number;
  readonly cellsPerWeight: number;
}

/** Cells of one copy of one matrix, neighbours in the canonical order, and the weights that they hold. */
export interface HeldPart {
  readonly matrix: number;
  readonly copy: number;
  /** First cell, and the one behind the last. */
  readonly cell: number;
  readonly cellEnd: number;
  /** Places in weights [copies, weights of all matrices]. */
  readonly weight: number;
  readonly weightEnd: number;
}

/**
 * All cells in their canonical order: copy after copy, in a copy those matrices after each other that have as many copies, of a
 * matrix weight after weight, row by row, of a weight its cells.
 */
export function heldParts(matrices: readonly HeldMatrix[]): readonly HeldPart[] {
  const copies = copiesIn(matrices);
  const parts: HeldPart[] = [];
  let [cell, weight] = [0, 0];
  for (let copy = 0; copy < copies; copy++) {
    matrices.forEach((held, matrix) => {
      const weightEnd = weight + held.rows * held.columns;
      if (copy < held.copies) {
        const cellEnd = cell + (weightEnd - weight) * held.cellsPerWeight;
        parts.push({ matrix, copy, cell, cellEnd, weight, weightEnd });
        cell = cellEnd;
      }
      weight = weightEnd;
    });
  }
  return parts;
}

/** Cells of all copies of all matrices. */
export const heldCells = (matrices: readonly HeldMatrix[]): number =>
  matrices.reduce(
    (sum, { rows, columns, copies, cellsPerWeight }) => sum + rows * columns * copies * cellsPerWeight,
    0,
  );

/** Copies of the matrix that has the most. */
export const copiesIn = (matrices: readonly HeldMatrix[]): number =>
  matrices.reduce((most, { copies }) => Math.max(most, copies), 0);
