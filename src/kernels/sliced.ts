/** Sizes of a product of bit-serial inputs with sliced weights. */
export interface SlicedShape {
  /** Rows of y and x. */
  readonly m: number;
  /** Columns of y and w. */
  readonly n: number;
  /** Columns of x and rows of w. */
  readonly k: number;
  /** Bits of the input codes, at most 31. */
  readonly bits: number;
  /** The highest bit of a code counts negative. */
  readonly twosComplement: boolean;
  readonly slices: number;
  /** Slice s counts 2^(s·sliceBits). */
  readonly sliceBits: number;
  /** Rows of w that are summed before conversion; the largest sum, tileRows·max|w|, is below 2¹⁵. */
  readonly tileRows: number;
}

/** The readable definition of `slicedProduct`. */
export function slicedProduct(
  y: Float32Array,
  x: Uint32Array,
  w: Int32Array,
  levels: Float32Array,
  lowest: number,
  { m, n, k, bits, twosComplement, slices, sliceBits, tileRows }: SlicedShape,
): number {
  const last = levels.length - 1;
  const sums = new Int32Array(n);
  let ends = 0;
  y.fill(0, 0, m * n);
  for (let from = 0; from < k; from += tileRows) {
    const end = Math.min(k, from + tileRows);
    for (let s = 0; s < slices; s++) {
      for (let i = 0; i < m; i++) {
        for (let b = 0; b < bits; b++) {
          sums.fill(0);
          for (let r = from; r < end; r++) {
            if (((x[i * k + r]! >>> b) & 1) === 0) continue;
            const at = (s * k + r) * n;
            for (let j = 0; j < n; j++) sums[j]! += w[at + j]!;
          }
          const factor = (twosComplement && b === bits - 1 ? -1 : 1) * 2 ** (b + s * sliceBits);
          for (let j = 0; j < n; j++) {
            const at = Math.min(last, Math.max(0, sums[j]! - lowest));
            if (at === 0 || at === last) ends++;
            y[i * n + j]! += factor * levels[at]!;
          }
        }
      }
    }
  }
  return ends;
}
