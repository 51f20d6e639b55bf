import { logGamma } from '../random/index.ts';

/** What is promised: with a probability of 1 − `error`, a share of at most `risk` goes wrong. */
export interface RiskPromise {
  readonly risk: number;
  readonly error: number;
}

/** P(X ≤ k) for X binomial of n trials with success probability p: the sum of its terms, each from the one before, as far as they count. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k >= n || p <= 0) return 1;
  if (k < 0 || p >= 1) return 0;
  const odds = p / (1 - p);
  const largest = Math.min(k, Math.floor((n + 1) * p));
  const choose = logGamma(n + 1) - logGamma(largest + 1) - logGamma(n - largest + 1);
  const first = Math.exp(choose + largest * Math.log(p) + (n - largest) * Math.log1p(-p));
  let sum = first;
  for (let i = largest, term = first; i > 0 && term > sum * Number.EPSILON; i--) {
    term *= i / (n - i + 1) / odds;
    sum += term;
  }
  for (let i = largest, term = first; i < k && term > sum * Number.EPSILON; i++) {
    term *= ((n - i) / (i + 1)) * odds;
    sum += term;
  }
  return Math.min(1, sum);
}

/** The largest p for which k or fewer of n have a probability of at least `error`: an exact upper bound of a share (Clopper & Pearson, 1934). */
export function binomialUpper(k: number, n: number, error: number): number {
  if (k >= n) return 1;
  let [low, high] = [k / n, 1];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (binomialCdf(k, n, middle) > error) low = middle;
    else high = middle;
  }
  return high;
}
