import {
  bf16Error,
  type ColumnConverters,
  type Converter,
  calibrateConverters,
  forwardCopies,
  type LayerDrive,
  type ProductPrecision,
  tileBoundaries,
} from '../crossbar/index.ts';
import { sampleRows } from '../data/index.ts';
import { kernels } from '../kernels/index.ts';
import type { LayerMatrix, Network, WeightLayer } from '../network/index.ts';
import { fillNormal, fold, type Key } from '../random/index.ts';
import type { ChipState } from './entropy.ts';
import type { Outputs } from './software.ts';

/** Converters of one layer's array, with ranges fitted to data. */
export interface LayerReadout {
  readonly input: Converter;
  readonly output: Converter;
  /** Ranges of single columns, where they have their own. */
  readonly columns?: ColumnConverters;
}

/** How converters of one chip differ, as shares of their range: spreads between columns, and noise of one conversion. */
export interface ConverterErrors {
  readonly gainError: number;
  readonly offset: number;
  readonly noise: number;
}

export interface ReadoutOptions {
  /** Copies that ranges are fitted to: the first ones of the weights. */
  readonly copies: number;
  /** Bits of the input converters; null for ideal ones. */
  readonly inputBits: number | null;
  /** Bits of the output converters; null for ideal ones. */
  readonly outputBits: number | null;
  /** Word lines of one array, which cut a layer's sum into parts that are converted one by one. */
  readonly arrayRows: number;
  /** Share of the calibration values that a range covers; all by default. */
  readonly share?: number;
  /** Whether every column has a range of its own. */
  readonly perColumn?: boolean;
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
  readonly errors?: ConverterErrors;
  readonly precision?: ProductPrecision;
  /** What bfloat16 puts sums off by as a share of device noise, in the worst layer (`bf16Error`), where it was measured. */
  readonly bf16Error?: number;
}

/** Numbers of one layer held at a time: while predicting, and while calibrating. */
const pieceNumbers = 1 << 20;
const calibrationNumbers = 1 << 25;

/**
 * Chooses every converter's range from what the intended weights [copies, weights] do to calibration inputs: each range
 * covers all that occurs, so that nothing saturates on that data. Of many copies the first ones stand for all, of many inputs evenly spaced ones.
 */
export function calibrateReadout(
  network: Network,
  weights: Float32Array,
  inputs: Float32Array,
  count: number,
  options: ReadoutOptions,
): Readout {
  const size = arrayWeights(network);
  const copies = Math.min(options.copies, weights.length / size);
  const rows = Math.min(count, Math.max(16, Math.floor(calibrationNumbers / (copies * widest(network)))));
  const all = { count, inputs, labels: new Int32Array(), targets: new Float32Array() };
  const layers: LayerReadout[] = [];
  const { deviceVariances } = options;
  let worst = 0;
  const given = { copies, shared: sampleRows(all, rows).inputs, count: rows, arrayRows: options.arrayRows };
  runLayers(network, given, (out, x, layer, group, drive) => {
    const w = groupWeights(weights.subarray(0, copies * size), size, network.matrices[layer]!, group);
    const found = calibrateConverters(out, x, w, drive, options);
    layers[layer] = group === 0 ? found : wider(layers[layer]!, found);
    if (!deviceVariances) return;
    const variance = groupWeights(deviceVariances.subarray(0, copies * size), size, network.matrices[layer]!, group);
    worst = Math.max(worst, bf16Error(x, w, variance, { ...drive, input: found.input }));
  });
  const { arrayRows, errors, precision } = options;
  return { layers, arrayRows, errors, precision, ...(deviceVariances && { bf16Error: worst }) };
}

/** Reads of one copy one after the other, instead of one read of each copy. */
export interface SuccessiveReads {
  readonly reads: number;
  /** Lower factor [reads, reads] of the correlations of their noise; independent where absent. */
  readonly mixing?: Float32Array;
}

/**
 * What a chip says of the inputs through its converters: once per copy, or for `successive` reads of its one copy.
 * Every read of every tile draws its noise anew where the chip has read noise. Layers without weights are digital.
 */
export function predictHardware(
  chip: ChipState,
  inputs: Float32Array,
  count: number,
  key: Key,
  successive?: SuccessiveReads,
): Outputs {
  const { network, weights, variances, readout } = chip;
  const { outputs, matrices } = network;
  const size = arrayWeights(network);
  const samples = successive?.reads ?? weights.length / size;
  const width = inputs.length / count;
  const piece = Math.max(1, Math.floor(pieceNumbers / (samples * widest(network))));
  const perGroup = matrices.map(matrix =>
    Array.from({ length: matrix.groups }, (_, group) => ({
      weights: groupWeights(weights, size, matrix, group),
      variance: variances && groupWeights(variances, size, matrix, group),
    })),
  );
  const values = new Float32Array(samples * count * outputs);
  const saturation = { inputs: 0, inputsOf: 0, outputs: 0, outputsOf: 0 };
  for (let from = 0; from < count; from += piece) {
    const rows = Math.min(piece, count - from);
    const shared = inputs.subarray(from * width, (from + rows) * width);
    const given = { copies: samples, shared, count: rows, arrayRows: readout.arrayRows };
    const part = runLayers(network, given, (out, x, layer, group, drive) => {
      const { weights, variance } = perGroup[layer]![group]!;
      const own = fold(fold(fold(key, layer), group), from);
      const readNoise = variance && { key: own, variance, mixing: successive?.mixing };
      const sameWeights = successive !== undefined;
      const columns = columnsOf(readout, layer, group, drive.outputs, chip.converterKey, own);
      const found = forwardCopies(out, x, weights, {
        ...drive,
        ...readout.layers[layer]!,
        precision: readout.precision,
        columns,
        sameWeights,
        readNoise,
      });
      for (const name of ['inputs', 'inputsOf', 'outputs', 'outputsOf'] as const) saturation[name] += found[name];
    });
    for (let s = 0; s < samples; s++) {
      values.set(part.subarray(s * rows * outputs, (s + 1) * rows * outputs), (s * count + from) * outputs);
    }
  }
  return { values, samples, count, outputs, saturation };
}

/** The column converters of one layer on one chip; gains and offsets are the chip's own, noise is that of this pass. */
function columnsOf(
  { layers, errors }: Readout,
  layer: number,
  group: number,
  outputs: number,
  chip: Key | undefined,
  pass: Key,
): ColumnConverters | undefined {
  const { output, columns } = layers[layer]!;
  if (!errors || !chip || output.bits === null) return columns;
  const own = fold(fold(chip, layer), group);
  const draw = (name: string, spread: number) =>
    fillNormal(fold(own, name), new Float32Array(outputs)).map(z => spread * z);
  const span = (j: number) => output.high * Number(columns?.range?.[j] ?? 1);
  return {
    ...columns,
    ...(errors.gainError > 0 ? { gainError: draw('gain', errors.gainError) } : {}),
    ...(errors.offset > 0 ? { offset: draw('offset', errors.offset).map((z, j) => z * span(j)) } : {}),
    ...(errors.noise > 0 ? { noise: { key: fold(pass, 'conversion'), std: errors.noise * span(0) } } : {}),
  };
}

interface Given {
  readonly copies: number;
  /** Inputs that all copies see, [count, …]. */
  readonly shared: Float32Array;
  readonly count: number;
  readonly arrayRows: number;
}

/** A layer's output: for all copies alike [count, …], or [copies, count, …]. */
interface Value {
  readonly data: Float32Array;
  readonly shared: boolean;
}

/** Fills the sums of one group of columns of matrix `layer` from its driven vectors. */
type Multiply = (out: Float32Array, x: Float32Array, layer: number, group: number, drive: LayerDrive) => void;

/** Runs all layers for a number of copies at once, as `Network` says, with `multiply` for the matrices. */
function runLayers(network: Network, given: Given, multiply: Multiply): Float32Array {
  const { copies, count } = given;
  const input: Value = { data: given.shared, shared: true };
  const values: Value[] = [];
  let matrix = 0;
  for (const layer of network.layers) {
    const read = layer.inputs.map(i => (i < 0 ? input : values[i]!));
    if (layer.matrix) values.push(multiplied(layer, read[0]!, matrix++, given, multiply));
    else {
      const shared = read.every(value => value.shared);
      const rows = shared ? count : copies * count;
      const data = new Float32Array(rows * sizeOf(layer.outputShape));
      layer.apply(data, shared ? read.map(v => v.data) : read.map(v => spread(v, copies)), rows);
      values.push({ data, shared });
    }
  }
  return spread(values.at(-1)!, copies);
}

function multiplied(layer: WeightLayer, x: Value, matrix: number, given: Given, multiply: Multiply): Value {
  const { copies, count, arrayRows } = given;
  const { rows, columns, bias, activation, positions, groups } = layer.matrix;
  const inputs = bias ? rows - 1 : rows;
  const outputs = columns / groups;
  const plain = positions === 1 && groups === 1;
  const vectors = (x.shared ? 1 : copies) * count * positions * inputs;
  const driven = plain ? x.data : new Float32Array(groups * vectors);
  if (!plain) layer.gather(driven, x.data, x.shared ? count : copies * count);
  const sums = new Float32Array(copies * count * positions * columns);
  const length = sums.length / groups;
  for (let g = 0; g < groups; g++) {
    multiply(sums.subarray(g * length, (g + 1) * length), driven.subarray(g * vectors, (g + 1) * vectors), matrix, g, {
      copies,
      count: count * positions,
      inputs,
      outputs,
      bias: bias !== null,
      shared: x.shared,
      boundaries: tileBoundaries(rows, arrayRows),
    });
  }
  const data = plain ? sums : new Float32Array(sums.length);
  if (!plain) layer.scatter(data, sums, copies * count);
  if (activation !== 'linear') kernels().unary(activation, data, data);
  return { data, shared: false };
}

/** A value with one part for each copy. */
function spread({ data, shared }: Value, copies: number): Float32Array {
  if (!shared || copies === 1) return data;
  const out = new Float32Array(copies * data.length);
  for (let s = 0; s < copies; s++) out.set(data, s * data.length);
  return out;
}

/** Weights of one copy: entries of all matrices. */
function arrayWeights({ matrices }: Network): number {
  return matrices.reduce((total, { rows, columns }) => total + rows * columns, 0);
}

/** Most numbers that a layer holds for one input of one copy. */
function widest({ layers }: Network): number {
  return layers.reduce((most, { matrix, outputShape }) => {
    const driven = matrix ? matrix.positions * matrix.groups * matrix.rows : 0;
    return Math.max(most, driven, sizeOf(outputShape));
  }, 1);
}

/** One group of columns of one matrix of every row of weights [copies, size]: [copies, rows, columns/groups], packed. */
function groupWeights(
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
    if (groups === 1) out.set(weights.subarray(first, first + rows * columns), s * rows * columns);
    else {
      for (let r = 0; r < rows; r++, at += width) {
        out.set(weights.subarray(first + r * columns, first + r * columns + width), at);
      }
    }
  }
  return out;
}

/** Converters that cover the ranges of both. */
function wider(a: LayerReadout, b: LayerReadout): LayerReadout {
  const range = a.columns?.range && b.columns?.range;
  const cover = (p: Converter, q: Converter): Converter => ({
    ...p,
    low: Math.min(p.low, q.low),
    high: Math.max(p.high, q.high),
  });
  const columns = range && { range: a.columns!.range!.map((r, j) => Math.max(r, range[j]!)) as Float32Array };
  return { input: cover(a.input, b.input), output: cover(a.output, b.output), ...(columns ? { columns } : {}) };
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
