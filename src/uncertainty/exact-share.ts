import { logGamma } from '../random/index.ts';

/** An interval of a share. */
export interface ShareInterval {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** P(X ≤ k) of X ~ B(n, p): terms from k on away from the mean, until they are lost in their sum. */
function atMost(k: number, n: number, p: number): number {
  if (p <= 0 || k >= n) return 1;
  if (p >= 1) return 0;
  const odds = p / (1 - p);
  const below = k < n * p;
  let i = below ? k : k + 1;
  let term = Math.exp(
    logGamma(n + 1) - logGamma(i + 1) - logGamma(n - i + 1) + i * Math.log(p) + (n - i) * Math.log1p(-p),
  );
  let sum = term;
  while (term > 1e-17 * sum && (below ? i > 0 : i < n)) {
    term *= below ? i / (n - i + 1) / odds : ((n - i) / (i + 1)) * odds;
    i += below ? -1 : 1;
    sum += term;
  }
  return Math.min(1, Math.max(0, below ? sum : 1 - sum));
}

/** Where a decreasing function of p in [0, 1] falls below a value. */
function crossing(of: (p: number) => number, value: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (of(middle) > value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * k of n with the interval of Clopper and Pearson (Biometrika 26, 1934), which holds the true share with 95 % or more, whatever it
 * is: each end leaves at most 2.5 % of the binomial law beyond k.
 */
export function exactShare(k: number, n: number): ShareInterval {
  return {
    share: k / n,
    low: k === 0 ? 0 : crossing(p => atMost(k - 1, n, p), 0.975),
    high: k === n ? 1 : crossing(p => atMost(k, n, p), 0.025),
  };
}
