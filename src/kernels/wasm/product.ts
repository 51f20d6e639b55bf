import { activationCodes, productFlags } from '../codes.ts';
import type { Activation, Bf16Shape, Floats, ProductShape } from '../kernels.ts';
import type { Memory } from './memory.ts';

/** Rows and columns of the largest matrices that are multiplied at once: three of them in double precision are 24 MiB. */
const EDGE = 1024;
/** Numbers of all matrices of a batch that are multiplied at once. */
const BATCH = 1 << 20;

/** What becomes of the operands before, and of C after. */
interface Around {
  readonly rounded?: boolean;
  readonly bias?: Floats | null;
  readonly activation?: Activation;
}

/** A matrix of a batch, or several side by side, among the numbers of an array. */
interface Place {
  readonly x: Floats;
  readonly from: number;
}

export function product(memory: Memory, c: Floats, a: Floats, b: Floats, shape: ProductShape): void {
  batches(memory, c, a, b, shape, {});
}

export function productBf16(memory: Memory, c: Floats, a: Floats, b: Floats, shape: Bf16Shape): void {
  batches(memory, c, a, b, shape, { rounded: true });
}

export function affine(
  memory: Memory,
  y: Floats,
  x: Floats,
  w: Floats,
  bias: Floats | null,
  m: number,
  n: number,
  k: number,
  activation: Activation,
): void {
  batches(memory, y, x, w, { m, n, k }, { bias, activation });
}

/** Small matrices go together, large ones one by one. */
function batches(memory: Memory, c: Floats, a: Floats, b: Floats, shape: ProductShape, around: Around): void {
  const { m, n, k, batch = 1, sharedA = false, sharedB = false } = shape;
  const small = m <= EDGE && n <= EDGE && k <= EDGE;
  const together = small ? Math.max(1, Math.floor(BATCH / (m * n + m * k + k * n + 1))) : 1;
  for (let s = 0; s < batch; s += together) {
    const count = Math.min(together, batch - s);
    const [fromA, fromB] = [sharedA ? 0 : s * m * k, sharedB ? 0 : s * k * n];
    const places = [
      { x: c, from: s * m * n },
      { x: a, from: fromA },
      { x: b, from: fromB },
    ] as const;
    inBlocks(memory, ...places, { ...shape, batch: count }, around);
  }
}

/** One product, or as many as `shape` says where these are no larger than a block. */
function inBlocks(memory: Memory, c: Place, a: Place, b: Place, shape: ProductShape, around: Around): void {
  const { m, n, k, batch = 1, transposeA = false, transposeB = false, sharedA, sharedB, accumulate = false } = shape;
  const { module } = memory;
  const [manyA, manyB] = [sharedA ? 1 : batch, sharedB ? 1 : batch];
  const multiply = c.x instanceof Float32Array ? module.productSingle : module.productDouble;
  for (let i = 0; i < m; i += EDGE) {
    const height = Math.min(EDGE, m - i);
    for (let j = 0; j < n; j += EDGE) {
      const width = Math.min(EDGE, n - j);
      memory.open();
      const [rows, corner] = [batch * height, i * n + j];
      const atC = accumulate
        ? copyIn(memory, c, corner, rows, width, n)
        : memory.place(rows * width * c.x.BYTES_PER_ELEMENT);
      const rest = memory.place(0);
      for (let p = 0; p === 0 || p < k; p += EDGE) {
        const depth = Math.min(EDGE, k - p);
        memory.open(rest);
        const atA = transposeA
          ? copyIn(memory, a, p * m + i, manyA * depth, height, m)
          : copyIn(memory, a, i * k + p, manyA * height, depth, k);
        const atB = transposeB
          ? copyIn(memory, b, j * k + p, manyB * width, depth, k)
          : copyIn(memory, b, p * n + j, manyB * depth, width, n);
        if (around.rounded) {
          module.roundToBf16(atA, manyA * height * depth);
          module.roundToBf16(atB, manyB * depth * width);
        }
        const flags = productFlags({ ...shape, accumulate: accumulate || p > 0 });
        multiply(atC, atA, atB, height, width, depth, batch, flags);
      }
      memory.open(rest);
      finish(memory, atC, c.x, rows * width, j, width, around);
      copyOut(memory, c, corner, rows, width, n, atC);
    }
  }
}

/** Adds the bias of columns `from` … and applies the activation. */
function finish(
  memory: Memory,
  at: number,
  c: Floats,
  count: number,
  from: number,
  width: number,
  { bias, activation = 'linear' }: Around,
): void {
  if (!bias && activation === 'linear') return;
  const apply = c instanceof Float32Array ? memory.module.finishSingle : memory.module.finishDouble;
  // Repeated there until it fills whole vectors.
  const atBias = bias ? memory.place(4 * width * c.BYTES_PER_ELEMENT) : 0;
  if (bias) memory.put(atBias, bias, from, width);
  apply(at, count, atBias, width, activationCodes[activation]);
}

/** Copies rows that lie `stride` numbers apart, from `corner` of the place on, side by side. */
function copyIn(
  memory: Memory,
  { x, from }: Place,
  corner: number,
  rows: number,
  columns: number,
  stride: number,
): number {
  if (columns === stride) return memory.copyOf(x, from + corner, rows * columns);
  const at = memory.place(rows * columns * x.BYTES_PER_ELEMENT);
  for (let i = 0; i < rows; i++) {
    memory.put(at + i * columns * x.BYTES_PER_ELEMENT, x, from + corner + i * stride, columns);
  }
  return at;
}

/** The way back. */
function copyOut(
  memory: Memory,
  { x, from }: Place,
  corner: number,
  rows: number,
  columns: number,
  stride: number,
  at: number,
): void {
  const whole = columns === stride;
  if (whole) memory.take(x, from + corner, rows * columns, at);
  for (let i = 0; i < rows && !whole; i++) {
    memory.take(x, from + corner + i * stride, columns, at + i * columns * x.BYTES_PER_ELEMENT);
  }
}
