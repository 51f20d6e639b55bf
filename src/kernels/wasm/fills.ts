import type { Floats, Kernels } from '../kernels.ts';
import type { RowLayout, RowNumbers } from '../rows.ts';
import { type Memory, type Numbers, PIECE } from './memory.ts';

/** Numbers by which the module knows laws. */
const laws = { raw: 0, uniform: 1, normal: 2 } as const;

type Law = keyof typeof laws;

type Fills = Pick<
  Kernels,
  | 'randomWords'
  | 'uniform'
  | 'normal'
  | 'addNoise'
  | 'uniformRows'
  | 'normalRows'
  | 'addNoiseRows'
  | 'uniformAt'
  | 'normalAt'
>;

export function fills(memory: Memory): Fills {
  return {
    randomWords: (out, key0, key1, offset) => fill(memory, 'raw', out, key0, key1, offset),
    uniform: (out, key0, key1, offset) => fill(memory, 'uniform', out, key0, key1, offset),
    normal: (out, key0, key1, offset) => fill(memory, 'normal', out, key0, key1, offset),
    addNoise: (y, slope, variance, key0, key1, offset) => addNoise(memory, y, slope, variance, key0, key1, offset),
    uniformRows: (out, key0, key1, rows, layout) => fillRows(memory, 'uniform', out, key0, key1, rows, layout),
    normalRows: (out, key0, key1, rows, layout) => fillRows(memory, 'normal', out, key0, key1, rows, layout),
    addNoiseRows: (y, x, variance, key0, key1, rows) => addNoiseRows(memory, y, x, variance, key0, key1, rows),
    uniformAt: (out, key0, key1, addresses) => fillAt(memory, 'uniform', out, key0, key1, addresses),
    normalAt: (out, key0, key1, addresses) => fillAt(memory, 'normal', out, key0, key1, addresses),
  };
}

/** Flat fills of one law. */
function fill(memory: Memory, law: Law, out: Numbers, key0: number, key1: number, offset: number): void {
  const { module } = memory;
  const run = out instanceof Float64Array ? module.fillDouble : module.fillSingle;
  memory.open();
  const at = memory.place(Math.min(PIECE, out.length) * out.BYTES_PER_ELEMENT);
  for (let from = 0; from < out.length; from += PIECE) {
    const count = Math.min(PIECE, out.length - from);
    run(at, count, laws[law], key0, key1, offset + from);
    memory.take(out, from, count, at);
  }
}

function addNoise(
  memory: Memory,
  y: Floats,
  slope: Floats | null,
  variance: Floats,
  key0: number,
  key1: number,
  offset: number,
): void {
  const { module } = memory;
  const single = y instanceof Float32Array;
  const [draw, add] = single ? [module.fillSingle, module.noiseSingle] : [module.fillDouble, module.noiseDouble];
  memory.open();
  const bytes = Math.min(PIECE, y.length) * y.BYTES_PER_ELEMENT;
  const [atY, atSlope] = [memory.place(bytes), memory.place(bytes)];
  const [atVariance, atNormals] = [memory.place(bytes), memory.place(bytes)];
  for (let from = 0; from < y.length; from += PIECE) {
    const count = Math.min(PIECE, y.length - from);
    memory.put(atY, y, from, count);
    memory.put(atVariance, variance, from, count);
    draw(atNormals, count, laws.normal, key0, key1, offset + from);
    add(atY, slope ? atSlope : 0, atVariance, atNormals, count);
    memory.take(y, from, count, atY);
    if (slope) memory.take(slope, from, count, atSlope);
  }
}

/**
 * Fills lines piece by piece, a line being all planes and columns of one row and outer number, and hands over the place of
 * each piece, its first line and how many there are.
 */
function eachPiece(
  memory: Memory,
  law: Law,
  single: boolean,
  key0: number,
  key1: number,
  { numbers, first = 0, outer, firstPlane = 0, planes = 1, columns }: RowNumbers,
  interleaved: boolean,
  visit: (at: number, line: number, count: number) => void,
): void {
  const perLine = planes * columns;
  const lines = outer * numbers.length;
  if (lines * perLine === 0) return;
  const run = single ? memory.module.fillRowsSingle : memory.module.fillRowsDouble;
  const together = Math.max(1, Math.floor(PIECE / perLine));
  const atNumbers = memory.copyOf(numbers);
  const at = memory.place(Math.min(together, lines) * perLine * (single ? 4 : 8));
  for (let line = 0; line < lines; line += together) {
    const end = Math.min(lines, line + together);
    const shape = [firstPlane, planes, columns, interleaved && planes > 1 ? 1 : 0] as const;
    run(at, atNumbers, numbers.length, first, line, end, ...shape, laws[law], key0, key1);
    visit(at, line, end - line);
  }
}

function fillRows(
  memory: Memory,
  law: Law,
  out: Floats,
  key0: number,
  key1: number,
  rows: RowNumbers,
  { interleaved = false, stride }: RowLayout = {},
): void {
  const perLine = (rows.planes ?? 1) * rows.columns;
  const own = rows.numbers.length * perLine;
  const step = stride ?? own;
  memory.open();
  eachPiece(memory, law, out instanceof Float32Array, key0, key1, rows, interleaved, (at, line, count) => {
    // In runs that do not pass from one outer number to the next where these lie apart.
    for (let done = 0; done < count; ) {
      const [s, r] = [Math.floor((line + done) / rows.numbers.length), (line + done) % rows.numbers.length];
      const run = step === own ? count : Math.min(count - done, rows.numbers.length - r);
      memory.take(out, s * step + r * perLine, run * perLine, at + done * perLine * out.BYTES_PER_ELEMENT);
      done += run;
    }
  });
}

function addNoiseRows(
  memory: Memory,
  y: Floats,
  x: Floats,
  variance: Floats,
  key0: number,
  key1: number,
  rows: RowNumbers,
): void {
  const single = y instanceof Float32Array;
  const spread = single ? memory.module.spreadSingle : memory.module.spreadDouble;
  const perLine = (rows.planes ?? 1) * rows.columns;
  memory.open();
  const means = repeated(memory, x, y.length);
  const variances = repeated(memory, variance, y.length);
  eachPiece(memory, 'normal', single, key0, key1, rows, false, (z, line, lines) => {
    const rest = memory.place(0);
    const end = (line + lines) * perLine;
    for (let from = line * perLine; from < end; ) {
      memory.open(rest);
      const count = Math.min(end - from, means.most(from), variances.most(from));
      const atY = memory.place(count * y.BYTES_PER_ELEMENT);
      const atZ = z + (from - line * perLine) * y.BYTES_PER_ELEMENT;
      spread(atY, count, atZ, ...means.part(from, count), ...variances.part(from, count));
      memory.take(y, from, count, atY);
      from += count;
    }
    memory.open(rest);
  });
}

/** An operand that is repeated until it has `length` numbers: a short one is copied whole, of a long one what is needed. */
function repeated(memory: Memory, x: Floats, length: number) {
  const whole = x.length < length && x.length <= PIECE;
  const at = whole ? memory.copyOf(x) : 0;
  return {
    /** How many numbers from there on are at hand together. */
    most: (from: number) => (whole ? Number.POSITIVE_INFINITY : x.length - (from % x.length)),
    /** Place, index there of the first number, and length after which it begins anew. */
    part: (from: number, count: number): readonly [number, number, number] =>
      whole ? [at, from % x.length, x.length] : [memory.copyOf(x, from % x.length, count), 0, count],
  };
}

/** Single elements of the streams of rows. */
function fillAt(memory: Memory, law: Law, out: Floats, key0: number, key1: number, addresses: Uint32Array): void {
  const run = out instanceof Float32Array ? memory.module.fillAtSingle : memory.module.fillAtDouble;
  const most = Math.min(PIECE, out.length);
  memory.open();
  const at = memory.place(most * out.BYTES_PER_ELEMENT);
  const atAddresses = memory.place(most * 16);
  for (let from = 0; from < out.length; from += PIECE) {
    const count = Math.min(PIECE, out.length - from);
    memory.put(atAddresses, addresses, 4 * from, 4 * count);
    run(at, atAddresses, count, laws[law], key0, key1);
    memory.take(out, from, count, at);
  }
}
