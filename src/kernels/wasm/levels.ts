import type { Kernels } from '../kernels.ts';
import { type Memory, PIECE } from './memory.ts';

export function levels(memory: Memory): Pick<Kernels, 'quantise' | 'driveTiles' | 'tabulate'> {
  return {
    quantise(y, x, step, low, high) {
      const run = y instanceof Float32Array ? memory.module.quantiseSingle : memory.module.quantiseDouble;
      memory.open();
      const at = memory.place(Math.min(PIECE, y.length) * y.BYTES_PER_ELEMENT);
      let outside = 0;
      for (let from = 0; from < y.length; from += PIECE) {
        const count = Math.min(PIECE, y.length - from);
        memory.put(at, x, from, count);
        outside += run(at, count, step, low, high);
        memory.take(y, from, count, at);
      }
      return outside;
    },
    driveTiles(y, x, m, n, boundaries, step, low, high) {
      const run = y instanceof Float32Array ? memory.module.quantiseSingle : memory.module.quantiseDouble;
      const size = y.BYTES_PER_ELEMENT;
      const rows = Math.max(1, Math.min(m, Math.floor(PIECE / (n + 1))));
      memory.open();
      const at = memory.place(rows * n * size);
      const atTile = memory.place(rows * (n + 1) * size);
      let outside = 0;
      for (let i = 0; i < m; i += rows) {
        const count = Math.min(rows, m - i);
        memory.put(at, x, i * n, count * n);
        outside += run(at, count * n, step, low, high);
        for (let t = 0; t + 1 < boundaries.length; t++) {
          const [first, end] = [boundaries[t]!, boundaries[t + 1]!];
          memory.module.tile(atTile, at, count, n, first, end, size);
          memory.take(y, m * first + i * (end - first), count * (end - first), atTile);
        }
      }
      return outside;
    },
    tabulate(y, dydx, x, table, low, high) {
      const run = y instanceof Float32Array ? memory.module.tabulateSingle : memory.module.tabulateDouble;
      const bytes = Math.min(PIECE, y.length) * y.BYTES_PER_ELEMENT;
      memory.open();
      const atTable = memory.copyOf(table);
      const at = memory.place(bytes);
      const atSlope = dydx ? memory.place(bytes) : 0;
      for (let from = 0; from < y.length; from += PIECE) {
        const count = Math.min(PIECE, y.length - from);
        memory.put(at, x, from, count);
        run(at, atSlope, at, count, atTable, table.length, low, high);
        memory.take(y, from, count, at);
        if (dydx) memory.take(dydx, from, count, atSlope);
      }
    },
  };
}
