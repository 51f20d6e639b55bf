/**
 * Φ(x), the standard normal distribution function, to about 1e-15 absolute.
 * Series Φ(x) = ½ + φ(x)(x + x³/3 + x⁵/(3·5) + …) (Marsaglia, J. Stat. Softw. 11(4), 2004).
 */
export function normalCdf(x: number): number {
  if (x < -8.5) return 0;
  if (x > 8.5) return 1;
  let term = x;
  let sum = x;
  for (let i = 3; Math.abs(term) > 1e-17 * Math.abs(sum); i += 2) {
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + sum * normalPdf(x);
}

/** φ(x), the standard normal density. */
export function normalPdf(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}
