/** A straight piece of a line of equal value, in grid indices: [column, row, column, row]. */
export type Segment = readonly [number, number, number, number];

/**
 * The line on which interpolated values are 0, by marching squares (linear along the edges of each cell; a saddle is joined
 * by its mean). `values`: [rows, columns].
 */
export function isoline(values: ArrayLike<number>, columns: number, rows: number): Segment[] {
  const segments: Segment[] = [];
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const at = r * columns + c;
      const [a, b, d, e] = [values[at]!, values[at + 1]!, values[at + columns + 1]!, values[at + columns]!];
      const cut = (u: number, v: number) => u / (u - v);
      const points: [number, number][] = [];
      if (a > 0 !== b > 0) points.push([c + cut(a, b), r]);
      if (b > 0 !== d > 0) points.push([c + 1, r + cut(b, d)]);
      if (d > 0 !== e > 0) points.push([c + cut(e, d), r + 1]);
      if (e > 0 !== a > 0) points.push([c, r + cut(a, e)]);
      if (points.length === 2) segments.push([...points[0]!, ...points[1]!]);
      if (points.length === 4) {
        const turn = a + b + d + e > 0 === a > 0 ? 0 : 3;
        for (const i of [0, 2]) segments.push([...points[(i + turn) % 4]!, ...points[(i + turn + 1) % 4]!]);
      }
    }
  }
  return segments;
}
