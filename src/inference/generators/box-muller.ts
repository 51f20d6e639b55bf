import { type GaussianCircuit, unit } from './gaussian.ts';
import { feedback, shiftRegister } from './shift-register.ts';

/** Intervals of the tables of logarithm, root and quarter wave, between which the lower bits interpolate. */
const intervals = 256;
/** Steps of a unit in the tables. */
const fine = 2 ** 16;

const table = (f: (x: number) => number): Int32Array =>
  Int32Array.from({ length: intervals + 1 }, (_, i) => Math.round(fine * f(i / intervals)));

const logarithm = table(x => Math.log1p(x));
const roots = [table(x => Math.sqrt(1 + x)), table(x => Math.sqrt(2 * (1 + x)))] as const;
const quarter = table(x => Math.sin((Math.PI / 2) * x));
const logTwo = Math.round(fine * Math.LN2);

/** A table at `at` in steps of 2⁻²⁴ of its range. */
function lookUp(values: Int32Array, at: number): number {
  const i = at >>> 16;
  const low = values[i]!;
  return low + ((((values[i + 1] ?? low) - low) * (at & 0xffff)) >> 16);
}

/** −2 ln(u/2³²) of a number from 1 to 2³² − 1, in steps of 2⁻¹⁶. */
function squaredRadius(u: number): number {
  const zeros = Math.clz32(u);
  // Behind the leading 1, 24 bits.
  const mantissa = (((u << zeros) >>> 7) & 0xffffff) >>> 0;
  return 2 * ((zeros + 1) * logTwo - lookUp(logarithm, mantissa));
}

/** √x of steps of 2⁻¹⁶, in steps of 2⁻¹⁶. */
function root(x: number): number {
  if (x <= 0) return 0;
  const exponent = 31 - Math.clz32(x) - 16;
  const odd = exponent & 1;
  const mantissa = (x << (Math.clz32(x) + 1)) >>> 8;
  const value = lookUp(roots[odd]!, mantissa);
  const half = (exponent - odd) / 2;
  return half >= 0 ? value << half : value >> -half;
}

/** sin(π/2 · at/2²⁴) with the sign and the mirror of its quadrant, in steps of 2⁻¹⁶. */
function wave(quadrant: number, at: number): number {
  const value = lookUp(quarter, quadrant & 1 ? 0x1000000 - at : at);
  return quadrant & 2 ? -value : value;
}

/**
 * Pairs of normal numbers from two shift registers by Box and Muller in whole numbers: tables of logarithm, root and quarter
 * wave of 256 intervals with linear interpolation, products of 16 bits (after Lee et al., A hardware Gaussian noise generator
 * using the Box-Muller method and its error analysis, IEEE Trans. Computers 55(6) 659–671, 2006).
 */
export function boxMullerCircuit(seed0: number, seed1: number): GaussianCircuit {
  const radius = shiftRegister(seed0, feedback[0]);
  const angle = shiftRegister(seed1, feedback[1]);
  const down = fine / unit;
  let second: number | undefined;
  return {
    next() {
      if (second !== undefined) {
        const kept = second;
        second = undefined;
        return kept;
      }
      const r = root(squaredRadius(radius.next()));
      const turn = angle.next();
      const quadrant = turn >>> 30;
      const within = (turn >>> 6) & 0xffffff;
      const scaled = (value: number) => Math.round((r * value) / (fine * down));
      second = scaled(wave(quadrant, within));
      return scaled(wave((quadrant + 1) & 3, within));
    },
  };
}
