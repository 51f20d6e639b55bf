import { isoline, type Segment } from './isoline.ts';

/**
 * Where decisions change over a grid: the line about every class, of two classes the one between them. `probabilities`: [rows, columns,
 * classes].
 */
export function decisionBoundaries(
  probabilities: ArrayLike<number>,
  classes: number,
  columns: number,
  rows: number,
): Segment[][] {
  const lead = new Float64Array(columns * rows);
  return Array.from({ length: classes === 2 ? 1 : classes }, (_, chosen) => {
    for (let n = 0; n < lead.length; n++) {
      let rival = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < classes; c++) if (c !== chosen) rival = Math.max(rival, probabilities[n * classes + c]!);
      lead[n] = probabilities[n * classes + chosen]! - rival;
    }
    return isoline(lead, columns, rows);
  });
}
