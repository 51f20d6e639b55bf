import { fillNormal, keyOf } from '../../src/random/index.ts';

/** Normals of a size and a standard deviation. */
export function normals(seed: number, size: number, std = 1): Float64Array<ArrayBuffer> {
  return fillNormal(keyOf(seed), new Float64Array(size)).map(z => std * z);
}
