import type { Curve } from './device.ts';

/** Steps of a table over a device's range: fine enough that straight lines between them are exact to about 1e-6. */
const steps = 8192;

/** A curve tabulated uniformly over [0, high], for evaluation at millions of cells. */
export interface Table {
  readonly values: Float32Array;
  /** Steps per siemens. */
  readonly density: number;
}

/** Tabulates `curve`; the entry at 0 is that of a cell at rest, whose conductance is `rest`. */
export function tabulate(curve: Curve, rest: number, high: number): Table {
  const values = new Float32Array(steps + 2);
  values[0] = curve(rest);
  for (let i = 1; i <= steps; i++) values[i] = curve((i * high) / steps);
  values[steps + 1] = values[steps]!;
  return { values, density: steps / high };
}

/** out = table at x, elementwise; x is held within the table. */
export function lookUpTable(out: Float32Array, table: Table, x: Float32Array): Float32Array {
  const { values, density } = table;
  for (let i = 0; i < x.length; i++) {
    let position = x[i]! * density;
    if (!(position > 0)) position = 0;
    else if (position > steps) position = steps;
    const at = position | 0;
    const value = values[at]!;
    out[i] = value + (position - at) * (values[at + 1]! - value);
  }
  return out;
}
