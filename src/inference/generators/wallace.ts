import { boxMullerCircuit } from './box-muller.ts';
import { type GaussianCircuit, unit } from './gaussian.ts';
import { shiftRegister } from './shift-register.ts';

/** Numbers of the pool. */
const size = 1024;

/**
 * Normal numbers by Wallace: a pool is turned by orthogonal matrices of 4 × 4, so that it stays normal without a function being
 * evaluated; a shift register says where each pass begins and how far apart the numbers lie that it mixes. The pool's sum of
 * squares would never change, so every pass is scaled by a number that makes it vary as χ² does (Wallace, Fast pseudorandom
 * generators for normal and exponential variates, ACM Trans. Math. Softw. 22(1) 119–127, 1996).
 */
export function wallaceCircuit(seed0: number, seed1: number): GaussianCircuit {
  const start = boxMullerCircuit(seed0, seed1);
  let pool = Int32Array.from({ length: size }, () => start.next());
  let turned = new Int32Array(size);
  const squares = pool.reduce((sum, x) => sum + x * x, 0);
  const radius = Math.sqrt(squares) / unit;
  const addresses = shiftRegister(seed0 ^ seed1);
  let at = size;
  let scale = 1;
  const pass = () => {
    const word = addresses.next();
    const from = word & (size - 1);
    // An odd stride reaches every number of the pool.
    const stride = ((word >>> 10) & (size - 1)) | 1;
    const sign = word >>> 31 ? -1 : 1;
    const numberAt = (i: number) => pool[(from + i * stride) & (size - 1)]!;
    for (let i = 0; i < size; i += 4) {
      const a = numberAt(i);
      const b = numberAt(i + 1);
      const c = numberAt(i + 2);
      const d = numberAt(i + 3);
      const sum = a + b + c + d;
      // Halves are rounded to the side that a bit of the sum says, so that rounding has no drift.
      const half = (sum + ((sum >> 1) & 1)) >> 1;
      turned[i] = sign * (half - a);
      turned[i + 1] = sign * (half - b);
      turned[i + 2] = c - half;
      turned[i + 3] = d - half;
    }
    [pool, turned] = [turned, pool];
    // χ ≈ √(size − ½) + z/√2 of a number of the pool that is not given out.
    scale = (Math.sqrt(size - 0.5) + pool[size - 1]! / (unit * Math.SQRT2)) / radius;
    at = 0;
  };
  return {
    next() {
      if (at >= size - 1) {
        pass();
        pass();
      }
      return Math.round(scale * pool[at++]!);
    },
  };
}
