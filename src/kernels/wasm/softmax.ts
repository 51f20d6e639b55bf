import type { Floats, Kernels } from '../kernels.ts';
import { type Memory, PIECE } from './memory.ts';

/** What becomes of the numbers in the memory. */
const outputs = { nothing: 0, log: 1, gradient: 2 } as const;

export function softmax(memory: Memory): Pick<Kernels, 'logSoftmax' | 'softmaxCrossEntropy'> {
  return {
    logSoftmax(out, x, m, n) {
      along(memory, out, x, null, m, n, outputs.log);
    },
    softmaxCrossEntropy(gradient, logits, labels, m, n) {
      for (let i = 0; i < m; i++) {
        if (!(labels[i]! >= 0 && labels[i]! < n)) throw new Error('internal: a label lies outside the classes.');
      }
      return along(memory, gradient, logits, labels, m, n, gradient ? outputs.gradient : outputs.nothing);
    },
  };
}

/** All rows, as many at a time as fit a piece; returns the loss. */
function along(
  memory: Memory,
  out: Floats | null,
  x: Floats,
  labels: Int32Array | null,
  m: number,
  n: number,
  output: number,
): number {
  if (n === 0) return 0;
  const run = x instanceof Float32Array ? memory.module.softmaxSingle : memory.module.softmaxDouble;
  const rows = Math.max(1, Math.min(m, Math.floor(PIECE / n)));
  memory.open();
  const at = memory.place(rows * n * x.BYTES_PER_ELEMENT);
  const atLabels = labels ? memory.place(rows * 4) : 0;
  let loss = 0;
  for (let from = 0; from < m; from += rows) {
    const count = Math.min(rows, m - from);
    memory.put(at, x, from * n, count * n);
    if (labels) memory.put(atLabels, labels, from, count);
    loss = run(at, atLabels, count, n, output, loss);
    if (out) memory.take(out, from * n, count * n, at);
  }
  return loss;
}
