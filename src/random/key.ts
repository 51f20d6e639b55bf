import { type Floats, kernels, philox } from '../kernels/index.ts';

/**
 * A point in the tree of random streams: the two key words of Philox4x32-10. Every stochastic function takes a key
 * first, and the same key always gives the same numbers; `split` and `fold` make independent keys from one.
 */
export interface Key {
  readonly word0: number;
  readonly word1: number;
}

/** Counter words reserved for deriving keys; fills use zero there. */
const SPLIT = 1;
const FOLD = 2;

/** The root key of a seed, a non-negative integer below 2⁵³. */
export function keyOf(seed: number): Key {
  return derive({ word0: seed >>> 0, word1: Math.floor(seed / 2 ** 32) >>> 0 }, 0, 0, SPLIT);
}

/** `count` independent keys. */
export function split(key: Key, count: number): Key[] {
  return Array.from({ length: count }, (_, i) => derive(key, i, 1, SPLIT));
}

/** The key of a named or numbered purpose: `fold(key, 'programming')`, `fold(key, chip)`. */
export function fold(key: Key, label: string | number): Key {
  if (typeof label === 'number') return derive(key, label >>> 0, 0, FOLD);
  let hash = 0x811c9dc5;
  for (let i = 0; i < label.length; i++) hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193) >>> 0;
  return derive(key, hash, label.length + 1, FOLD);
}

/** Room for one block, so that keys are derived without allocating. */
const words = new Uint32Array(4);

function derive(key: Key, counter0: number, counter1: number, purpose: number): Key {
  philox(words, 0, counter0, counter1, 0, purpose, key.word0, key.word1);
  return { word0: words[0]!, word1: words[1]! };
}

/** Fills `out` with uniforms in (0, 1), elements `offset`… of the key's stream. */
export function fillUniform<T extends Floats>(key: Key, out: T, offset = 0): T {
  kernels().uniform(out, key.word0, key.word1, offset);
  return out;
}

/** Fills `out` with standard normals, elements `offset`… of the key's stream. */
export function fillNormal<T extends Floats>(key: Key, out: T, offset = 0): T {
  kernels().normal(out, key.word0, key.word1, offset);
  return out;
}

/** 0 … count−1 in random order. */
export function permutation(key: Key, count: number): Int32Array {
  const order = new Int32Array(count);
  for (let i = 1; i < count; i++) order[i] = i;
  const u = fillUniform(key, new Float64Array(count));
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(u[i]! * (i + 1));
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
  return order;
}
