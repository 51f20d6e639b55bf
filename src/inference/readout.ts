import { atOnce, type Pieces } from '../base/index.ts';
import {
  bf16Error,
  type Converter,
  convertersInPieces,
  type ProductPrecision,
  Scratch,
  tileBoundaries,
} from '../crossbar/index.ts';
import { sampleRows } from '../data/index.ts';
import { columnScale, type LayerMatrix, type Network, type WeightRanges } from '../network/index.ts';
import { arrayWeights, inputsOf, type Multiply, runLayersInPieces, widest } from './run-layers.ts';

/** Converters of one layer's array, with ranges fitted to data. */
export interface LayerReadout {
  readonly input: Converter;
  readonly output: Converter;
  /** Means of the squares of what drives its word lines, the bias line's 1 last, [groups, rows] over the inputs it was fitted to. */
  readonly meanSquares?: Float32Array;
  /** Ranges of single columns, [columns] of the matrix, where they have their own. */
  readonly columns?: { readonly range: Float32Array };
}

/** How converters of one chip differ, as shares of their range: spreads between columns, and noise of one conversion. */
export interface ConverterErrors {
  readonly gainError: number;
  readonly offset: number;
  readonly noise: number;
}

export interface ReadoutOptions {
  /** Copies that the ranges are fitted to, those that there are where fewer; 8 by default. */
  readonly copies?: number;
  /** Bits of the input converters; null for ideal ones. */
  readonly inputBits: number | null;
  /** Bits of the output converters; null for ideal ones. */
  readonly outputBits: number | null;
  /** Word lines of one array, which cut a layer's sum into parts that are converted one by one. */
  readonly arrayRows: number;
  /** Word lines of one array that are open in one read, which cut its sums further; all by default. */
  readonly rowsPerConversion?: number;
  /** Outputs of each matrix that one array holds side by side; all where absent. */
  readonly arrayOutputs?: readonly number[];
  /** Share of the calibration values that a range covers; all by default. */
  readonly share?: number;
  /** Whether every column has a range of its own. */
  readonly perColumn?: boolean;
  /** Weight ranges, one for each matrix: columns with their own share a converter by their currents, not by their sums. */
  readonly ranges?: WeightRanges;
  readonly errors?: ConverterErrors;
  /** How products are computed; 'single' by default. */
  readonly precision?: ProductPrecision;
  /** Variance of every weight between chips and reads, [copies, weights], for the first copies; 'bf16' is judged by it. */
  readonly deviceVariances?: Float32Array;
}

/** How a network is driven and read on a chip: one entry per matrix. */
export interface Readout {
  readonly layers: readonly LayerReadout[];
  readonly arrayRows: number;
  readonly rowsPerConversion?: number;
  readonly arrayOutputs?: readonly number[];
  readonly errors?: ConverterErrors;
  readonly precision?: ProductPrecision;
  /** What bfloat16 puts sums off by as a share of device noise, in the worst layer (`bf16Error`), where it was measured. */
  readonly bf16Error?: number;
}

/** Numbers of one layer held at a time. */
const calibrationNumbers = 1 << 25;

/** Copies that converters are calibrated on where nothing else is said: the ranges hardly differ between copies. */
export const calibrationCopies = 8;

/**
 * Chooses every converter's range from what the intended weights [copies, weights] do to calibration inputs: each range
 * covers all that occurs, so that nothing saturates on that data. The first `options.copies` copies stand for all, of many
 * inputs evenly spaced ones. So that a chip's converters do not depend on how many samples it is asked for, give the
 * weights of a plan made for exactly so many copies.
 */
export function* calibrateInPieces(
  network: Network,
  weights: Float32Array,
  inputs: Float32Array,
  count: number,
  options: ReadoutOptions,
): Pieces<Readout> {
  const size = arrayWeights(network);
  const copies = Math.min(options.copies ?? calibrationCopies, weights.length / size);
  const rows = Math.min(count, Math.max(16, Math.floor(calibrationNumbers / (copies * widest(network)))));
  const all = { count, inputs, labels: new Int32Array(), targets: new Float32Array() };
  const layers: LayerReadout[] = [];
  const columnRanges: Float32Array[] = [];
  const squares: Float32Array[] = [];
  const scales = options.ranges?.map(columnScale) ?? [];
  const { deviceVariances } = options;
  let worst = 0;
  const pass = {
    copies,
    count: rows,
    inputs: sampleRows(all, rows).inputs,
    out: new Float32Array(copies * rows * network.outputs),
    scratch: new Scratch(length => new Float32Array(length)),
  };
  const multiply: Multiply = function* (out, { layer, group, matrix, count, shared, vectors }) {
    const drive = {
      copies,
      count,
      inputs: inputsOf(matrix),
      outputs: matrix.columns / matrix.groups,
      bias: matrix.bias !== null,
      shared,
      boundaries: tileBoundaries(matrix.rows, options.arrayRows, options.rowsPerConversion),
    };
    const x = vectors();
    const w = groupWeights(weights.subarray(0, copies * size), size, matrix, group);
    squares[layer] ??= new Float32Array(matrix.groups * matrix.rows);
    putMeanSquares(squares[layer].subarray(group * matrix.rows, (group + 1) * matrix.rows), x, matrix);
    const { outputs } = drive;
    const scale = scales[layer]?.subarray(group * outputs, (group + 1) * outputs);
    const { columns, ...found } = yield* convertersInPieces(out, x, w, drive, { ...options, columnScale: scale });
    layers[layer] = group === 0 ? found : wider(layers[layer]!, found);
    if (columns?.range) {
      columnRanges[layer] ??= new Float32Array(matrix.columns);
      columnRanges[layer].set(columns.range, group * outputs);
    }
    if (!deviceVariances) return;
    const variance = groupWeights(deviceVariances.subarray(0, copies * size), size, matrix, group);
    worst = Math.max(worst, bf16Error(x, w, variance, { ...drive, input: found.input }));
  };
  yield* runLayersInPieces(network, pass, { multiply });
  const { arrayRows, rowsPerConversion, arrayOutputs, errors, precision } = options;
  const ranged = layers.map((own, layer) => ({
    ...own,
    meanSquares: squares[layer]!,
    ...(columnRanges[layer] && { columns: { range: columnRanges[layer] } }),
  }));
  return {
    layers: ranged,
    arrayRows,
    ...(rowsPerConversion !== undefined && { rowsPerConversion }),
    arrayOutputs,
    errors,
    precision,
    ...(deviceVariances && { bf16Error: worst }),
  };
}

/** `calibrateInPieces` without turns for others. */
export const calibrateReadout = (...given: Parameters<typeof calibrateInPieces>): Readout =>
  atOnce(calibrateInPieces(...given));

/** Means of squares of vectors [count, inputs], the bias line's 1 behind them. */
function putMeanSquares(out: Float32Array, x: Float32Array, matrix: LayerMatrix): void {
  const width = inputsOf(matrix);
  const sums = new Float64Array(width);
  for (let at = 0; at < x.length; at += width) for (let i = 0; i < width; i++) sums[i]! += x[at + i]! ** 2;
  for (let i = 0; i < width; i++) out[i] = (sums[i]! * width) / x.length;
  if (matrix.bias) out[width] = 1;
}

/** Converters that cover the ranges of both. */
function wider(a: LayerReadout, b: LayerReadout): LayerReadout {
  const cover = (p: Converter, q: Converter): Converter => ({
    ...p,
    low: Math.min(p.low, q.low),
    high: Math.max(p.high, q.high),
  });
  return { input: cover(a.input, b.input), output: cover(a.output, b.output) };
}

/** One group of columns of one matrix of every row of weights [copies, size]: [copies, rows, columns/groups], packed. */
export function groupWeights(
  weights: Float32Array,
  size: number,
  { weight, rows, columns, groups }: LayerMatrix,
  group: number,
): Float32Array {
  const copies = weights.length / size;
  const width = columns / groups;
  const out = new Float32Array(copies * rows * width);
  for (let s = 0, at = 0; s < copies; s++) {
    const first = s * size + weight.offset + group * width;
    for (let r = 0; r < rows; r++, at += width) {
      out.set(weights.subarray(first + r * columns, first + r * columns + width), at);
    }
  }
  return out;
}
