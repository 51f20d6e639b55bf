import { activationCodes, productFlags } from '../codes.ts';
import type { Floats, Kernels } from '../kernels.ts';
import { type Memory, repeatedBytes } from './memory.ts';

/** Rows and columns of the largest matrices that are multiplied at once: three of them in double precision are 24 MiB. */
const EDGE = 1024;
/** Numbers of all matrices of a batch that are multiplied at once. */
const BATCH = 1 << 20;

/** Bits of the flags. */
const [TRANSPOSE_A, TRANSPOSE_B, SHARED_A, SHARED_B, ACCUMULATE] = [1, 2, 4, 8, 16];

/** Sizes of one product, and what becomes of the operands before and of C after. */
interface Task {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly flags: number;
  readonly rounded: boolean;
  readonly bias: Floats | null;
  readonly activation: number;
}

export function products(memory: Memory): Pick<Kernels, 'product' | 'productBf16' | 'affine'> {
  return {
    product(c, a, b, shape) {
      const { m, n, k, batch = 1 } = shape;
      const task = { m, n, k, flags: productFlags(shape), rounded: false, bias: null, activation: 0 };
      multiply(memory, c, a, b, task, batch);
    },
    productBf16(c, a, b, shape) {
      const { m, n, k, batch = 1 } = shape;
      const task = { m, n, k, flags: productFlags(shape), rounded: true, bias: null, activation: 0 };
      multiply(memory, c, a, b, task, batch);
    },
    affine(y, x, w, bias, m, n, k, activation) {
      const task = { m, n, k, flags: 0, rounded: false, bias, activation: activationCodes[activation] };
      multiply(memory, y, x, w, task, 1);
    },
  };
}

/** Small matrices go together, large ones one by one. */
function multiply(memory: Memory, c: Floats, a: Floats, b: Floats, task: Task, batch: number): void {
  const { m, n, k, flags } = task;
  const [sizeA, sizeB] = [flags & SHARED_A ? 0 : m * k, flags & SHARED_B ? 0 : k * n];
  const small = m <= EDGE && n <= EDGE && k <= EDGE;
  const together = small ? Math.max(1, Math.floor(BATCH / (m * n + m * k + k * n + 1))) : 1;
  for (let s = 0; s < batch; s += together) {
    inBlocks(memory, c, s * m * n, a, s * sizeA, b, s * sizeB, task, Math.min(together, batch - s));
  }
}

/** The products of `count` matrices side by side from places in their arrays on; more than one where none is larger than a block. */
function inBlocks(
  memory: Memory,
  c: Floats,
  fromC: number,
  a: Floats,
  fromA: number,
  b: Floats,
  fromB: number,
  task: Task,
  count: number,
): void {
  const { m, n, k, flags, rounded } = task;
  const { module } = memory;
  const [manyA, manyB] = [flags & SHARED_A ? 1 : count, flags & SHARED_B ? 1 : count];
  const run = c instanceof Float32Array ? module.productSingle : module.productDouble;
  for (let i = 0; i < m; i += EDGE) {
    const height = Math.min(EDGE, m - i);
    for (let j = 0; j < n; j += EDGE) {
      const width = Math.min(EDGE, n - j);
      const [rows, corner] = [count * height, fromC + i * n + j];
      memory.open();
      const atC = memory.place(rows * width * c.BYTES_PER_ELEMENT);
      if (flags & ACCUMULATE) copyIn(memory, atC, c, corner, rows, width, n);
      const rest = memory.place(0);
      for (let p = 0; p === 0 || p < k; p += EDGE) {
        const depth = Math.min(EDGE, k - p);
        memory.open(rest);
        const atA = memory.place(manyA * height * depth * a.BYTES_PER_ELEMENT);
        const atB = memory.place(manyB * depth * width * b.BYTES_PER_ELEMENT);
        if (flags & TRANSPOSE_A) copyIn(memory, atA, a, fromA + p * m + i, manyA * depth, height, m);
        else copyIn(memory, atA, a, fromA + i * k + p, manyA * height, depth, k);
        if (flags & TRANSPOSE_B) copyIn(memory, atB, b, fromB + j * k + p, manyB * width, depth, k);
        else copyIn(memory, atB, b, fromB + p * n + j, manyB * depth, width, n);
        if (rounded) {
          module.roundToBf16(atA, manyA * height * depth);
          module.roundToBf16(atB, manyB * depth * width);
        }
        run(atC, atA, atB, height, width, depth, count, p > 0 ? flags | ACCUMULATE : flags);
      }
      memory.open(rest);
      finish(memory, atC, c, rows * width, j, width, task);
      copyOut(memory, atC, c, corner, rows, width, n);
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
  { bias, activation }: Task,
): void {
  if (!bias && activation === activationCodes.linear) return;
  const run = c instanceof Float32Array ? memory.module.finishSingle : memory.module.finishDouble;
  const atBias = bias ? memory.place(repeatedBytes(bias, width)) : 0;
  if (bias) memory.put(atBias, bias, from, width);
  run(at, count, atBias, width, activation);
}

/** Copies rows of x that lie `stride` numbers apart, from `corner` on, to a place side by side. */
function copyIn(
  memory: Memory,
  at: number,
  x: Floats,
  corner: number,
  rows: number,
  columns: number,
  stride: number,
): void {
  if (columns === stride) memory.put(at, x, corner, rows * columns);
  else {
    const line = columns * x.BYTES_PER_ELEMENT;
    for (let i = 0; i < rows; i++) memory.put(at + i * line, x, corner + i * stride, columns);
  }
}

/** The way back. */
function copyOut(
  memory: Memory,
  at: number,
  x: Floats,
  corner: number,
  rows: number,
  columns: number,
  stride: number,
): void {
  if (columns === stride) memory.take(x, corner, rows * columns, at);
  else {
    const line = columns * x.BYTES_PER_ELEMENT;
    for (let i = 0; i < rows; i++) memory.take(x, corner + i * stride, columns, at + i * line);
  }
}
