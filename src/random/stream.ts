import { fillNormal, fillUniform, fold, type Key } from './key.ts';

/** Numbers one after the other, for code that cannot say beforehand how many it needs (samplers, rejection). */
export interface Stream {
  uniform(): number;
  normal(): number;
}

/** A stream from a key; uniforms and normals come from separate sub-keys. */
export function streamOf(key: Key): Stream {
  return { uniform: buffered(fold(key, 'uniform'), fillUniform), normal: buffered(fold(key, 'normal'), fillNormal) };
}

function buffered(key: Key, fill: (key: Key, out: Float64Array, offset: number) => unknown): () => number {
  const buffer = new Float64Array(256);
  let drawn = 0;
  return () => {
    const at = drawn % buffer.length;
    if (at === 0) fill(key, buffer, drawn);
    drawn++;
    return buffer[at]!;
  };
}
