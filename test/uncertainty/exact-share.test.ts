import { expect, test } from 'vitest';
import { exactShare } from '../../src/uncertainty/index.ts';

test('the interval of Clopper and Pearson is that of the binomial law', () => {
  // 1 − .025^(1/n) where all or none pass; python3 -c "from scipy.stats import beta; print(beta.ppf(.025, 7, 4), beta.ppf(.975, 8, 3))"
  const none = exactShare(0, 20);
  expect([none.share, none.low]).toEqual([0, 0]);
  expect(none.high).toBeCloseTo(1 - 0.025 ** (1 / 20), 10);
  expect(exactShare(20, 20).low).toBeCloseTo(0.025 ** (1 / 20), 10);
  const seven = exactShare(7, 10);
  expect(seven.low).toBeCloseTo(0.3475471, 6);
  expect(seven.high).toBeCloseTo(0.9332605, 6);
});

test('it holds the true share with 95 % or more', () => {
  const n = 30;
  for (const p of [0.05, 0.3, 0.5, 0.93]) {
    let covered = 0;
    let weight = (1 - p) ** n;
    for (let k = 0; k <= n; k++) {
      const { low, high } = exactShare(k, n);
      if (low <= p && p <= high) covered += weight;
      weight *= ((n - k) / (k + 1)) * (p / (1 - p));
    }
    expect(covered, `${p}`).toBeGreaterThanOrEqual(0.95);
  }
});
