import { describe, expect, it } from 'vitest';
import { studentCdf, studentQuantile } from '../../src/random/index.ts';

describe('the law of Student', () => {
  it('matches the tables', () => {
    // scipy.stats.t.ppf(.975, d), t.cdf(-1.7, d)
    for (const [degrees, quantile, tail] of [
      [1, 12.706204736174694, 0.1692530273303327],
      [2, 4.302652729749462, 0.11561671310078561],
      [3, 3.1824463052837078, 0.09384532077670502],
      [7, 2.364624251592784, 0.0664644483912776],
      [19, 2.0930240544083087, 0.0527216332940134],
      [30, 2.0422724563012378, 0.04973893779425843],
      [120, 1.9799304050824402, 0.04586073189030182],
    ] as const) {
      expect(studentQuantile(0.975, degrees) / quantile).toBeCloseTo(1, 10);
      expect(studentQuantile(0.025, degrees) / quantile).toBeCloseTo(-1, 10);
      expect(studentCdf(-1.7, degrees)).toBeCloseTo(tail, 11);
    }
  });
});
