import type { Memory } from './memory.ts';

/** The whole network is copied, which is little beside eliminating some of its nodes. */
export function starMesh(memory: Memory, front: Float64Array, size: number, eliminated: number): void {
  memory.open();
  const at = memory.copyOf(front, 0, size * size);
  memory.module.starMesh(at, size, eliminated);
  memory.take(front, 0, size * size, at);
}
