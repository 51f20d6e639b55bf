import { type Floats, kernels } from '../kernels/index.ts';
import { type Converter, Magnitudes } from './converters.ts';
import type { ColumnConverters, LayerDrive } from './drive.ts';
import { forwardCopies, forwardEach } from './forward.ts';

export interface CalibrationOptions {
  /** Resolution of the inputs; null for ideal. */
  readonly inputBits: number | null;
  /** Resolution of the partial sums; null for ideal. */
  readonly outputBits: number | null;
  /** Share of the calibration values that the range covers; 1 (the largest) by default. */
  readonly share?: number;
  /** Each column has a range of its own, that of its largest partial sum; one range for all by default. */
  readonly perColumn?: boolean;
  /** What a sum is divided by before it is converted, [outputs], where columns of different scales share a range; 1 by default. */
  readonly columnScale?: Floats;
}

/**
 * Converters whose ranges fit a layer's inputs and partial sums on calibration data: arguments as for `forwardCopies`,
 * `out` receives the layer's linear part under the calibrated converters, so that the next layer can be calibrated
 * from it.
 */
export function calibrateConverters(
  out: Floats,
  x: Floats,
  weights: Floats,
  drive: LayerDrive,
  options: CalibrationOptions,
): { input: Converter; output: Converter; columns?: ColumnConverters } {
  const seen = new Magnitudes();
  seen.add(x);
  const input = seen.converter(options.inputBits, options.share);
  const sums = new Magnitudes();
  const scale = options.perColumn ? undefined : options.columnScale;
  const largest = options.perColumn ? out.slice(0, drive.outputs).fill(0) : undefined;
  forwardEach(out, x, weights, { ...drive, input, output: undefined, columns: undefined }, partial => {
    if (largest) growTo(largest, partial);
    sums.add(scale ? inScale(partial, scale) : partial);
  });
  let output = sums.converter(options.outputBits, options.share);
  let columns = drive.columns;
  if (scale && output.bits !== null) columns = { ...columns, range: scale };
  if (largest && output.bits !== null) {
    for (let j = 0; j < largest.length; j++) largest[j] ||= 1;
    columns = { ...columns, range: largest };
    output = { bits: output.bits, low: Math.sign(output.low), high: 1 };
  }
  if (output.bits !== null) forwardCopies(out, x, weights, { ...drive, input, output, columns });
  return { input, output, ...(columns ? { columns } : {}) };
}

/** Sums [vectors, outputs] as shares of the scales of their columns, [outputs]. */
function inScale(sums: Floats, scale: Floats): Floats {
  const out = sums.slice();
  kernels().binary('divide', out, sums, scale);
  return out;
}

/** Raises each column's entry to the largest magnitude among its partial sums. */
function growTo(largest: Floats, sums: Floats): void {
  const columns = largest.length;
  for (let at = 0; at < sums.length; at += columns) {
    for (let j = 0; j < columns; j++) largest[j] = Math.max(largest[j]!, Math.abs(sums[at + j]!));
  }
}
