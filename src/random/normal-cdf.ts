/**
 * Φ(x), the standard normal distribution function, to about 1e-15 absolute: the rational approximation of Hart et al.,
 * Computer Approximations (1968), function 5666, with a continued fraction in the far tails (West, Wilmott 2005).
 * `bell` is e^(−x²/2), for callers that have it already.
 */
export function normalCdf(x: number, bell = Math.exp(-0.5 * x * x)): number {
  const z = Math.abs(x);
  const tail = z < 5 * Math.SQRT2 ? (bell * numerator(z)) / denominator(z) : bell / far(z);
  return x > 0 ? 1 - tail : tail;
}

function numerator(z: number): number {
  const upper = ((0.0352624965998911 * z + 0.700383064443688) * z + 6.37396220353165) * z + 33.912866078383;
  return ((upper * z + 112.079291497871) * z + 221.213596169931) * z + 220.206867912376;
}

function denominator(z: number): number {
  const upper = ((0.0883883476483184 * z + 1.75566716318264) * z + 16.064177579207) * z + 86.7807322029461;
  return (((upper * z + 296.564248779674) * z + 637.333633378831) * z + 793.826512519948) * z + 440.413735824752;
}

function far(z: number): number {
  return Math.sqrt(2 * Math.PI) * (z + 1 / (z + 2 / (z + 3 / (z + 4 / (z + 0.65)))));
}
