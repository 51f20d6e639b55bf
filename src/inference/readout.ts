import {
  type Converter,
  calibrateConverters,
  forwardCopies,
  type LayerDrive,
  tileBoundaries,
} from '../crossbar/index.ts';
import { kernels } from '../kernels/index.ts';
import type { Network } from '../network/index.ts';
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
  forwardLayers(network, weights, inputs, count, options.arrayRows, (out, x, w, drive) => {
    layers.push(calibrateConverters(out, x, w, drive, options));
  });
  return { layers, arrayRows: options.arrayRows };
}

/** Numbers of one layer's outputs held at a time, so that they stay near the core. */
const pieceNumbers = 1 << 18;

/** What the chip's realised weights [copies, size] say of the inputs through its converters. */
export function predictHardware(
  network: Network,
  weights: Float32Array,
  inputs: Float32Array,
  count: number,
  readout: Readout,
): Outputs {
  const { outputs, matrices, size } = network;
  const samples = weights.length / size;
  const width = inputs.length / count;
  const widest = matrices.reduce((most, { columns }) => Math.max(most, columns), 1);
  const piece = Math.max(1, Math.floor(pieceNumbers / (samples * widest)));
  const values = new Float32Array(samples * count * outputs);
  for (let from = 0; from < count; from += piece) {
    const rows = Math.min(piece, count - from);
    let layer = 0;
    const part = forwardLayers(
      network,
      weights,
      inputs.subarray(from * width, (from + rows) * width),
      rows,
      readout.arrayRows,
      (out, x, w, drive) => {
        forwardCopies(out, x, w, { ...drive, ...readout.layers[layer++]! });
      },
    );
    for (let s = 0; s < samples; s++) {
      values.set(part.subarray(s * rows * outputs, (s + 1) * rows * outputs), (s * count + from) * outputs);
    }
  }
  return { values, samples, count, outputs };
}

/** Runs the layers one after the other; `apply` fills a layer's linear part. */
function forwardLayers(
  network: Network,
  weights: Float32Array,
  inputs: Float32Array,
  count: number,
  arrayRows: number,
  apply: (out: Float32Array, x: Float32Array, w: Float32Array, drive: LayerDrive) => void,
): Float32Array {
  const copies = weights.length / network.size;
  let x = inputs;
  let shared = true;
  for (const matrix of network.matrices) {
    const { rows, columns, bias, weight, activation } = matrix;
    const out = new Float32Array(copies * count * columns);
    apply(out, x, layerWeights(weights, network.size, weight.offset, rows * columns), {
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
  }
  return x;
}

/** The stretch [offset, offset + length) of every row of weights [copies, size], packed. */
function layerWeights(weights: Float32Array, size: number, offset: number, length: number): Float32Array {
  const copies = weights.length / size;
  const out = new Float32Array(copies * length);
  for (let s = 0; s < copies; s++) out.set(weights.subarray(s * size + offset, s * size + offset + length), s * length);
  return out;
}
