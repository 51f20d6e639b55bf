import { type Floats, kernels, type RowLayout, type RowNumbers } from '../kernels/index.ts';
import type { Key } from './key.ts';

/**
 * Fills `out` with standard normals that belong to rows: an element depends on the key, its outer number, row number,
 * plane and column alone, whatever else is filled with it and however the fill is cut. The streams of a key's rows share
 * nothing with its flat stream and with keys derived from it.
 */
export function fillNormalRows<T extends Floats>(key: Key, out: T, rows: RowNumbers, layout?: RowLayout): T {
  kernels().normalRows(out, key.word0, key.word1, rows, layout);
  return out;
}

/** Fills `out` with uniforms in (0, 1) that belong to rows. */
export function fillUniformRows<T extends Floats>(key: Key, out: T, rows: RowNumbers, layout?: RowLayout): T {
  kernels().uniformRows(out, key.word0, key.word1, rows, layout);
  return out;
}

/** Single elements of `fillNormalRows`: `addresses` [out.length, 4] are column, plane, row number and outer number. */
export function fillNormalAt<T extends Floats>(key: Key, out: T, addresses: Uint32Array): T {
  kernels().normalAt(out, key.word0, key.word1, addresses);
  return out;
}

/** Single elements of `fillUniformRows`. */
export function fillUniformAt<T extends Floats>(key: Key, out: T, addresses: Uint32Array): T {
  kernels().uniformAt(out, key.word0, key.word1, addresses);
  return out;
}
