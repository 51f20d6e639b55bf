import { kernels } from '../kernels/index.ts';
import type { Curve, Device, TimedCurve } from './device.ts';
import { Recent } from './recent.ts';

/** Steps of a table over a device's range: fine enough that straight lines between them are exact to about 1e-5. */
const steps = 4096;

/** A curve tabulated uniformly over [0, high], for evaluation at millions of cells. */
export interface Table {
  readonly values: Float32Array;
  readonly high: number;
}

/** Tabulates `curve`; the entry at 0 is that of a cell at rest, whose conductance is `rest`. */
export function tabulate(curve: Curve, rest: number, high: number): Table {
  const values = new Float32Array(steps + 1);
  values[0] = curve(rest);
  for (let i = 1; i <= steps; i++) values[i] = curve((i * high) / steps);
  return { values, high };
}

/** Tables of a device's curves: 64 of 16 kB each. */
const tables = new Recent<Device, string, Table>(64);

/** The table of a device's curve of the given name at a time, s, as `tabulate` makes it: made once for all arrays, chips and reads. */
export function tableAt(
  device: Device,
  name: string,
  time: number,
  curve: TimedCurve,
  { rest, high }: { readonly rest: number; readonly high: number },
): Table {
  return tables.get(device, `${name} ${time}`, () => tabulate(x => curve(x, time), rest, high));
}

/** out = table at x, elementwise; x is held within the table. */
export function lookUpTable(out: Float32Array, { values, high }: Table, x: Float32Array): Float32Array {
  kernels().tabulate(out, null, x, values, 0, high);
  return out;
}

/** out = mean(x) + std(x)·normals by tables over one range, x itself where there is none of the mean. */
export function scatterByTable(
  out: Float32Array,
  normals: Float32Array,
  x: Float32Array,
  mean: Table | undefined,
  { values, high }: Table,
): Float32Array {
  kernels().scatter(out, normals, x, mean?.values ?? null, values, 0, high);
  return out;
}
