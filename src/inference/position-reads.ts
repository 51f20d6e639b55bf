import { driveLines, readTiles, type Scratch, tileLayer } from '../crossbar/index.ts';
import { fold } from '../random/index.ts';
import type { layerDrive } from './layer-drive.ts';
import type { Driving } from './run-layers.ts';

/** The weights of a sample, of which each position of a convolution has its own: every call fills those of the next, [word lines, outputs]. */
export type NextWeights = (out: Float32Array) => void;

/**
 * Multiplies the vectors of each position by weights of its own: sums [copies, rows·positions, outputs] of one group of columns. `next` has
 * the weights of each copy. Says how many inputs and sums left the ranges of their converters.
 */
export function readPositions(
  sums: Float32Array,
  { matrix, copies, count, shared, vectors }: Driving,
  drive: ReturnType<typeof layerDrive>,
  next: readonly NextWeights[],
  at: { readonly sample: number; readonly rows: Uint32Array; readonly scratch: Scratch },
): { inputs: number; outputs: number } {
  const { positions, rows: lines } = matrix;
  const { inputs, outputs, columns } = drive;
  const { rows } = at;
  const cells = lines * outputs;
  const all = vectors();
  const driven = shared ? rows.length : copies * rows.length;
  const x = new Float32Array(driven * inputs);
  const weights = new Float32Array(copies * cells);
  const own = new Float32Array(copies * rows.length * outputs);
  const found = { inputs: 0, outputs: 0 };
  for (let p = 0; p < positions; p++) {
    for (let v = 0; v < driven; v++) {
      const from = (v * positions + p) * inputs;
      x.set(all.subarray(from, from + inputs), v * inputs);
    }
    for (let s = 0; s < copies; s++) next[s]!(weights.subarray(s * cells, (s + 1) * cells));
    const noise = columns?.noise && { ...columns.noise, key: fold(columns.noise.key, p) };
    const layer = tileLayer(sums, weights, copies, { ...drive, columns: noise ? { ...columns, noise } : columns });
    const read = driveLines(layer, x, driven, at.scratch, 'driven at a position');
    const pass = { copies, matrix: 0, sample: at.sample, count: rows.length, shared, again: false, rows, positions: 1 };
    found.outputs += readTiles(own, read, layer, pass, at.scratch);
    found.inputs += read.saturated * (shared ? copies : 1);
    for (let s = 0; s < copies; s++) {
      for (let r = 0; r < rows.length; r++) {
        const from = (s * rows.length + r) * outputs;
        sums.set(own.subarray(from, from + outputs), (s * count + r * positions + p) * outputs);
      }
    }
  }
  return found;
}
