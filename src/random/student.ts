import { logGamma } from './gamma.ts';

/**
 * P(T ≤ t) of Student's t with `degrees` of freedom, by the regularised incomplete beta function:
 * 1 − I_x(ν/2, ½)/2 with x = ν/(ν + t²) for t ≥ 0 (Abramowitz and Stegun 26.7.1).
 */
export function studentCdf(t: number, degrees: number): number {
  const tail = 0.5 * incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
  return t > 0 ? 1 - tail : tail;
}

/** The t with P(T ≤ t) = q, 0 < q < 1, by bisection of the distribution function. */
export function studentQuantile(q: number, degrees: number): number {
  if (q === 0.5) return 0;
  if (q < 0.5) return -studentQuantile(1 - q, degrees);
  let low = 0;
  let high = 1;
  while (studentCdf(high, degrees) < q) high *= 2;
  for (let step = 0; step < 200 && high - low > 1e-14 * high; step++) {
    const middle = (low + high) / 2;
    if (studentCdf(middle, degrees) < q) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** I_x(a, b): the continued fraction of Abramowitz and Stegun 26.5.8, evaluated by Lentz's method. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const away = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return front * fraction;
}
