import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tied } from '../../src/base/index.ts';
import {
  classPredicted,
  decisions,
  detection,
  measure,
  predictive,
  reliabilityBins,
  riskCoverage,
} from '../../src/uncertainty/index.ts';
import { ranked } from '../../src/uncertainty/ranked.ts';
import { cases } from './softmax-cases.ts';

describe('tied', () => {
  it('is a share of the larger number, whatever the unit', () => {
    expect(tied(0.1 + 0.2, 0.3)).toBe(true);
    expect(tied(0.3, Math.fround(0.3))).toBe(true);
    for (const unit of [1, 1e-12, -1e9]) {
      expect(tied(unit, unit * (1 + 9e-7))).toBe(true);
      expect(tied(unit, unit * (1 + 1e-6))).toBe(false);
    }
    expect(tied(0, 0)).toBe(true);
    expect(tied(0, 1e-300)).toBe(false);
    expect(tied(Number.POSITIVE_INFINITY, 1)).toBe(false);
    expect(tied(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)).toBe(true);
    expect(tied(Number.NaN, Number.NaN)).toBe(false);
  });
});

describe('ranked', () => {
  it('groups what is equal but for rounding, and does not chain', () => {
    const { order, starts } = ranked([0.3, 1, 0.1 + 0.2, 0.2]);
    expect([...order]).toEqual([3, 0, 2, 1]);
    expect(starts).toEqual([0, 1, 3, 4]);
    // Steps of 6e-7: the third lies too far from the first.
    expect(ranked([1, 1 + 6e-7, 1 + 1.2e-6]).starts).toEqual([0, 2, 3]);
    expect(ranked([]).starts).toEqual([0]);
  });
});

describe('scores that are equal but for rounding', () => {
  // Entropies of (.1, .2, .7) and (.2, .7, .1) differ by their last bit.
  const rows = Array.from({ length: 20 }, (_, n) => (n < 10 ? [0.1, 0.2, 0.7] : [0.2, 0.7, 0.1]));
  const labels = rows.map((_, n) => (n < 10 ? 0 : 1));

  it.each([Float64Array, Float32Array])('are no evidence, in %o', Floats => {
    const given = classPredicted(predictive(Floats.from(rows.flat()), 1, 20, 3), labels);
    const { aurocError, auprError, fpr95Error, riskCoverageArea } = measure(given);
    expect(aurocError).toBe(0.5);
    expect(auprError).toBe(0.5);
    expect(fpr95Error).toBe(1);
    expect(riskCoverageArea).toBeCloseTo(0.5, 12);
  });

  it('are one threshold and one step of coverage', () => {
    expect(detection([0.3, 0.1 + 0.2], [0, 1]).auroc).toBe(0.5);
    expect(riskCoverage([0.3, 0.1 + 0.2], [0, 1], 2).risk).toEqual([0.5, 0.5]);
  });

  it('do not move the threshold that finds 95 %', () => {
    // 19 of 20 positives stand above the one negative: .95 is reached before it.
    const scores = [...Array<number>(19).fill(2), 0, 1];
    expect(detection(scores, [...Array<number>(20).fill(1), 0]).fpr95).toBe(0);
  });

  it('decide for the first class', () => {
    expect([...decisions(Float64Array.of(0.3, 0.1 + 0.2, 0.4 - 1e-17), 1, 3)]).toEqual([2]);
    expect([...decisions(Float64Array.of(0.1, 0.3, 0.1 + 0.2, 0.3), 1, 4)]).toEqual([1]);
  });

  it('fall into the lower bin at its edge', () => {
    for (const edge of [0.6, Math.fround(0.6), 0.7, Math.fround(0.7), 0.1 + 0.2, 0.3]) {
      const bins = reliabilityBins([edge], [0]);
      expect(bins.findIndex(bin => bin.count > 0)).toBe(Math.round(edge * 10) - 1);
    }
    expect(reliabilityBins([0.6 + 1e-5], [0])[6]!.count).toBe(1);
  });
});

it('single and double precision give the same answers', () => {
  fc.assert(
    fc.property(cases, ({ probabilities, samples, count, classes, labels }) => {
      const of = (p: Float32Array | Float64Array) =>
        measure(classPredicted(predictive(p, samples, count, classes), labels));
      const double = of(probabilities);
      const single = of(Float32Array.from(probabilities));
      const apart = Object.entries(double).filter(
        ([name, value]) => !Object.is(value, single[name]) && !(Math.abs(value - single[name]!) < 1e-5),
      );
      expect(apart).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

it('near certainty, entropy is that of the rarer classes', () => {
  // decimal, 40 digits: -sum(x*x.ln() for x in (D('2e-9'), D('1e-9'), 1 - D('3e-9')))
  const rare = [1 - 3e-9, 2e-9, 1e-9];
  const [double, single] = [Float64Array, Float32Array].map(of => predictive(of.from(rare), 1, 1, 3).total[0]!);
  expect(double! * 1e8).toBeCloseTo(6.37835031452193, 12);
  expect(tied(single!, double!)).toBe(true);
  // Single precision rounds .99 by 10⁻⁸, a millionth of what .997 and .99 leave to entropy.
  for (const row of [
    [0.99, 0.006, 0.004],
    [0.997, 0.001, 0.002],
    [0.9999, 0.00007, 0.00003],
  ]) {
    const [wide, narrow] = [Float64Array, Float32Array].map(of => predictive(of.from(row), 1, 1, 3).total[0]!);
    expect(Math.abs(narrow! / wide! - 1)).toBeLessThan(2e-7);
  }
});
