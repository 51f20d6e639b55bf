// Products of bit-serial inputs with sliced weights: for every input bit the rows whose bit is set are summed as 16-bit
// integers, converted by a table and added with the weight of bit and slice, in the order of the definition.

/** Columns summed at a time: eight vectors. */
const BLOCK: usize = 64;
const LINE: usize = 2 * BLOCK;

/** The rows w [height, n] as 16-bit integers in `packed` [blocks, height, BLOCK], zeros beyond the last column. */
function pack(packed: usize, w: usize, height: usize, n: usize): void {
  for (let first: usize = 0; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first);
    for (let r: usize = 0; r < height; r++) {
      const from = w + 4 * (r * n + first);
      for (let j: usize = 0; j < BLOCK; j++) store<i16>(packed + 2 * j, j < count ? <i16>load<i32>(from + 4 * j) : 0);
      packed += LINE;
    }
  }
}

/** Which of the rows have each bit set: `masks` [bits, words] of 64 rows each. */
function mark(masks: usize, words: usize, x: usize, height: usize, bits: i32): void {
  memory.fill(masks, 0, 8 * words * <usize>bits);
  for (let r: usize = 0; r < height; r += 4) {
    const codes = v128.load(x + 4 * r);
    const kept = height - r >= 4 ? 15 : (1 << <i32>(height - r)) - 1;
    for (let b = 0; b < bits; b++) {
      const set = <u64>(i32x4.bitmask(i32x4.shl(codes, 31 - b)) & kept);
      const at = masks + 8 * (<usize>b * words + r / 64);
      store<u64>(at, load<u64>(at) | (set << (r % 64)));
    }
  }
}

/** Sums in `sums` [BLOCK] the rows that a mask names. */
function sumRows(sums: usize, rows: usize, masks: usize, words: usize): void {
  let a = i16x8.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  for (let word: usize = 0; word < words; word++) {
    for (let set = load<u64>(masks + 8 * word); set != 0; set &= set - 1) {
      const row = rows + LINE * (64 * word + <usize>ctz(set));
      a = i16x8.add(a, v128.load(row));
      b = i16x8.add(b, v128.load(row, 16));
      c = i16x8.add(c, v128.load(row, 32));
      d = i16x8.add(d, v128.load(row, 48));
      e = i16x8.add(e, v128.load(row, 64));
      f = i16x8.add(f, v128.load(row, 80));
      g = i16x8.add(g, v128.load(row, 96));
      h = i16x8.add(h, v128.load(row, 112));
    }
  }
  v128.store(sums, a);
  v128.store(sums, b, 16);
  v128.store(sums, c, 32);
  v128.store(sums, d, 48);
  v128.store(sums, e, 64);
  v128.store(sums, f, 80);
  v128.store(sums, g, 96);
  v128.store(sums, h, 112);
}

/**
 * Adds the sums of one tile and slice to y [m, n]: its rows are w [height, n], its inputs columns `from` … of the codes
 * x [m, k], and the first bit counts `factor`. `packed` has room for w in whole blocks, `masks` for bits·⌈height/64⌉ words
 * and the sums of a block. Returns how many sums took one of the two end levels.
 */
export function slicedTile(
  y: usize, x: usize, w: usize, m: usize, n: usize, k: usize, from: usize, height: usize, bits: i32,
  twosComplement: bool, factor: f32, levels: usize, last: i32, lowest: i32, packed: usize, masks: usize,
): i32 {
  const words = (height + 63) / 64;
  const sums = masks + 8 * words * <usize>bits;
  let ends = 0;
  pack(packed, w, height, n);
  for (let i: usize = 0; i < m; i++) {
    mark(masks, words, x + 4 * (i * k + from), height, bits);
    for (let first: usize = 0; first < n; first += BLOCK) {
      const count = min(BLOCK, n - first);
      const to = y + 4 * (i * n + first);
      let weight = factor;
      for (let b = 0; b < bits; b++) {
        sumRows(sums, packed + first * height * 2, masks + 8 * <usize>b * words, words);
        const signed = twosComplement && b == bits - 1 ? -weight : weight;
        for (let j: usize = 0; j < count; j++) {
          const at = min(max(<i32>load<i16>(sums + 2 * j) - lowest, 0), last);
          ends += i32(at == 0 || at == last);
          store<f32>(to + 4 * j, load<f32>(to + 4 * j) + signed * load<f32>(levels + 4 * at));
        }
        weight *= 2;
      }
    }
  }
  return ends;
}
