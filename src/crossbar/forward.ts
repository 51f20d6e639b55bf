import type { Floats } from '../kernels/index.ts';
import type { LayerDrive, Saturation } from './drive.ts';
import { scratchLike } from './scratch.ts';
import { driveLines, readTiles, tileLayer } from './tiled-layer.ts';

/** Numbers of one layer held at a time, so that they stay near the core. */
const CHUNK = 1 << 18;

/** Vectors multiplied at a time at least, so that packing a matrix does not show. */
const LEAST_COUNT = 256;

/**
 * The linear part of a layer on hardware: out[S, N, outputs] from x ([N, inputs] shared or [S, N, inputs]) and the
 * effective weights [S, word lines, outputs] in weight units, bias line last. Inputs pass the DAC, every tile's
 * partial sums the ADC, partial sums are added as numbers; the activation is the caller's. `out`, `x` and `weights`
 * have one precision. Every entry of `out` depends on its own inputs, weights and numbers alone (`ReadNumbers`).
 */
export function forwardCopies(out: Floats, x: Floats, weights: Floats, drive: LayerDrive): Saturation {
  return forwardEach(out, x, weights, drive);
}

/** As `forwardCopies`; `each` gets every tile's partial sums, piece by piece, before they are converted. */
export function forwardEach(
  out: Floats,
  x: Floats,
  weights: Floats,
  drive: LayerDrive,
  each?: (partial: Floats) => void,
): Saturation {
  const { copies, count, inputs, outputs, shared, sameWeights = false, numbers = {}, readNoise } = drive;
  const { positions = 1, sample = 0 } = numbers;
  const rows = numbers.rows ?? Uint32Array.from({ length: count / positions }, (_, i) => i);
  const layer = tileLayer(out, weights, sameWeights ? 1 : copies, drive);
  const scratch = scratchLike(out);
  const widest = Math.max(inputs, outputs);
  // Noise with memory mixes the reads, which are therefore drawn together.
  const together = readNoise?.mixing !== undefined;
  const most = Math.max(LEAST_COUNT, Math.floor(CHUNK / widest));
  const pieceCount = together ? count : Math.min(count, Math.max(1, Math.floor(most / positions)) * positions);
  const pieceCopies = together ? copies : pieceCount < count ? 1 : Math.max(1, Math.floor(CHUNK / (count * widest)));
  let beyond = 0;
  let saturated = 0;
  for (let n0 = 0; n0 < count; n0 += pieceCount) {
    const ns = Math.min(pieceCount, count - n0);
    const own = rows.subarray(n0 / positions, (n0 + ns) / positions);
    // Pieces hold part of one copy or the whole of several, which lie side by side.
    const driveFrom = (s: number, vectors: number) => {
      const at = (s * count + n0) * inputs;
      const driven = driveLines(layer, x.subarray(at, at + vectors * inputs), vectors, scratch, 'x');
      beyond += driven.saturated;
      return driven;
    };
    const forAll = shared ? driveFrom(0, ns) : undefined;
    for (let s0 = 0; s0 < copies; s0 += pieceCopies) {
      const ss = Math.min(pieceCopies, copies - s0);
      const at = (s0 * count + n0) * outputs;
      const pass = {
        copies: ss,
        matrix: s0,
        sample: sample + s0,
        count: ns,
        shared,
        again: sameWeights,
        rows: own,
        positions,
        mixing: readNoise?.mixing,
      };
      const to = out.subarray(at, at + ss * ns * outputs);
      saturated += readTiles(to, forAll ?? driveFrom(s0, ss * ns), layer, pass, scratch, each);
    }
  }
  return {
    inputs: beyond,
    inputsOf: layer.input.bits === null ? 0 : x.length,
    outputs: saturated,
    outputsOf: layer.output.bits === null ? 0 : out.length * (layer.boundaries.length - 1),
  };
}
