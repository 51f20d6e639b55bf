import { insist } from '../base/index.ts';
import { kernels } from '../kernels/index.ts';
import { fillNormal, fold, type Key } from '../random/index.ts';
import type { Cells, Device } from './device.ts';
import { type Relaxations, relaxationsOf } from './memory.ts';
import { cholesky } from './nnls.ts';
import { fillReadNoise, readStd } from './read.ts';
import { type Band, flickerCorrelation, readBand } from './spectrum.ts';
import { applyTelegraph } from './telegraph.ts';

/** Longest sequence drawn from its exact covariance; longer ones follow the sum of relaxations block by block. */
const exactReads = 128;
const block = 128;
/** Numbers worked on at a time, so that they stay in cache. */
const workingSet = 2 ** 17;

export interface SequenceOptions {
  /** Reads of every cell. */
  readonly count: number;
  /** Time from one read to the next, s; at least the duration of a read. */
  readonly lag: number;
  /** Time of the first read since programming, s. */
  readonly time: number;
  /** `spectrum` by default: noise with the memory of the device's spectrum; `white` draws every read anew. */
  readonly memory?: 'spectrum' | 'white';
  /** Key of which cells have telegraph noise; from the sequence's key by default. */
  readonly deviceKey?: Key;
}

/**
 * `count` reads of every cell, S: its conductance, read noise with memory and telegraph noise. The conductance and the spectrum are
 * those of the first read. Writes `out`, [count, cells].
 */
export function readSequence(
  key: Key,
  device: Device,
  cells: Pick<Cells, 'target'>,
  conductance: Float32Array,
  options: SequenceOptions,
  out: Float32Array,
): Float32Array {
  const { count, lag, time, memory = 'spectrum', deviceKey = fold(key, 'device') } = options;
  const size = conductance.length;
  insist(time >= 0, `time: must be 0 s or later, got ${time}.`);
  insist(count >= 1, `count: a sequence needs at least one read, got ${count}.`);
  insist(
    !device.read || count === 1 || lag >= device.read.duration,
    `lag: reads of ${device.name} take ${device.read?.duration} s and cannot follow each other in ${lag} s.`,
  );
  const band = memory === 'white' ? null : readBand(device, time);
  const std = readStd(device, cells, time, conductance, new Float32Array(size));
  if (band) {
    drawSequence(key, band, size, options, (noise, at, width, m, from) => {
      const row = m * size + from;
      for (let i = 0; i < width; i++) out[row + i] = conductance[from + i]! + std[from + i]! * noise[at + i]!;
    });
    return applyTelegraph(fold(key, 'telegraph'), deviceKey, device, size, count, lag, out);
  }
  fillReadNoise(key, device, out);
  for (let m = 0; m < count; m++) {
    const from = m * size;
    for (let i = 0; i < size; i++) out[from + i] = conductance[i]! + std[i]! * out[from + i]!;
  }
  return applyTelegraph(fold(key, 'telegraph'), deviceKey, device, size, count, lag, out);
}

/** `count` values of unit variance for each of `size` independent processes with a 1/f spectrum; writes [count, size]. */
export function noiseSequence(
  key: Key,
  band: Band,
  size: number,
  options: Pick<SequenceOptions, 'count' | 'lag'>,
  out: Float32Array,
): Float32Array {
  drawSequence(key, band, size, options, (noise, at, width, m, from) => {
    out.set(noise.subarray(at, at + width), m * size + from);
  });
  return out;
}

/** Draws the noise and hands it over: noise[at … at + width − 1] is read `m` of the processes `from` … */
function drawSequence(
  key: Key,
  band: Band,
  size: number,
  { count, lag }: Pick<SequenceOptions, 'count' | 'lag'>,
  emit: (noise: Float32Array, at: number, width: number, m: number, from: number) => void,
): void {
  const { matrix, reads, states } =
    count <= exactReads ? exactModel(band, count, lag) : blockModel(relaxationsOf(band), count, lag);
  const rows = reads + states;
  const chunk = Math.max(256, Math.floor(workingSet / rows));
  const widest = Math.min(chunk, size);
  const input = new Float32Array((rows + states) * widest);
  const result = new Float32Array(rows * widest);
  for (let from = 0, index = 0; from < size; from += chunk, index++) {
    const width = Math.min(chunk, size - from);
    const chunkKey = fold(key, index);
    const fresh = input.subarray(0, rows * width);
    const state = input.subarray(rows * width, (rows + states) * width);
    fillNormal(fold(chunkKey, 'state'), state);
    for (let at = 0, step = 0; at < count; at += reads, step++) {
      fillNormal(fold(chunkKey, step), fresh);
      kernels().product(result, matrix, input, { m: rows, n: width, k: rows + states });
      const last = Math.min(reads, count - at);
      for (let m = 0; m < last; m++) emit(result, m * width, width, at + m, from);
      state.set(result.subarray(reads * width, rows * width));
    }
  }
}

/**
 * One matrix for a block of reads: [reads, next states] = matrix · [fresh normals (reads + states), states]. States
 * have unit variance.
 */
interface BlockModel {
  readonly matrix: Float32Array;
  readonly reads: number;
  readonly states: number;
}

function exactModel(band: Band, count: number, lag: number): BlockModel {
  const correlation = Float64Array.from({ length: count }, (_, k) => (k === 0 ? 1 : flickerCorrelation(band, k * lag)));
  const covariance = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) covariance[i * count + j] = correlation[Math.abs(i - j)]!;
  }
  return { matrix: Float32Array.from(cholesky(covariance, count)), reads: count, states: 0 };
}

/** Relaxations much faster than the lag are white to the reads, those much slower than the sequence are constant. */
function blockModel(relaxations: Relaxations, count: number, lag: number): BlockModel {
  const { weight, time, rate } = relaxations;
  const kept: { weight: number; decay: number; angle: number }[] = [];
  let white = 0;
  let constant = 0;
  for (let k = 0; k < weight.length; k++) {
    const change = count * lag * Math.max(1 / time[k]!, rate[k]!);
    if (lag / time[k]! > 6) white += weight[k]!;
    else if (change < 0.02) constant += weight[k]!;
    else kept.push({ weight: weight[k]!, decay: lag / time[k]!, angle: rate[k]! * lag });
  }
  if (constant > 0) kept.push({ weight: constant, decay: 0, angle: 0 });
  const states = kept.reduce((total, { angle }) => total + (angle > 0 ? 2 : 1), 0);
  const size = block + states;
  const covariance = new Float64Array(size * size);
  const carried = new Float64Array(size * states);
  let state = 0;
  for (const { weight: w, decay, angle } of kept) {
    addRelaxation(covariance, carried, size, states, state, Math.sqrt(w), decay, angle);
    state += angle > 0 ? 2 : 1;
  }
  for (let i = 0; i < block; i++) covariance[i * size + i]! += white;
  const factor = cholesky(covariance, size);
  const matrix = new Float32Array(size * (size + states));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) matrix[i * (size + states) + j] = factor[i * size + j]!;
    for (let j = 0; j < states; j++) matrix[i * (size + states) + size + j] = carried[i * states + j]!;
  }
  return { matrix, reads: block, states };
}

/**
 * Adds one relaxation or rotation of amplitude `amplitude`: its read j (1 … block) is amplitude·e^(−decay j) times the
 * rotated state at the start plus what came in since; its state at the end is that of read `block`.
 */
function addRelaxation(
  covariance: Float64Array,
  carried: Float64Array,
  size: number,
  states: number,
  state: number,
  amplitude: number,
  decay: number,
  angle: number,
): void {
  const read = (j: number): [number, number] => {
    const kept = Math.exp(-decay * j);
    return [kept * Math.cos(angle * j), kept * Math.sin(angle * j)];
  };
  const two = angle > 0;
  for (let i = 1; i <= block; i++) {
    const [c, s] = read(i);
    carried[(i - 1) * states + state] = amplitude * c;
    if (two) carried[(i - 1) * states + state + 1] = -amplitude * s;
    for (let j = 1; j <= block; j++) {
      const shared = Math.exp(-decay * Math.abs(i - j)) - Math.exp(-decay * (i + j));
      covariance[(i - 1) * size + j - 1]! += amplitude ** 2 * shared * Math.cos(angle * (i - j));
    }
    const shared = Math.exp(-decay * (block - i)) - Math.exp(-decay * (block + i));
    const first = block + state;
    const withFirst = amplitude * shared * Math.cos(angle * (block - i));
    covariance[(i - 1) * size + first] = withFirst;
    covariance[first * size + i - 1] = withFirst;
    if (!two) continue;
    const withSecond = amplitude * shared * Math.sin(angle * (block - i));
    covariance[(i - 1) * size + first + 1] = withSecond;
    covariance[(first + 1) * size + i - 1] = withSecond;
  }
  const [c, s] = read(block);
  const fresh = -Math.expm1(-2 * decay * block);
  const first = block + state;
  covariance[first * size + first] = fresh;
  carried[first * states + state] = c;
  if (!two) return;
  covariance[(first + 1) * size + first + 1] = fresh;
  carried[first * states + state + 1] = -s;
  carried[(first + 1) * states + state] = s;
  carried[(first + 1) * states + state + 1] = c;
}
