/** A function tabulated at equal steps over [low, high]; constant outside. */
export interface Table {
  readonly low: number;
  readonly high: number;
  /** Values at low + i (high − low)/(length − 1); at least two. */
  readonly values: Float64Array;
}

/** The table's value at x, linear between the entries. */
export function tableValue(table: Table, x: number): number {
  const { low, high, values } = table;
  const place = ((x - low) / (high - low)) * (values.length - 1);
  const i = Math.min(values.length - 2, Math.max(0, Math.floor(place)));
  const share = Math.min(1, Math.max(0, place - i));
  return values[i]! + share * (values[i + 1]! - values[i]!);
}

/** The table's slope at x; zero outside. */
export function tableSlope(table: Table, x: number): number {
  const { low, high, values } = table;
  if (x < low || x > high) return 0;
  const steps = values.length - 1;
  const i = Math.min(steps - 1, Math.floor(((x - low) / (high - low)) * steps));
  return ((values[i + 1]! - values[i]!) * steps) / (high - low);
}
