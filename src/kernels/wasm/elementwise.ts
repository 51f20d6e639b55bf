import { unaryCodes } from '../codes.ts';
import type { Floats, UnaryOperation } from '../kernels.ts';
import { type Memory, PIECE } from './memory.ts';

export function unary(memory: Memory, operation: UnaryOperation, y: Floats, x: Floats): void {
  const run = y instanceof Float32Array ? memory.module.unarySingle : memory.module.unaryDouble;
  const code = unaryCodes[operation];
  memory.open();
  const at = memory.place(Math.min(PIECE, y.length) * y.BYTES_PER_ELEMENT);
  for (let from = 0; from < y.length; from += PIECE) {
    const count = Math.min(PIECE, y.length - from);
    memory.put(at, x, from, count);
    run(code, at, at, count);
    memory.take(y, from, count, at);
  }
}
