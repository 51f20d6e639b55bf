import {
  type Converter,
  calibrateConverters,
  forwardCopies,
  type LayerDrive,
  tileBoundaries,
} from '../crossbar/index.ts';
import { kernels } from '../kernels/index.ts';
import type { LayerMatrix, Network } from '../network/index.ts';
import { fold, type Key } from '../random/index.ts';
import type { ChipState } from './entropy.ts';
import type { Outputs } from './software.ts';

/** Converters of one layer's array, with ranges fitted to data. */
export interface LayerReadout {
  readonly input: Converter;
  readonly output: Converter;
}

export interface ReadoutOptions {
  /** Bits of the input converters; null for ideal ones. */
  readonly inputBits: number | null;
  /** Bits of the output converters; null for ideal ones. */
  readonly outputBits: number | null;
  /** Word lines of one array, which cut a layer's sum into parts that are converted one by one. */
  readonly arrayRows: number;
}

/** How a network is driven and read on a chip: one entry per matrix. */
export interface Readout {
  readonly layers: readonly LayerReadout[];
  readonly arrayRows: number;
}

/**
 * Chooses every converter's range from what the intended weights [copies, size] do to calibration inputs: each range
 * covers all that occurs, so that nothing saturates on that data.
 */
export function calibrateReadout(
  network: Network,
  weights: Float32Array,
  inputs: Float32Array,
  count: number,
  options: ReadoutOptions,
): Readout {
  const layers: LayerReadout[] = [];
  const copies = weights.length / network.size;
  forwardLayers(network, copies, inputs, count, options.arrayRows, (out, x, layer, drive) => {
    const w = layerWeights(weights, network.size, network.matrices[layer]!);
    layers.push(calibrateConverters(out, x, w, drive, options));
  });
  return { layers, arrayRows: options.arrayRows };
}

/** Numbers of one layer's outputs held at a time, so that they stay near the core. */
const pieceNumbers = 1 << 18;

/** Reads of one copy one after the other, instead of one read of each copy. */
export interface SuccessiveReads {
  readonly reads: number;
  /** Lower factor [reads, reads] of the correlations of their noise; independent where absent. */
  readonly mixing?: Float32Array;
}

/**
 * What a chip says of the inputs through its converters: once per copy, or for `successive` reads of its one copy.
 * Every read of every tile draws its noise anew where the chip has read noise.
 */
export function predictHardware(
  chip: ChipState,
  inputs: Float32Array,
  count: number,
  key: Key,
  successive?: SuccessiveReads,
): Outputs {
  const { network, weights, variances, readout } = chip;
  const { outputs, matrices, size } = network;
  const samples = successive?.reads ?? weights.length / size;
  const width = inputs.length / count;
  const widest = matrices.reduce((most, { columns }) => Math.max(most, columns), 1);
  const piece = Math.max(1, Math.floor(pieceNumbers / (samples * widest)));
  const perLayer = matrices.map(matrix => ({
    weights: layerWeights(weights, size, matrix),
    variance: variances && layerWeights(variances, size, matrix),
  }));
  const values = new Float32Array(samples * count * outputs);
  for (let from = 0; from < count; from += piece) {
    const rows = Math.min(piece, count - from);
    const given = inputs.subarray(from * width, (from + rows) * width);
    const part = forwardLayers(network, samples, given, rows, readout.arrayRows, (out, x, layer, drive) => {
      const { weights, variance } = perLayer[layer]!;
      const readNoise = variance && { key: fold(fold(key, layer), from), variance, mixing: successive?.mixing };
      const sameWeights = successive !== undefined;
      forwardCopies(out, x, weights, { ...drive, ...readout.layers[layer]!, sameWeights, readNoise });
    });
    for (let s = 0; s < samples; s++) {
      values.set(part.subarray(s * rows * outputs, (s + 1) * rows * outputs), (s * count + from) * outputs);
    }
  }
  return { values, samples, count, outputs };
}

/** Runs the layers one after the other for `copies` weight vectors; `apply` fills a layer's linear part. */
function forwardLayers(
  network: Network,
  copies: number,
  inputs: Float32Array,
  count: number,
  arrayRows: number,
  apply: (out: Float32Array, x: Float32Array, layer: number, drive: LayerDrive) => void,
): Float32Array {
  let x = inputs;
  let shared = true;
  network.matrices.forEach(({ rows, columns, bias, activation }, layer) => {
    const out = new Float32Array(copies * count * columns);
    apply(out, x, layer, {
      copies,
      count,
      inputs: bias ? rows - 1 : rows,
      outputs: columns,
      bias: bias !== null,
      shared,
      boundaries: tileBoundaries(rows, arrayRows),
    });
    if (activation !== 'linear') kernels().unary(activation, out, out);
    x = out;
    shared = false;
  });
  return x;
}

/** One matrix of every row of weights [copies, size], packed. */
function layerWeights(weights: Float32Array, size: number, { weight, rows, columns }: LayerMatrix): Float32Array {
  const copies = weights.length / size;
  const length = rows * columns;
  const out = new Float32Array(copies * length);
  for (let s = 0; s < copies; s++) {
    const from = s * size + weight.offset;
    out.set(weights.subarray(from, from + length), s * length);
  }
  return out;
}
