import { expect, test } from 'vitest';
import { keyOf } from '../../src/random/index.ts';
import { logistic, rankStatistics } from '../bayes/calibration-of-samplers.ts';

test('simulation-based calibration of the no-U-turn sampler, 4,000 data sets', () => {
  // 15 degrees of freedom: χ² exceeds 37.7 once in a thousand (scipy.stats.chi2.ppf(0.999, 15)).
  for (const chi2 of rankStatistics(logistic, 4000, 63, 16, keyOf(20))) expect(chi2).toBeLessThan(37.7);
}, 600_000);
