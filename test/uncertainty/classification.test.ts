import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adaptiveError, expectedError, largestError } from '../../src/uncertainty/calibration.ts';
import {
  classPredicted,
  decisions,
  detection,
  measure,
  PredictiveSum,
  predictive,
  reliabilityBins,
  riskCoverage,
  rowLosses,
  unseenDetection,
} from '../../src/uncertainty/index.ts';
import { type Case, cases } from './softmax-cases.ts';

/** One sample of class probabilities, [labels, classes], with its labels. */
const judged = (probabilities: Float64Array, labels: readonly number[], classes: number) =>
  classPredicted(predictive(probabilities, 1, labels.length, classes), labels);

// Worked by hand from the definitions: NLL = −(ln .7 + ln .8 + ln .3 + ln .25)/4, gaps of the bins .3 .2 .4 .5.
const p = Float64Array.of(0.7, 0.2, 0.1, 0.1, 0.8, 0.1, 0.3, 0.3, 0.4, 0.25, 0.5, 0.25);
const y = [0, 1, 0, 2];

/** The inputs in reverse order, in every sample. */
function reversed(c: Case): Case {
  const probabilities = c.probabilities.slice();
  for (let s = 0; s < c.samples; s++) {
    for (let n = 0; n < c.count; n++) {
      const from = (s * c.count + c.count - 1 - n) * c.classes;
      probabilities.set(c.probabilities.subarray(from, from + c.classes), (s * c.count + n) * c.classes);
    }
  }
  return { ...c, probabilities, labels: c.labels.toReversed() };
}

describe('predictive', () => {
  it('splits entropy as worked by hand', () => {
    const { total, aleatoric, epistemic, mean } = predictive(
      Float64Array.of(0.9, 0.1, 0.6, 0.4, 0.5, 0.5, 0.6, 0.4),
      2,
      2,
      2,
    );
    // H(.7, .3), H(.6, .4); (H(.9, .1) + H(.5, .5))/2, H(.6, .4).
    expect([...total]).toEqual([expect.closeTo(0.6108643021, 10), expect.closeTo(0.673011667, 9)]);
    expect([...aleatoric]).toEqual([expect.closeTo(0.509115077, 9), expect.closeTo(0.673011667, 9)]);
    expect([...epistemic]).toEqual([expect.closeTo(0.1017492251, 10), 0]);
    expect(mean[0]).toBeCloseTo(0.7, 15);
  });

  it('has no epistemic part for equal samples, in single precision too', () => {
    const row = [0.1, 0.2, 0.7];
    const same = Float32Array.from([...row, ...row, ...row]);
    expect(predictive(same, 3, 1, 3).epistemic[0]).toBe(0);
  });

  it('gives certainty no entropy', () => {
    expect([...predictive(Float64Array.of(1, 0, 0, 1), 2, 1, 2).total]).toEqual([Math.LN2]);
    expect([...predictive(Float64Array.of(1, 0, 0, 1), 2, 1, 2).aleatoric]).toEqual([0]);
  });

  it('refuses logits, NaN and wrong sizes', () => {
    expect(() => predictive(Float64Array.of(2, 3), 1, 1, 2)).toThrow('must sum to 1, got 5 at input 0');
    expect(() => predictive(Float64Array.of(Number.NaN, 1), 1, 1, 2)).toThrow('must sum to 1');
    expect(() => predictive(p, 2, 4, 3)).toThrow('2 × 4 × 3 numbers, got 12');
  });

  it('stays within 0 … ln C, epistemic at most total', () => {
    fc.assert(
      fc.property(cases, ({ probabilities, samples, count, classes }) => {
        const parts = predictive(probabilities, samples, count, classes);
        for (let n = 0; n < count; n++) {
          expect(parts.total[n]).toBeLessThanOrEqual(Math.log(classes) + 1e-12);
          expect(parts.aleatoric[n]).toBeLessThanOrEqual(parts.total[n]! + 1e-12);
          expect(parts.epistemic[n]).toBeGreaterThanOrEqual(0);
          expect(parts.epistemic[n]).toBeLessThanOrEqual(Math.log(samples) + 1e-12);
        }
      }),
    );
  });
});

describe('scores', () => {
  it('match the worked example', () => {
    const { nll, brier, accuracy } = measure(judged(p, y, 3));
    expect(nll).toBeCloseTo(0.7925214151746922, 14);
    expect(brier).toBeCloseTo(0.45375, 14);
    expect(accuracy).toBe(0.5);
    expect([...decisions(p, 4, 3)]).toEqual([0, 1, 2, 1]);
  });

  it('keep the likelihood finite where a label was thought impossible', () => {
    expect(measure(judged(Float64Array.of(1, 0), [1], 2)).nll).toBeCloseTo(-Math.log(Number.EPSILON), 12);
  });

  it('are given by row', () => {
    const losses = rowLosses(judged(p, y, 3));
    expect([...losses.nll!]).toEqual([0.7, 0.8, 0.3, 0.25].map(q => expect.closeTo(-Math.log(q), 14)));
    // (.7 − 1)² + .2² + .1², and so on.
    expect([...losses.brier!]).toEqual([0.14, 0.06, 0.74, 0.875].map(b => expect.closeTo(b, 14)));
    expect([...losses.error!]).toEqual([0, 0, 1, 1]);
  });
});

describe('calibration', () => {
  it('matches the worked example', () => {
    const { reliability } = judged(p, y, 3);
    expect(expectedError(reliability)).toBeCloseTo(0.35, 14);
    expect(largestError(reliability)).toBeCloseTo(0.5, 14);
    expect(reliability).toHaveLength(10);
    expect(reliability.map(bin => bin.count)).toEqual([0, 0, 0, 1, 1, 0, 1, 1, 0, 0]);
    expect(reliability[6]).toEqual({ low: 0.6, high: 0.7, count: 1, confidence: 0.7, accuracy: 1 });
  });

  it('puts certainty into the last bin', () => {
    expect(reliabilityBins([1], [0])[9]!.count).toBe(1);
  });

  it('averages over equal masses', () => {
    // Four confidences .6 .7 .8 .9, all right, two bins: ((.4 + .3) + (.2 + .1))/4.
    expect(adaptiveError([0.6, 0.7, 0.8, 0.9], [0, 0, 0, 0], 2)).toBeCloseTo(0.25, 14);
    // Right at .6 and wrong at .9 stay apart in two bins: (.4 + .9)/2.
    expect(adaptiveError([0.6, 0.9], [0, 1], 2)).toBeCloseTo(0.65, 14);
  });

  it('does not change when every input is repeated', () => {
    fc.assert(
      fc.property(cases, ({ probabilities, count, classes, labels }) => {
        const one = probabilities.slice(0, count * classes);
        const twice = Float64Array.from([...one, ...one]);
        const a = judged(one, labels, classes).reliability;
        const b = judged(twice, [...labels, ...labels], classes).reliability;
        expect(expectedError(b)).toBeCloseTo(expectedError(a), 12);
        expect(largestError(b)).toBeCloseTo(largestError(a), 12);
        expect(b.map(bin => bin.low)).toEqual(a.map(bin => bin.low));
      }),
    );
  });
});

describe('detection', () => {
  it('matches scikit-learn', () => {
    // sklearn.metrics: roc_auc_score([0,0,1,1], [.1,.4,.35,.8]) = .75, average_precision_score = .8333; roc_curve gives
    // FPR .5 at the first threshold with TPR 1.
    const { auroc, aupr, fpr95 } = detection([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]);
    expect(auroc).toBe(0.75);
    expect(aupr).toBeCloseTo(5 / 6, 14);
    expect(fpr95).toBe(0.5);
  });

  it('counts ties as half', () => {
    expect(detection([1, 1, 1, 1], [1, 0, 1, 0])).toEqual({ auroc: 0.5, aupr: 0.5, fpr95: 1 });
    expect(detection([1, 2, 2, 3], [0, 0, 1, 1]).auroc).toBe(0.875);
  });

  it('is undefined where there is nothing to detect', () => {
    expect(detection([1, 2], [0, 0]).auroc).toBeNaN();
    expect(detection([1, 2], [1, 1]).fpr95).toBeNaN();
  });

  it('places unseen inputs on top when they are more uncertain', () => {
    expect(unseenDetection([0.1, 0.2], [0.3, 0.4, 0.5])).toEqual({ auroc: 1, aupr: 1, fpr95: 0 });
  });

  it('equals the share of ordered pairs, and turns over with the sign', () => {
    const scored = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 1 })), {
      minLength: 2,
      maxLength: 30,
    });
    fc.assert(
      fc.property(scored, pairs => {
        const scores = pairs.map(([score]) => score);
        const truth = pairs.map(([, positive]) => positive);
        const { auroc, aupr, fpr95 } = detection(scores, truth);
        const positives = scores.filter((_, i) => truth[i]);
        const negatives = scores.filter((_, i) => !truth[i]);
        fc.pre(positives.length > 0 && negatives.length > 0);
        let ordered = 0;
        for (const a of positives) for (const b of negatives) ordered += a > b ? 1 : a === b ? 0.5 : 0;
        expect(auroc).toBeCloseTo(ordered / (positives.length * negatives.length), 12);
        expect(
          detection(
            scores.map(s => -s),
            truth,
          ).auroc,
        ).toBeCloseTo(1 - auroc, 12);
        expect(
          detection(
            scores,
            truth.map(t => 1 - t),
          ).auroc,
        ).toBeCloseTo(1 - auroc, 12);
        expect(detection(scores.toReversed(), truth.toReversed())).toEqual({
          auroc,
          aupr: expect.closeTo(aupr, 12),
          fpr95,
        });
        expect(aupr).toBeGreaterThan(0);
        expect(aupr).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });
});

describe('riskCoverage', () => {
  it('follows the mean loss', () => {
    // Cumulative means 0, 0, 1/3, 1/2.
    const { area, coverage, risk } = riskCoverage([0.1, 0.2, 0.3, 0.4], [0, 0, 1, 1], 4);
    expect(area).toBeCloseTo((1 / 3 + 1 / 2) / 4, 14);
    expect(coverage).toEqual([0.25, 0.5, 0.75, 1]);
    expect(risk).toEqual([0, 0, expect.closeTo(1 / 3, 14), 0.5]);
  });

  it('shares the loss among ties and ends at the mean loss', () => {
    expect(riskCoverage([1, 1], [1, 0], 2).risk).toEqual([0.5, 0.5]);
    expect(riskCoverage([1, 1], [0, 1], 2)).toEqual(riskCoverage([1, 1], [1, 0], 2));
    expect(riskCoverage([3, 1, 2], [1, 0, 1]).risk.at(-1)).toBeCloseTo(2 / 3, 14);
  });
});

describe('classPredicted', () => {
  it('gathers the metrics', () => {
    const metrics = measure(judged(p, y, 3));
    expect(metrics.nll).toBeCloseTo(0.7925214151746922, 14);
    expect(metrics.ece).toBeCloseTo(0.35, 14);
    expect(metrics.epistemicMean).toBe(0);
    expect(metrics.aurocErrorEpistemic).toBe(0.5);
    expect('aurocUnseen' in metrics).toBe(false);
  });

  it('detects unseen inputs by disagreement', () => {
    const seen = Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.9, 0.1, 0.2, 0.8);
    const unseen = Float64Array.of(0.9, 0.1, 0.1, 0.9);
    const metrics = measure(classPredicted(predictive(seen, 2, 2, 2), [0, 1], predictive(unseen, 2, 1, 2)));
    expect(metrics.aurocUnseen).toBe(1);
    expect(metrics.fpr95Unseen).toBe(0);
    expect(metrics.aurocUnseenTotal).toBe(1);
  });

  it('tells doubt about the data from doubt about the weights', () => {
    // What was seen is a toss-up on which samples agree, what was not divides them at less total uncertainty; of the two
    // inputs seen the second, decided wrongly, is a little less of a toss-up and divides them a little.
    const seen = predictive(Float64Array.of(0.5, 0.5, 0.55, 0.45, 0.5, 0.5, 0.5, 0.5), 2, 2, 2);
    const unseen = predictive(Float64Array.of(0.9, 0.1, 0.6, 0.4), 2, 1, 2);
    expect(measure(classPredicted(seen, [0, 1], unseen))).toMatchObject({
      ...{
        aurocUnseen: 1,
        auprUnseen: 1,
        fpr95Unseen: 0,
        aurocUnseenTotal: 0,
        auprUnseenTotal: 1 / 3,
        fpr95UnseenTotal: 1,
      },
      ...{ aurocErrorEpistemic: 1, auprErrorEpistemic: 1, fpr95ErrorEpistemic: 0 },
      ...{ aurocError: 0, auprError: 0.5, fpr95Error: 1 },
      // Certain first by total uncertainty: the wrong one, then both.
      riskCoverageArea: (1 + 0.5) / 2,
    });
  });

  it('refuses labels out of range, too few labels and nothing at all', () => {
    expect(() => judged(p, [0, 1, 0, 3], 3)).toThrow('must be classes 0 to 2, got 3 at input 3');
    expect(() => classPredicted(predictive(p, 1, 4, 3), [0, 1, 0])).toThrow('one per input, 4, got 3');
    expect(() => judged(new Float64Array(0), [], 3)).toThrow('at least one input');
    expect(() => classPredicted(predictive(p, 1, 4, 3), y, undefined, ['a'])).toThrow('one per class, 3, got 1');
  });

  it('does not depend on the order of the inputs', () => {
    fc.assert(
      fc.property(cases, example => {
        const other = reversed(example);
        const of = ({ probabilities, samples, count, classes, labels }: Case) =>
          measure(classPredicted(predictive(probabilities, samples, count, classes), labels));
        const b = of(other);
        for (const [key, value] of Object.entries(of(example))) {
          expect(b[key], key).toEqual(Number.isNaN(value) ? Number.NaN : expect.closeTo(value, 10));
        }
      }),
    );
  });
});

describe('PredictiveSum', () => {
  it('gives the bits of the whole, however samples are cut into blocks', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 3 }), ({ probabilities, samples, count, classes }, block) => {
        const size = count * classes;
        const single = Float32Array.from(probabilities);
        const sum = new PredictiveSum(count, classes);
        for (let s = 0; s < samples; s += block) {
          const next = Math.min(samples, s + block);
          sum.add(single.subarray(s * size, next * size), next - s);
          expect(sum.parts()).toEqual(predictive(single.subarray(0, next * size), next, count, classes));
        }
      }),
    );
    expect(() => new PredictiveSum(1, 2).parts()).toThrow('at least one sample');
  });
});
