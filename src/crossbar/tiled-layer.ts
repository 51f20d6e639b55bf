import { type Bf16Shape, type Floats, kernels, type RowNumbers } from '../kernels/index.ts';
import { fillNormalRows, fold, type Key } from '../random/index.ts';
import { type Converter, checkConverter, convert, converterEnds, idealConverter } from './converters.ts';
import type { ColumnConverters, LayerDrive, ProductPrecision } from './drive.ts';
import { blockOf, CellStates, type LayerMemory } from './read-memory.ts';
import { inPrecisionOf, type Scratch } from './scratch.ts';

/** Where matrices lie in a larger array: row r of copy c begins at `first` + c·`stride` + r·`rowStride`. */
export interface MatrixSource {
  readonly first: number;
  readonly stride: number;
  readonly rowStride: number;
}

/** A matrix in copies on tiles with its converters: all that does not depend on what drives it. */
export interface TiledLayer {
  /** Inputs without the bias line. */
  readonly inputs: number;
  readonly outputs: number;
  /** First word line of each tile, and the end. */
  readonly boundaries: Int32Array;
  /** Copies held. */
  readonly copies: number;
  /** Tile after tile, each [copies, lines, outputs]. */
  readonly weights: Floats;
  /** Variances of a read, laid out like the weights. */
  readonly variances?: Floats;
  /** As in `ReadNoise`. */
  readonly slot?: number;
  readonly input: Converter;
  readonly output: Converter;
  readonly columns?: PreparedColumns;
  readonly precision: ProductPrecision;
  /** What reads remember, and the states of the cells of every tile; nothing where absent. */
  readonly memory?: { readonly of: LayerMemory; readonly states: readonly CellStates[] };
  /** Keys of the read noise and of the conversion noise, one per tile. */
  readonly readKeys: readonly Key[];
  readonly conversionKeys: readonly Key[];
}

interface PreparedColumns {
  /** 1 + gain error. */
  readonly factor?: Floats;
  readonly shift?: Floats;
  readonly range?: Floats;
  readonly noiseStd: number;
}

/** Puts copies of a matrix [word lines, outputs] on tiles; `like` has the precision of the sums. */
export function tileLayer(
  like: Floats,
  weights: Floats,
  copies: number,
  drive: Pick<
    LayerDrive,
    'inputs' | 'outputs' | 'boundaries' | 'input' | 'output' | 'columns' | 'precision' | 'readNoise'
  >,
  source?: MatrixSource,
  memory?: LayerMemory,
): TiledLayer {
  const { inputs, outputs, columns, readNoise } = drive;
  const { input = idealConverter, output = idealConverter, precision = 'single' } = drive;
  checkConverter(input, 'hardware.input');
  checkConverter(output, 'hardware.output');
  const boundaries = Int32Array.from(drive.boundaries);
  const lines = boundaries.at(-1)!;
  const from = source ?? { first: 0, stride: lines * outputs, rowStride: outputs };
  const tileKeys = (key: Key | undefined) =>
    key ? Array.from({ length: boundaries.length - 1 }, (_, t) => fold(key, t)) : [];
  const variances = readNoise && onTiles(like, readNoise.variance, copies, outputs, boundaries, from);
  const readKeys = tileKeys(readNoise?.key);
  const statesOf = (of: LayerMemory, variances: Floats) =>
    readKeys.map((key, t) => {
      const own = variances.subarray(boundaries[t]! * outputs, boundaries[t + 1]! * outputs);
      return new CellStates(fold(key, 'states'), of, own);
    });
  return {
    inputs,
    outputs,
    boundaries,
    copies,
    weights: onTiles(like, weights, copies, outputs, boundaries, from),
    ...(readNoise && { variances, slot: readNoise.slot }),
    ...(memory && variances && { memory: { of: memory, states: statesOf(memory, variances) } }),
    input,
    output,
    ...(columns && { columns: prepared(like, columns) }),
    precision,
    readKeys,
    conversionKeys: tileKeys(columns?.noise?.key),
  };
}

function onTiles(
  like: Floats,
  matrices: Floats,
  copies: number,
  outputs: number,
  boundaries: Int32Array,
  { first, stride, rowStride }: MatrixSource,
): Floats {
  const lines = boundaries.at(-1)!;
  const whole = rowStride === outputs && (copies === 1 || (boundaries.length === 2 && stride === lines * outputs));
  const typed = inPrecisionOf(like, matrices);
  if (whole) return typed.subarray(first, first + copies * lines * outputs);
  const out =
    like instanceof Float32Array
      ? new Float32Array(copies * lines * outputs)
      : new Float64Array(copies * lines * outputs);
  let at = 0;
  for (let t = 0; t + 1 < boundaries.length; t++) {
    const [top, end] = [boundaries[t]!, boundaries[t + 1]!];
    for (let c = 0; c < copies; c++) {
      const copy = first + c * stride;
      if (rowStride === outputs) {
        out.set(typed.subarray(copy + top * outputs, copy + end * outputs), at);
        at += (end - top) * outputs;
        continue;
      }
      for (let r = top; r < end; r++, at += outputs) {
        out.set(typed.subarray(copy + r * rowStride, copy + r * rowStride + outputs), at);
      }
    }
  }
  return out;
}

function prepared(like: Floats, { range, gainError, offset, noise }: ColumnConverters): PreparedColumns {
  return {
    ...(gainError && {
      factor: inPrecisionOf(
        like,
        Float64Array.from(gainError, error => 1 + error),
      ),
    }),
    ...(offset && { shift: inPrecisionOf(like, offset) }),
    ...(range && { range: inPrecisionOf(like, range) }),
    noiseStd: noise?.std ?? 0,
  };
}

/** Input vectors as the word lines see them. */
export interface Driven {
  /** Tile after tile, each [vectors, lines]. */
  readonly lines: Floats;
  /** What each line's variance is multiplied with, laid out alike; absent without read noise. */
  readonly weights?: Floats;
  readonly vectors: number;
  /** Name of the scratch arrays that hold it. */
  readonly name: string;
  /** Inputs beyond their converter's range. */
  readonly saturated: number;
  /** Sums of a matrix that all reads of these vectors share, tile after tile, each [vectors, outputs]. */
  sums?: { readonly means: Floats; readonly variances?: Floats };
}

/** Drives the word lines with x [vectors, inputs]; the result lies in scratch arrays of the given name. */
export function driveLines<T extends Floats>(
  layer: TiledLayer,
  x: T,
  vectors: number,
  scratch: Scratch<T>,
  name: string,
): Driven {
  const { inputs, boundaries, input, variances, slot } = layer;
  const end = boundaries.at(-1)!;
  const whole = boundaries.length === 2 && end === inputs;
  let lines = x.length === vectors * inputs ? x : (x.subarray(0, vectors * inputs) as T);
  let saturated = 0;
  if (!whole) {
    const to = scratch.take(`${name}.lines`, vectors * end);
    const { step, low, high } = converterEnds(input);
    saturated = kernels().driveTiles(to, lines, vectors, inputs, boundaries, step, low, high);
    lines = to;
  } else if (input.bits !== null) {
    const to = scratch.take(`${name}.lines`, vectors * end);
    saturated = convert(to, lines, input);
    lines = to;
  }
  if (!variances) return { lines, vectors, name, saturated };
  const weights = scratch.take(`${name}.squares`, lines.length);
  kernels().unary(slot === undefined ? 'square' : 'abs', weights, lines);
  if (slot !== undefined) kernels().scale(weights, weights, slot, 0);
  return { lines, weights, vectors, name, saturated };
}

/** Which copies are read, of which vectors, and what their noise belongs to. */
export interface TilePass {
  /** Copies or reads, S. */
  readonly copies: number;
  /** Which of the copies held is read first; the one there is where all reads share it. */
  readonly matrix: number;
  /** Number of the first sample, which its noise belongs to. */
  readonly sample: number;
  /** Vectors of one copy, N: the positions of each row one after the other. */
  readonly count: number;
  /** The driven vectors are those of all copies. */
  readonly shared: boolean;
  /** The one matrix is read S times. */
  readonly sameWeights: boolean;
  /** Numbers of the rows that noise belongs to, [N / positions]. */
  readonly rows: Uint32Array;
  readonly positions: number;
  /** Lower factor of the correlations between the reads, [mixed, mixed], of which reads 0 … sample + copies − 1 count. */
  readonly mixing?: Floats;
}

/**
 * Reads the tiles: out[S, N, outputs] are their converted partial sums, added as numbers. `each` gets every tile's sums
 * before they are converted. Returns how many partial sums left the converter's range.
 */
export function readTiles<T extends Floats>(
  out: T,
  driven: Driven,
  layer: TiledLayer,
  pass: TilePass,
  scratch: Scratch<T>,
  each?: (partial: T) => void,
): number {
  const { outputs, boundaries } = layer;
  const { copies, sample, count, shared, sameWeights, rows, positions } = pass;
  const mixing = layer.memory?.of.mixing ?? pass.mixing;
  const numbers = { numbers: rows, first: sample, outer: copies, planes: positions, columns: outputs };
  const length = copies * count * outputs;
  const once = shared && sameWeights;
  if (once) driven.sums ??= sharedSums(driven, layer, scratch);
  let saturated = 0;
  for (let t = 0; t + 1 < boundaries.length; t++) {
    const target = t === 0 ? out : scratch.take('partial', length);
    const part = count * outputs;
    const sums = once ? driven.sums!.means.subarray(t * part, (t + 1) * part) : target;
    if (!once) multiplyTile(sums, driven.lines, layer.weights, t, layer, pass);
    if (layer.variances) {
      const variances = once
        ? driven.sums!.variances!.subarray(t * part, (t + 1) * part)
        : scratch.take('spread', length);
      if (!once) multiplyTile(variances, driven.weights!, layer.variances, t, layer, pass);
      const key = layer.readKeys[t]!;
      if (mixing) addMixedNoise(key, target, sums, variances, numbers, mixing, scratch);
      else kernels().addNoiseRows(target, sums, variances, key.word0, key.word1, numbers);
      if (layer.memory) addOffsets(target, driven, layer, t, pass, scratch);
    } else if (once) for (let s = 0; s < copies; s++) target.set(sums, s * part);
    each?.(target);
    saturated += convertSums(target, layer, t, numbers, scratch);
    if (t > 0) kernels().axpy(out, 1, target);
  }
  return saturated;
}

/** Samples of one row in one block of reads, or one of them where samples have inputs of their own. */
interface Together {
  readonly row: number;
  readonly samples: number[];
}

/** Adds what cells are off by while they are read: each block of reads has offsets of its own, which its vectors multiply. */
function addOffsets<T extends Floats>(
  out: T,
  { lines }: Driven,
  { outputs, boundaries, memory }: TiledLayer,
  tile: number,
  { copies, sample, count, shared, rows, positions }: TilePass,
  scratch: Scratch<T>,
): void {
  const { of, states } = memory!;
  if (of.levels.length === 0) return;
  const blocks = new Map<number, Together[]>();
  for (let row = 0; row < rows.length; row++) {
    for (let s = 0; s < copies; s++) {
      const block = blockOf(of, rows[row]!, sample + s);
      const known = blocks.get(block) ?? [];
      blocks.set(block, known);
      const last = known.at(-1);
      if (shared && last?.row === row) last.samples.push(s);
      else known.push({ row, samples: [s] });
    }
  }
  const top = boundaries[tile]!;
  const k = boundaries[tile + 1]! - top;
  const own = lines.subarray((shared ? 1 : copies) * count * top);
  for (const block of [...blocks.keys()].sort((a, b) => a - b)) {
    const parts = blocks.get(block)!;
    const m = parts.length * positions;
    const vectors = scratch.take('offset vectors', m * k);
    parts.forEach(({ row, samples }, i) => {
      const first = ((shared ? 0 : samples[0]! * count) + row * positions) * k;
      vectors.set(own.subarray(first, first + positions * k), i * positions * k);
    });
    const sums = scratch.take('offset sums', m * outputs);
    kernels().product(sums, vectors, states[tile]!.offsets(block), { m, n: outputs, k });
    const width = positions * outputs;
    parts.forEach(({ row, samples }, i) => {
      for (const s of samples) {
        const at = (s * count + row * positions) * outputs;
        for (let j = 0; j < width; j++) out[at + j]! += sums[i * width + j]!;
      }
    });
  }
}

/** Sums and variances of one matrix for vectors that all reads share. */
function sharedSums<T extends Floats>(
  driven: Driven,
  layer: TiledLayer,
  scratch: Scratch<T>,
): NonNullable<Driven['sums']> {
  const { vectors, lines, weights, name } = driven;
  const { outputs, boundaries, variances } = layer;
  const part = vectors * outputs;
  const tiles = boundaries.length - 1;
  const once = { copies: 1, matrix: 0, count: vectors, shared: true, sameWeights: true };
  const all = (what: string, a: Floats, w: Floats) => {
    const out = scratch.take(`${name}.${what}`, tiles * part);
    for (let t = 0; t < tiles; t++) multiplyTile(out.subarray(t * part, (t + 1) * part), a, w, t, layer, once);
    return out;
  };
  return {
    means: all('means', lines, layer.weights),
    ...(variances && { variances: all('variances', weights!, variances) }),
  };
}

/** sums[S, N, outputs] of one tile: one matrix per copy, or one for all. */
function multiplyTile(
  sums: Floats,
  lines: Floats,
  matrices: Floats,
  tile: number,
  { outputs, boundaries, copies: held, precision }: TiledLayer,
  {
    copies,
    matrix,
    count,
    shared,
    sameWeights,
  }: Pick<TilePass, 'copies' | 'matrix' | 'count' | 'shared' | 'sameWeights'>,
): void {
  const top = boundaries[tile]!;
  const k = boundaries[tile + 1]! - top;
  const vectors = (shared ? 1 : copies) * count;
  const a = lines.subarray(vectors * top, vectors * (top + k));
  const first = (held * top + (sameWeights ? 0 : matrix) * k) * outputs;
  const b = matrices.subarray(first, first + (sameWeights ? 1 : copies) * k * outputs);
  const shape = { m: count, n: outputs, k, batch: copies, sharedA: shared, sharedB: sameWeights };
  multiply(sums, a, b, shape, precision);
}

function multiply(c: Floats, a: Floats, b: Floats, shape: Bf16Shape, precision: ProductPrecision): void {
  if (precision === 'single') kernels().product(c, a, b, shape);
  else if (c instanceof Float32Array && a instanceof Float32Array && b instanceof Float32Array) {
    kernels().productBf16(c, a, b, shape);
  } else throw new Error('internal: bf16 products are of single-precision arrays');
}

/**
 * Adds noise whose reads share what `mixing` says. Read s takes row s of the factor and the fresh numbers of reads 0 … s,
 * so that reads that follow change nothing.
 */
function addMixedNoise<T extends Floats>(
  key: Key,
  out: T,
  sums: Floats,
  variances: Floats,
  numbers: RowNumbers,
  mixing: Floats,
  scratch: Scratch<T>,
): void {
  const { first = 0, outer: reads } = numbers;
  const size = Math.round(Math.sqrt(mixing.length));
  const before = first + reads;
  const part = out.length / reads;
  const fresh = fillNormalRows(key, scratch.take('fresh', before * part), { ...numbers, first: 0, outer: before });
  let factor = mixing;
  if (first > 0 || reads < size) {
    factor = scratch.take('factor', reads * before);
    for (let r = 0; r < reads; r++) {
      const row = (first + r) * size;
      factor.set(mixing.subarray(row, row + before), r * before);
    }
  }
  const mixed = scratch.take('mixed', out.length);
  kernels().product(mixed, factor, fresh, { m: reads, n: part, k: before });
  const std = scratch.take('std', variances.length);
  kernels().unary('sqrt', std, variances);
  kernels().binary('multiply', mixed, mixed, std);
  kernels().binary('add', out, mixed, sums);
}

/** Puts the converters' errors on one tile's sums and converts them, in place; returns how many saturated. */
function convertSums<T extends Floats>(
  sums: T,
  { output, columns, conversionKeys }: TiledLayer,
  tile: number,
  numbers: RowNumbers,
  scratch: Scratch<T>,
): number {
  if (!columns) return convert(sums, sums, output);
  const { factor, shift, range, noiseStd } = columns;
  if (factor) kernels().binary('multiply', sums, sums, factor);
  if (shift) kernels().axpy(sums, 1, shift);
  if (range) kernels().binary('divide', sums, sums, range);
  if (noiseStd > 0) {
    const { word0, word1 } = conversionKeys[tile]!;
    const variance = scratch.take('conversion', sums.length / numbers.outer).fill(noiseStd ** 2);
    kernels().addNoiseRows(sums, sums, variance, word0, word1, numbers);
  }
  const saturated = convert(sums, sums, output);
  if (range) kernels().binary('multiply', sums, sums, range);
  return saturated;
}
