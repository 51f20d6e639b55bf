import { expect, test } from 'vitest';
import { meanLookedAt } from '../../src/pipeline/mean-looked-at.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';

test('a mean of few values is exact', () => {
  expect(meanLookedAt(Float32Array.of(1, 2, 6))).toBe(3);
  expect(meanLookedAt(Float32Array.from({ length: 1 << 18 }, (_, i) => (i === 7 ? 1 << 18 : 0)))).toBe(1);
});

test('one of millions is close, whatever the pattern of columns', () => {
  const noise = fillNormal(keyOf(1), new Float32Array(3_000_000));
  for (const period of [2, 3, 12, 128, 1000]) {
    const values = noise.map((x, i) => x + (i % period === 0 ? period : 0));
    // Four standard errors of what is looked at: 2¹⁸ at most, a step of 13 here.
    const spread = Math.sqrt(1 + period);
    expect(Math.abs(meanLookedAt(values) - 1), `${period}`).toBeLessThan((4 * spread) / Math.sqrt(3e6 / 13));
  }
});
