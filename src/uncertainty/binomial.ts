import { logGamma } from '../random/index.ts';

/** What is promised: with a probability of 1 − `error`, a share of at most `risk` goes wrong. */
export interface RiskPromise {
  readonly risk: number;
  readonly error: number;
}

/** P(X ≤ k) for X binomial of n trials with success probability p, exactly, as a sum. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k >= n || p <= 0) return 1;
  if (k < 0 || p >= 1) return 0;
  const [logP, logQ] = [Math.log(p), Math.log1p(-p)];
  let sum = 0;
  for (let i = 0; i <= k; i++) {
    const choose = logGamma(n + 1) - logGamma(i + 1) - logGamma(n - i + 1);
    sum += Math.exp(choose + i * logP + (n - i) * logQ);
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
