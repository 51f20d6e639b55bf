import { type Bf16Shape, type Floats, kernels, type RowNumbers } from '../kernels/index.ts';
import { fillNormalRows, fold, type Key } from '../random/index.ts';
import { CellStates } from './cell-states.ts';
import { type Converter, checkConverter, convert, converterEnds, idealConverter } from './converters.ts';
import type { ColumnConverters, LayerDrive, ProductPrecision } from './drive.ts';
import { type Block, blockOf, type LayerMemory } from './read-memory.ts';
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
  /** What reads remember, and the states of the cells of every copy on every tile; nothing where absent. */
  readonly memory?: { readonly of: LayerMemory; readonly states: readonly (readonly CellStates[])[] };
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

/** Puts copies of a matrix [word lines, outputs] on tiles; `like` has the precision of the sums, `jumps` are laid out like the weights. */
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
  jumps: readonly Floats[] = [],
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
  const jumpsOnTiles = jumps.map(each => onTiles(like, each, copies, outputs, boundaries, from));
  const statesOf = (of: LayerMemory, variances: Floats) =>
    readKeys.map((key, t) => {
      const size = (boundaries[t + 1]! - boundaries[t]!) * outputs;
      const first = copies * boundaries[t]! * outputs;
      return Array.from({ length: copies }, (_, c) => {
        const own = (all: Floats) => all.subarray(first + c * size, first + (c + 1) * size);
        return new CellStates(fold(fold(key, 'states'), c), of, own(variances), jumpsOnTiles.map(own));
      });
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
  /** Sums that all reads of these vectors share, tile after tile, each [copies held, vectors, outputs]. */
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
  /** Which of the copies held is read first; the others follow, and the first one again after the last. */
  readonly matrix: number;
  /** Number of the first sample, which its noise belongs to. */
  readonly sample: number;
  /** Vectors of one copy, N: the positions of each row one after the other. */
  readonly count: number;
  /** The driven vectors are those of all copies. */
  readonly shared: boolean;
  /** Copies are read more than once in all. */
  readonly again: boolean;
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
  const { outputs, boundaries, memory } = layer;
  const { copies, sample, count, shared, again, rows, positions } = pass;
  const mixing = memory?.of.mixing ?? pass.mixing;
  const numbers = { numbers: rows, first: sample, outer: copies, planes: positions, columns: outputs };
  const length = copies * count * outputs;
  const once = shared && again;
  if (once) driven.sums ??= sharedSums(driven, layer, scratch);
  const groups = memory && (memory.of.levels.length > 0 || memory.of.traps) ? readTogether(memory.of, pass) : [];
  let saturated = 0;
  for (let t = 0; t + 1 < boundaries.length; t++) {
    const target = t === 0 ? out : scratch.take('partial', length);
    const sums = once ? inTurn(driven.sums!.means, t, layer, pass, scratch, 'means in turn') : target;
    if (!once) multiplyTile(sums, driven.lines, layer.weights, t, layer, pass);
    if (layer.variances) {
      const variances = once
        ? inTurn(driven.sums!.variances!, t, layer, pass, scratch, 'variances in turn')
        : scratch.take('spread', length);
      if (!once) multiplyTile(variances, driven.weights!, layer.variances, t, layer, pass);
      const key = layer.readKeys[t]!;
      if (mixing) addMixedNoise(key, target, sums, variances, numbers, mixing, scratch);
      else kernels().addNoiseRows(target, sums, variances, key.word0, key.word1, numbers);
      if (memory) for (const group of groups) addOffsets(target, driven, layer, t, group, pass, scratch);
    } else if (once) for (let at = 0; at < target.length; at += sums.length) target.set(sums, at);
    each?.(target);
    saturated += convertSums(target, layer, t, numbers, scratch);
    if (t > 0) kernels().axpy(out, 1, target);
  }
  return saturated;
}

/** Of sums of all copies held, those of one tile as the reads take them: one part for all, or [copies, count, outputs]. */
function inTurn<T extends Floats>(
  sums: Floats,
  tile: number,
  { copies: held, outputs }: TiledLayer,
  { copies, matrix, count }: TilePass,
  scratch: Scratch<T>,
  name: string,
): Floats {
  const part = count * outputs;
  const own = sums.subarray(tile * held * part, (tile + 1) * held * part);
  if (held === 1) return own;
  const out = scratch.take(name, copies * part);
  for (let s = 0; s < copies; s++) {
    const copy = (matrix + s) % held;
    out.set(own.subarray(copy * part, (copy + 1) * part), s * part);
  }
  return out;
}

/** Reads of one copy in one block, which its cells' offsets are the same for: samples of some rows. */
interface Together extends Block {
  readonly copy: number;
  readonly parts: { readonly row: number; readonly samples: number[] }[];
}

/** The reads of a pass by the blocks that they lie in, in their order. */
function readTogether(memory: LayerMemory, { copies, sample, rows }: TilePass): Together[] {
  const groups = new Map<string, Together>();
  for (let row = 0; row < rows.length; row++) {
    for (let s = 0; s < copies; s++) {
      const at = blockOf(memory, rows[row]!, sample + s);
      const copy = (sample + s) % memory.copies;
      const name = `${at.batch} ${at.block} ${copy}`;
      const group = groups.get(name) ?? { ...at, copy, parts: [] };
      groups.set(name, group);
      const last = group.parts.at(-1);
      if (last?.row === row) last.samples.push(s);
      else group.parts.push({ row, samples: [s] });
    }
  }
  return [...groups.values()].sort((a, b) => a.batch - b.batch || a.block - b.block);
}

/** Adds what cells of a copy are off by in a block of reads, which the vectors of those reads multiply. */
function addOffsets<T extends Floats>(
  out: T,
  { lines }: Driven,
  { outputs, boundaries, memory }: TiledLayer,
  tile: number,
  { copy, parts, ...at }: Together,
  { copies, count, shared, positions }: TilePass,
  scratch: Scratch<T>,
): void {
  const top = boundaries[tile]!;
  const k = boundaries[tile + 1]! - top;
  const own = lines.subarray((shared ? 1 : copies) * count * top);
  const perRead = positions * k;
  const width = positions * outputs;
  const reads = parts.flatMap(({ row, samples }) => (shared ? [{ row, s: 0 }] : samples.map(s => ({ row, s }))));
  const placeOf = ({ row, s }: { row: number; s: number }) => (s * count) / positions + row;
  const first = placeOf(reads[0]!);
  const side = reads.every((read, i) => placeOf(read) === first + i);
  let vectors: Floats = own.subarray(first * perRead, (first + reads.length) * perRead);
  if (!side) {
    vectors = scratch.take('offset vectors', reads.length * perRead);
    for (const [i, read] of reads.entries()) {
      const from = placeOf(read) * perRead;
      vectors.set(own.subarray(from, from + perRead), i * perRead);
    }
  }
  const sums = scratch.take('offset sums', reads.length * width);
  const offsets = memory!.states[tile]![copy]!.offsets(at);
  kernels().product(sums, vectors, offsets, { m: reads.length * positions, n: outputs, k });
  let i = 0;
  for (const { row, samples } of parts) {
    const [s0, last] = [samples[0]!, samples.at(-1)!];
    const whole = count === positions && last - s0 === samples.length - 1;
    if (whole) {
      const from = shared ? sums.subarray(i * width, (i + 1) * width) : sums.subarray(i * width);
      kernels().axpy(out.subarray(s0 * width, (last + 1) * width), 1, from.subarray(0, (last + 1 - s0) * width));
      i += shared ? 1 : samples.length;
      continue;
    }
    for (const s of samples) {
      const to = (s * count + row * positions) * outputs;
      addRun(out, to, sums, i * width, width);
      if (!shared) i++;
    }
    if (shared) i++;
  }
}

/** Adds `length` numbers of another array, from `from` on, to those from `at` on. */
function addRun(out: Floats, at: number, other: Floats, from: number, length: number): void {
  for (let j = 0; j < length; j++) out[at + j]! += other[from + j]!;
}

/** Sums and variances of the copies held for vectors that all reads share. */
function sharedSums<T extends Floats>(
  driven: Driven,
  layer: TiledLayer,
  scratch: Scratch<T>,
): NonNullable<Driven['sums']> {
  const { vectors, lines, weights, name } = driven;
  const { outputs, boundaries, variances, copies } = layer;
  const part = copies * vectors * outputs;
  const tiles = boundaries.length - 1;
  const once = { copies, matrix: 0, count: vectors, shared: true };
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

/** sums[S, N, outputs] of one tile: one matrix for each read, or the copies held in turn. */
function multiplyTile(
  sums: Floats,
  lines: Floats,
  matrices: Floats,
  tile: number,
  { outputs, boundaries, copies: held, precision }: TiledLayer,
  { copies, matrix, count, shared }: Pick<TilePass, 'copies' | 'matrix' | 'count' | 'shared'>,
): void {
  const top = boundaries[tile]!;
  const k = boundaries[tile + 1]! - top;
  const vectors = (shared ? 1 : copies) * count;
  const a = lines.subarray(vectors * top, vectors * (top + k));
  const b = matrices.subarray(held * top * outputs, held * (top + k) * outputs);
  const shape = { m: count, n: outputs, k, sharedA: shared, sharedB: held === 1 };
  for (let s = 0; s < copies; ) {
    const first = (matrix + s) % held;
    const batch = held === 1 ? copies : Math.min(held - first, copies - s);
    multiply(
      sums.subarray(s * count * outputs, (s + batch) * count * outputs),
      shared ? a : a.subarray(s * count * k, (s + batch) * count * k),
      b.subarray(first * k * outputs, (first + (held === 1 ? 1 : batch)) * k * outputs),
      { ...shape, batch },
      precision,
    );
    s += batch;
  }
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
