import { sizeOf, type Tensor } from './tape.ts';

/** The same numbers under another shape of equal size; shares memory. */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  return slice(x, 0, shape);
}

/** Consecutive numbers of x from `offset` on, under a shape; shares memory, so gradients arrive in x. */
export function slice(x: Tensor, offset: number, shape: readonly number[]): Tensor {
  const size = sizeOf(shape);
  if (offset + size > x.size) throw new Error(`internal: slice [${shape}] at ${offset} leaves [${x.shape}].`);
  return {
    shape,
    size,
    value: x.value.subarray(offset, offset + size),
    gradient: x.gradient ? x.gradient.subarray(offset, offset + size) : null,
  };
}
