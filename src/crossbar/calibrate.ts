import { atOnce, type Pieces } from '../base/index.ts';
import { type Floats, kernels } from '../kernels/index.ts';
import { type Converter, Magnitudes } from './converters.ts';
import type { ColumnConverters, LayerDrive } from './drive.ts';
import { forwardEach } from './forward.ts';

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

/** Converters of a layer, and what distinguishes those of its columns. */
export interface FoundConverters {
  readonly input: Converter;
  readonly output: Converter;
  readonly columns?: ColumnConverters;
}

/**
 * Converters whose ranges fit a layer's inputs and partial sums on calibration data: arguments as for `forwardCopies`,
 * `out` receives the layer's linear part under the calibrated converters, so that the next layer can be calibrated
 * from it.
 */
export function* convertersInPieces(
  out: Floats,
  x: Floats,
  weights: Floats,
  drive: LayerDrive,
  options: CalibrationOptions,
): Pieces<FoundConverters> {
  const seen = new Magnitudes();
  seen.add(x);
  const input = seen.converter(options.inputBits, options.share);
  const sums = new Magnitudes();
  const scale = options.perColumn ? undefined : options.columnScale;
  const largest = options.perColumn ? out.slice(0, drive.outputs).fill(0) : undefined;
  yield;
  yield* copyByCopy(out, x, weights, { ...drive, input, output: undefined, columns: undefined }, partial => {
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
  if (output.bits !== null) yield* copyByCopy(out, x, weights, { ...drive, input, output, columns });
  return { input, output, ...(columns ? { columns } : {}) };
}

/** `convertersInPieces` without turns for others. */
export const calibrateConverters = (...given: Parameters<typeof convertersInPieces>): FoundConverters =>
  atOnce(convertersInPieces(...given));

/** `forwardEach` with a pause after every copy, where copies are matrices of their own without noise. */
function* copyByCopy(
  out: Floats,
  x: Floats,
  weights: Floats,
  drive: LayerDrive,
  each?: (partial: Floats) => void,
): Pieces<void> {
  if (drive.readNoise || drive.sameWeights) {
    forwardEach(out, x, weights, drive, each);
    return;
  }
  const { copies, count, inputs, outputs, bias, shared, numbers } = drive;
  const part = (values: Floats, length: number, copy: number) => values.subarray(copy * length, (copy + 1) * length);
  for (let copy = 0; copy < copies; copy++) {
    const own = { ...drive, copies: 1, numbers: { ...numbers, sample: (numbers?.sample ?? 0) + copy } };
    const vectors = shared ? x : part(x, count * inputs, copy);
    const matrix = part(weights, (inputs + Number(bias)) * outputs, copy);
    forwardEach(part(out, count * outputs, copy), vectors, matrix, own, each);
    yield;
  }
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
