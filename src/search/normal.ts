/** Functions of the standard normal distribution that keep their relative accuracy far out in the tail. */

const ROOT_HALF = Math.SQRT1_2;
const LOG_ROOT_2PI = 0.5 * Math.log(2 * Math.PI);
const STEP = 0.5;
const weights = Array.from({ length: 13 }, (_, k) => Math.exp(-((STEP * (k + 1)) ** 2)));

/**
 * exp(x²)·erfc(x) for x ≥ 0: the trapezoidal rule for its integral, with the residue at the pole where it counts (Hunter &
 * Regan, Mathematics of Computation 26(118):539–541, 1972), and the Taylor series of erf near 0. Relative error below 1e-14.
 */
export function erfcx(x: number): number {
  if (x < 0.5) {
    let term = x;
    let sum = x;
    for (let k = 1; k < 16; k++) {
      term *= (-x * x) / k;
      sum += term / (2 * k + 1);
    }
    return Math.exp(x * x) * (1 - (2 / Math.sqrt(Math.PI)) * sum);
  }
  const square = x * x;
  let sum = 0.5 / square;
  for (let k = 0; k < weights.length; k++) sum += weights[k]! / ((STEP * (k + 1)) ** 2 + square);
  const pole = x < Math.PI / STEP ? (2 * Math.exp(square)) / (1 - Math.exp((2 * Math.PI * x) / STEP)) : 0;
  return ((2 * STEP * x) / Math.PI) * sum + pole;
}

/** ln of the density at z. */
export const logDensity = (z: number): number => -0.5 * z * z - LOG_ROOT_2PI;

/** Density at z. */
export const density = (z: number): number => Math.exp(logDensity(z));

/** ln of the probability below z. */
export function logBelow(z: number): number {
  if (z > 0) return Math.log1p(-0.5 * Math.exp(-0.5 * z * z) * erfcx(z * ROOT_HALF));
  return -0.5 * z * z + Math.log(0.5 * erfcx(-z * ROOT_HALF));
}

/**
 * ln E[max(0, z − x)] for standard normal x, ln(φ(z) + z·Φ(z)), finite for every finite z: Ament, Daulton, Eriksson,
 * Balandat & Bakshy, Unexpected improvements to expected improvement, NeurIPS 2023, equation 9.
 */
export function logExpectedExcess(z: number): number {
  if (z > -1) {
    const below = z > 0 ? 1 - 0.5 * Math.exp(-0.5 * z * z) * erfcx(z * ROOT_HALF) : Math.exp(logBelow(z));
    return Math.log(density(z) + z * below);
  }
  const outer = logDensity(z);
  if (z < -1e4) return outer - 2 * Math.log(-z);
  return outer + Math.log1p(z * Math.sqrt(Math.PI / 2) * erfcx(-z * ROOT_HALF));
}
