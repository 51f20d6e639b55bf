import { type Floats, kernels } from '../kernels/index.ts';
import { fillNormal, type Key } from '../random/index.ts';

/** A neuron without a converter: the sign of a sum against a threshold. */
export interface Comparator {
  /** In the units of the sums; 0 by default. */
  readonly threshold?: number;
  /** Spread of the comparator's own noise, drawn at each comparison; none by default. */
  readonly noise?: number;
}

/** y = +1 where x + noise reaches the threshold, −1 elsewhere. `y` and `x` may be the same array. */
export function compare(key: Key, y: Floats, x: Floats, { threshold = 0, noise = 0 }: Comparator): void {
  if (y !== x) y.set(x);
  if (noise > 0) {
    const z = y instanceof Float32Array ? new Float32Array(y.length) : new Float64Array(y.length);
    kernels().axpy(y, noise, fillNormal(key, z));
  }
  for (let i = 0; i < y.length; i++) y[i] = y[i]! >= threshold ? 1 : -1;
}
