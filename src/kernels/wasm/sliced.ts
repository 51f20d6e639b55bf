import type { SlicedShape } from '../sliced.ts';
import { type Memory, PIECE } from './memory.ts';

/** Columns that the module sums at a time, and rows of a tile whose bits stand in one word. */
const [BLOCK, WORD] = [64, 64];

export function slicedProduct(
  memory: Memory,
  y: Float32Array,
  x: Uint32Array,
  w: Int32Array,
  levels: Float32Array,
  lowest: number,
  { m, n, k, bits, twosComplement, slices, sliceBits, tileRows }: SlicedShape,
): number {
  const inputs = Math.max(1, Math.min(m, Math.floor((16 * PIECE) / (n + k))));
  const tallest = Math.min(tileRows, k);
  memory.open();
  const atLevels = memory.copyOf(levels);
  const atY = memory.place(inputs * n * 4);
  const atX = memory.place(inputs * k * 4);
  const atW = memory.place(tallest * n * 4);
  const packed = memory.place(Math.ceil(n / BLOCK) * BLOCK * tallest * 2);
  const masks = memory.place(bits * Math.ceil(tallest / WORD) * 8 + BLOCK * 2);
  let ends = 0;
  y.fill(0, 0, m * n);
  for (let i = 0; i < m; i += inputs) {
    const count = Math.min(inputs, m - i);
    memory.put(atX, x, i * k, count * k);
    memory.put(atY, y, i * n, count * n);
    for (let from = 0; from < k; from += tileRows) {
      const height = Math.min(tileRows, k - from);
      for (let s = 0; s < slices; s++) {
        memory.put(atW, w, (s * k + from) * n, height * n);
        const shape = [count, n, k, from, height, bits, twosComplement ? 1 : 0, 2 ** (s * sliceBits)] as const;
        ends += memory.module.slicedTile(atY, atX, atW, ...shape, atLevels, levels.length - 1, lowest, packed, masks);
      }
    }
    memory.take(y, i * n, count * n, atY);
  }
  return ends;
}
