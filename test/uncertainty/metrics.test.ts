import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillNormal, fillUniform, keyOf } from '../../src/random/index.ts';
import { chanceError, debiasedError, expectedError } from '../../src/uncertainty/calibration.ts';
import {
  classMetrics,
  classPredicted,
  classRecords,
  described,
  describedAs,
  difference,
  headlines,
  interval,
  intervals,
  measure,
  measureConformal,
  metrics,
  metricsFor,
  type Predicted,
  pairedComparison,
  predictive,
  regressionPredicted,
  reliabilityBins,
} from '../../src/uncertainty/index.ts';
import { conformalMetrics } from '../../src/uncertainty/metrics/conformal.ts';
import { keptMetrics } from '../../src/uncertainty/metrics/kept.ts';
import { cases } from './softmax-cases.ts';

const names = (better: string, task: string) =>
  described.filter(one => one.better === better && one.task === task).map(({ name }) => name);

describe('the registry', () => {
  it('says which side is better, for good', () => {
    expect(names('lower', 'regression')).toEqual([
      ...['nll', 'rmse', 'riskCoverageArea', 'width50', 'width90', 'width95', 'conformalSize', 'meanDifference'],
    ]);
    expect(names('higher', 'regression')).toEqual([
      ...['meanCorrelation', 'stdCorrelation', 'aleatoricCorrelation', 'epistemicCorrelation'],
    ]);
    expect(names('lower', 'classification')).toEqual([
      ...['nll', 'brier', 'ece', 'calibrationErrorDebiased', 'mce', 'adaptiveEce', 'fpr95Error', 'fpr95ErrorEpistemic'],
      ...['fpr95Unseen', 'fpr95UnseenTotal', 'riskCoverageArea', 'meanSamples', 'samples99', 'stoppingRisk'],
      ...['stoppingNll', 'answeredRisk', 'conformalSize'],
    ]);
    expect(names('higher', 'classification')).toEqual([
      ...['accuracy', 'balancedAccuracy', 'macroPrecision', 'macroF1', 'aurocError', 'auprError'],
      ...['aurocErrorEpistemic', 'auprErrorEpistemic', 'aurocUnseen', 'auprUnseen', 'aurocUnseenTotal'],
      ...['auprUnseenTotal', 'answeredShare', 'decisionAgreement', 'aleatoricCorrelation', 'epistemicCorrelation'],
    ]);
  });

  it('has one record per name and task, with label and unit', () => {
    expect(new Set(described.map(({ name, task }) => `${task} ${name}`)).size).toBe(described.length);
    expect(described).toHaveLength(metrics.length + conformalMetrics.length + keptMetrics.length);
    for (const { label, unit } of described) {
      expect(label).toMatch(/^[A-Z]/);
      expect(unit).toMatch(/^(1|nat|class|target²?)$/);
    }
    expect(headlines).toEqual(
      (
        'nll brier accuracy baseRate rmse balancedAccuracy macroPrecision macroF1 ece eceFloor calibrationErrorDebiased ' +
        'aurocError aurocUnseen coverage90'
      ).split(' '),
    );
    expect(describedAs('nll').map(({ task }) => task)).toEqual(['classification', 'regression']);
    expect(describedAs('f1:normal')[0]).toMatchObject({ label: 'F1 of normal', better: 'higher' });
    expect(describedAs('f2:normal')).toEqual([]);
  });

  it('computes what is named and nothing else', () => {
    const { mean, ...rest } = predictive(Float64Array.of(0.7, 0.3, 0.4, 0.6), 1, 2, 2);
    const parts = {
      ...rest,
      mean,
      get total(): Float64Array {
        throw new Error('asked for entropies');
      },
    };
    const given = classPredicted(parts, [0, 0]);
    expect(measure(given, ['accuracy', 'nll'])).toEqual({
      accuracy: 0.5,
      nll: expect.closeTo(-(Math.log(0.7) + Math.log(0.4)) / 2, 14),
    });
    expect(measure(given, ['aurocUnseen'])).toEqual({});
    expect(() => measure(given)).toThrow('asked for entropies');
    expect(() => measure(given, ['acuracy'])).toThrow(
      "metrics: 'acuracy' is no metric of this classification; did you mean 'accuracy'?",
    );
    expect(() => measure(given, ['rmse'])).toThrow("'rmse' is no metric of this classification");
  });
});

/** Two Gaussians for each of some inputs with two targets. */
const regression = (count: number) =>
  regressionPredicted(
    {
      means: fillNormal(keyOf(1), new Float64Array(4 * count)),
      stds: fillUniform(keyOf(2), new Float64Array(4 * count)).map(u => 0.2 + u),
      ...{ samples: 2, count, outputs: 2 },
    },
    fillNormal(keyOf(3), new Float64Array(2 * count)),
  );

describe('every metric', () => {
  it('stays within its bounds', () => {
    const check = (given: Predicted) => {
      for (const { name, bounds = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], of, when } of metricsFor(
        given,
      )) {
        if (name.includes('Unseen') || when?.(given) === false) continue;
        const value = of(given);
        expect(value < bounds[0] - 1e-12 || value > bounds[1] + 1e-12, `${name} ${value}`).toBe(false);
      }
    };
    check(regression(7));
    fc.assert(
      fc.property(cases, ({ probabilities, samples, count, classes, labels }) => {
        const named = Array.from({ length: classes }, (_, c) => `${c}`);
        check(classPredicted(predictive(probabilities, samples, count, classes), labels, undefined, named));
      }),
      { numRuns: 30 },
    );
  });
});

describe('single metrics', () => {
  it('average the parts of uncertainty', () => {
    // H of (.9, .1) and (.5, .5) with mean (.7, .3), and of (.6, .4) twice: total .6108643021 .673011667, expected .509115077 .673011667.
    const two = predictive(Float64Array.of(0.9, 0.1, 0.6, 0.4, 0.5, 0.5, 0.6, 0.4), 2, 2, 2);
    expect(measure(classPredicted(two, [0, 0]), ['totalMean', 'aleatoricMean', 'epistemicMean'])).toEqual({
      totalMean: expect.closeTo((0.6108643021 + 0.673011667) / 2, 9),
      aleatoricMean: expect.closeTo((0.509115077 + 0.673011667) / 2, 9),
      epistemicMean: expect.closeTo(0.1017492251 / 2, 9),
    });
    // numpy: m = array([[0, 1], [.5, 1.5], [2, -1]]), s = array([[1, .5], [.8, .6], [1.2, .7]])
    // sqrt((s**2).mean(0)).mean(), m.std(0).mean(), sqrt((s**2).mean(0) + m.var(0)).mean()
    const given = regressionPredicted(
      {
        means: Float64Array.of(0, 1, 0.5, 1.5, 2, -1),
        stds: Float64Array.of(1, 0.5, 0.8, 0.6, 1.2, 0.7),
        ...{ samples: 3, count: 2, outputs: 1 },
      },
      [0.3, 2.2],
    );
    expect(measure(given, ['aleatoricMean', 'epistemicMean', 'totalMean'])).toEqual({
      aleatoricMean: expect.closeTo((1.01324561 + 0.60553007) / 2, 8),
      epistemicMean: expect.closeTo((0.84983659 + 1.08012345) / 2, 8),
      totalMean: expect.closeTo((1.32245563 + 1.23827837) / 2, 8),
    });
  });

  it('look at calibration in ten bins', () => {
    // Confidences .61 and .69 share one of ten bins; one of the two is right.
    const given = classPredicted(predictive(Float64Array.of(0.61, 0.39, 0.69, 0.31), 1, 2, 2), [0, 1]);
    const found = measure(given, ['ece', 'mce', 'eceFloor', 'calibrationErrorDebiased', 'adaptiveEce']);
    expect(found).toEqual({
      ece: expect.closeTo(0.15, 12),
      mce: expect.closeTo(0.15, 12),
      eceFloor: chanceError([0.61, 0.69], 10),
      calibrationErrorDebiased: 0,
      // Two of ten bins of equal mass: (.39 + .69)/2.
      adaptiveEce: expect.closeTo(0.54, 12),
    });
    expect(found.eceFloor).not.toBeCloseTo(chanceError([0.61, 0.69], 15), 3);
  });
});

describe('classes', () => {
  // sklearn.metrics of y and d: confusion_matrix, recall_score, precision_score and f1_score with average=None,
  // balanced_accuracy_score, precision_score and f1_score with average='macro'.
  const y = [0, 0, 0, 0, 1, 1, 1, 2, 2, 0];
  const d = [0, 0, 1, 0, 1, 1, 1, 2, 1, 2];
  const certain = (decided: readonly number[], labels: readonly number[], classes: number) =>
    classPredicted(
      predictive(
        Float64Array.from(decided.flatMap(c => Array.from({ length: classes }, (_, k) => (k === c ? 1 : 0)))),
        1,
        decided.length,
        classes,
      ),
      labels,
      undefined,
      Array.from({ length: classes }, (_, c) => 'NVSQ'[c]!),
    );

  it('match scikit-learn', () => {
    const given = certain(d, y, 3);
    expect([...given.confusion.counts]).toEqual([3, 1, 1, 0, 3, 0, 0, 1, 1]);
    expect(classRecords(given.confusion)).toEqual([
      { labelled: 5, decided: 3, recall: 0.6, precision: 1, f1: 0.75 },
      { labelled: 3, decided: 5, recall: 1, precision: 0.6, f1: 0.75 },
      { labelled: 2, decided: 2, recall: 0.5, precision: 0.5, f1: 0.5 },
    ]);
    expect(measure(given)).toMatchObject({
      accuracy: 0.7,
      baseRate: 0.5,
      balancedAccuracy: expect.closeTo(0.7, 12),
      macroPrecision: expect.closeTo(0.7, 12),
      macroF1: expect.closeTo(2 / 3, 12),
      'recall:N': 0.6,
      'precision:V': 0.6,
      'f1:S': 0.5,
    });
    expect(measure(given, ['recall:V'])).toEqual({ 'recall:V': 1 });
    expect(classMetrics(['N', 'V']).map(({ name }) => name)).toEqual(
      'recall:N recall:V precision:N precision:V f1:N f1:V'.split(' '),
    );
  });

  it('match scikit-learn where classes are missing, with zero_division=0', () => {
    // y = [0, 0, 1, 2], d = [0, 1, 1, 1]: class 2 is never decided, class 3 is nowhere.
    const given = certain([0, 1, 1, 1], [0, 0, 1, 2], 4);
    expect(measure(given)).toMatchObject({
      balancedAccuracy: 0.5,
      macroPrecision: expect.closeTo(0.4444444444444444, 12),
      macroF1: expect.closeTo(0.38888888888888884, 12),
      'precision:S': Number.NaN,
      'recall:Q': Number.NaN,
      'f1:Q': Number.NaN,
    });
  });
});

describe('calibration errors without chance', () => {
  const bin = (count: number, accuracy: number, confidence: number) => ({
    low: 0,
    high: 1,
    count,
    accuracy,
    confidence,
  });

  it('leave out what chance adds, as in NumPy', () => {
    // n, a, c = array([10, 8]), array([.2, .75]), array([.65, .95])
    // sqrt((n/n.sum()*((a - c)**2 - a*(1 - a)/(n - 1))).sum())
    expect(debiasedError([bin(10, 0.2, 0.65), bin(8, 0.75, 0.95)])).toBeCloseTo(0.32938802750424817, 12);
    // Bins of one input say nothing; what chance explains is no error.
    expect(debiasedError([bin(10, 0.2, 0.65), bin(8, 0.75, 0.95), bin(1, 0, 0.9)])).toBeCloseTo(
      0.32938802750424817,
      12,
    );
    expect(debiasedError([bin(4, 0.5, 0.6), bin(8, 0.75, 0.9)])).toBe(0);
    expect(debiasedError([bin(1, 0, 0.9)])).toBeNaN();
  });

  it('their floor is that of NumPy', () => {
    // Sum over bins of E|X − E X| by convolving [1 − q, q] of every row, q = 1 − confidence, over the number of rows.
    const even = Float64Array.from({ length: 1000 }, (_, i) => 0.6 + (0.4 * (i + 0.5)) / 1000);
    expect(chanceError(even, 15) / 0.022805516833574898).toBeCloseTo(1, 3);
    expect(chanceError(even) / 0.018703532096231434).toBeCloseTo(1, 3);
    // Sharp confidences 1 − u⁴/2, few rows, and equal ones, for which it is exact.
    const sharp = Float64Array.from({ length: 1000 }, (_, i) => 1 - 0.5 * ((i + 0.5) / 1000) ** 4);
    expect(Math.abs(chanceError(sharp) / 0.01514716474736907 - 1)).toBeLessThan(0.01);
    expect(Math.abs(chanceError([0.95, 0.97, 0.99, 0.999, 0.7, 0.6]) / 0.177644972355 - 1)).toBeLessThan(0.02);
    expect(chanceError(new Float64Array(100).fill(0.8))).toBeCloseTo(0.031776068738823895, 12);
    expect(chanceError([0.8])).toBeCloseTo(0.32, 12);
    expect(chanceError([1, 1])).toBe(0);
  });

  it('tell a calibrated predictor from one that is not, where the expected error does not', () => {
    const confidence = Float64Array.from({ length: 1000 }, (_, i) => 0.6 + (0.4 * (i + 0.5)) / 1000);
    let [ece, square] = [0, 0];
    const repeats = 200;
    for (let r = 0; r < repeats; r++) {
      const u = fillUniform(keyOf(r), new Float64Array(1000));
      const bins = reliabilityBins(
        confidence,
        u.map((x, n) => (x < confidence[n]! ? 0 : 1)),
        15,
      );
      ece += expectedError(bins) / repeats;
      square += debiasedError(bins) ** 2 / repeats;
    }
    // The mean of 200 repeats; one repeat varies by about a third.
    expect(Math.abs(ece / 0.022805516833574898 - 1)).toBeLessThan(0.1);
    // Squares of the biased error would be 0.0008: Σ (n_b/N)·a(1 − a)/n_b over six bins.
    expect(square).toBeLessThan(0.0004);
  });
});

describe('which side is better', () => {
  const metric = (task: string, name: string) => metrics.find(one => one.task === task && one.name === name)!;

  it('is lower for errors of regressions, higher for accuracy', () => {
    expect(difference(metric('regression', 'rmse'), 1, 3)).toBe(2);
    expect(difference(metric('regression', 'nll'), 1, 3)).toBe(2);
    expect(difference(metric('classification', 'nll'), 3, 1)).toBe(-2);
    expect(difference(metric('classification', 'accuracy'), 0.75, 0.5)).toBe(0.25);
    expect(() => difference(metric('regression', 'coverage90'), 1, 0)).toThrow('internal: of coverage90');
  });

  it('signs paired tests, which leave out what is not defined', () => {
    const found = pairedComparison(metric('regression', 'rmse'), [1, 1, Number.NaN, 2], [2, 3, 1, 2 + 1e-12]);
    expect([found.wins, found.losses, found.ties]).toEqual([2, 0, 1]);
    expect(found.difference.mean).toBeCloseTo(1, 9);
    // Of shares no difference can be larger than one.
    expect(pairedComparison(metric('classification', 'accuracy'), [1, 0.9], [0, 0.7]).difference.chips!.high).toBe(1);
  });
});

describe('intervals', () => {
  it('do not leave the bounds of their metric', () => {
    expect(interval([1, 0.9]).high).toBeGreaterThan(1);
    expect(interval([1, 0.9], [0, 1])).toEqual({ mean: 0.95, low: expect.closeTo(0.3146897, 6), high: 1 });
    const two = intervals([
      { accuracy: 1, nll: 0.01, aleatoricDifference: 0, decisionAgreement: 0.01 },
      { accuracy: 0.9, nll: 0.2, aleatoricDifference: 0.1, decisionAgreement: 0.2 },
    ]);
    expect(two.accuracy.high).toBe(1);
    expect(two.decisionAgreement.low).toBe(0);
    // The likelihood of real targets may exceed one, so the name alone sets no bound.
    expect(two.nll.low).toBeLessThan(0);
    expect(two.aleatoricDifference.low).toBeLessThan(0);
  });
});

describe('conformal metrics', () => {
  const certain = (p: readonly number[], labels: readonly number[]) =>
    classPredicted(predictive(Float64Array.from(p.flatMap(q => [q, 1 - q])), 1, p.length, 2), labels);

  it('count classes in sets, and answers inside', () => {
    // Scores 1 − p(label) of .1 .2 .3 .4; ⌈5·¾⌉ = 4 puts the threshold at .4: sets hold classes of .6 and more.
    const held = certain([0.9, 0.8, 0.7, 0.6], [0, 0, 0, 0]);
    const tested = certain([0.9, 0.55, 0.6], [0, 0, 1]);
    expect(measureConformal({ held, tested, miss: 0.25 })).toEqual({
      conformalCoverage: expect.closeTo(1 / 3, 12),
      conformalSize: expect.closeTo(2 / 3, 12),
    });
  });

  it('hold answers that equal the threshold but for rounding', () => {
    const held = certain([0.7, 0.7, 0.7, 0.7], [0, 0, 0, 0]);
    expect(measureConformal({ held, tested: certain([1 - 0.1 - 0.2], [0]), miss: 0.25 }).conformalCoverage).toBe(1);
    expect(measureConformal({ held, tested: certain([Math.fround(0.7)], [0]), miss: 0.25 }).conformalCoverage).toBe(1);
  });

  it('measure intervals in the targets’ unit', () => {
    const of = (means: readonly number[], targets: readonly number[]) =>
      regressionPredicted(
        {
          means: Float64Array.from(means),
          stds: new Float64Array(means.length).fill(2),
          ...{ samples: 1, count: means.length, outputs: 1 },
        },
        targets,
      );
    // Scores |y − mean|/2 of .5 1 1.5; ⌈4·½⌉ = 2: mean ± 1·2.
    const found = measureConformal({ held: of([0, 0, 0], [1, 2, 3]), tested: of([0, 0], [2, 2.5]), miss: 0.5 });
    expect(found).toEqual({ conformalCoverage: 0.5, conformalSize: 4 });
  });
});
