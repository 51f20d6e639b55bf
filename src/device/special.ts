/** Density of the standard normal. */
export function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

/** Distribution function Φ of the standard normal, relative error below 1e-13 in the lower tail too. */
export function normalDistribution(x: number): number {
  return 0.5 * complementaryError(-x / Math.SQRT2);
}

/**
 * erfc(x): a Maclaurin series near zero, a continued fraction beyond (DLMF 7.6.1 and 7.9.1), of as many terms as double
 * precision can tell.
 */
export function complementaryError(x: number): number {
  if (x < 0) return 2 - complementaryError(-x);
  if (x < 2) {
    let term = x;
    let total = x;
    for (let n = 1; Math.abs(term) > 1e-17 * total && n < 200; n++) {
      term *= (-x * x) / n;
      total += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * total;
  }
  if (x > 27.3) return 0;
  let f = x;
  for (let n = Math.ceil(500 / (x * x)) + 8; n >= 1; n--) f = x + n / 2 / f;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * f);
}

const eulerGamma = 0.5772156649015329;

/** Cosine integral Ci(x) for x > 0: a power series below 4, the continued fraction of E₁(ix) above (DLMF 6.6.6, 6.9.1). */
export function cosineIntegral(x: number): number {
  if (x <= 0) return Number.NEGATIVE_INFINITY;
  if (x < 4) {
    let term = 1;
    let total = 0;
    for (let n = 2; n < 80; n += 2) {
      term *= (-x * x) / (n * (n - 1));
      total += term / n;
      if (Math.abs(term) < 1e-18) break;
    }
    return eulerGamma + Math.log(x) + total;
  }
  if (x > 1e8) return Math.sin(x) / x;
  let re = 0;
  let im = 0;
  for (let n = 400; n >= 1; n--) {
    const a = re;
    const b = x + im;
    const size = a * a + b * b;
    const onePlusRe = 1 + (n * a) / size;
    const onePlusIm = (-n * b) / size;
    const square = onePlusRe * onePlusRe + onePlusIm * onePlusIm;
    re = (n * onePlusRe) / square;
    im = (-n * onePlusIm) / square;
  }
  const b = x + im;
  const size = re * re + b * b;
  const c = re / size;
  const d = -b / size;
  return -(Math.cos(x) * c + Math.sin(x) * d);
}
