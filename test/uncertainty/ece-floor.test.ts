import { describe, expect, test } from 'vitest';
import { fillNormal, fillUniform, fold, type Key, keyOf } from '../../src/random/index.ts';
import { adaptiveError, chanceError, expectedError } from '../../src/uncertainty/calibration.ts';
import { reliabilityBins } from '../../src/uncertainty/index.ts';

const rows = 1000;
const bins = 15;

/** Largest probabilities of classes whose logits are N(0, spread²). */
function softmax(key: Key, classes: number, spread: number): Float64Array {
  const z = fillNormal(key, new Float64Array(rows * classes));
  return Float64Array.from({ length: rows }, (_, n) => {
    const own = Array.from(z.subarray(n * classes, (n + 1) * classes), x => Math.exp(spread * x));
    return Math.max(...own) / own.reduce((sum, x) => sum + x, 0);
  });
}

/** With expected calibration errors over 15 bins of equal width and of equal mass: confidences of predictors that are calibrated by construction and right in 80 % of the rows. */
const predictors: readonly (readonly [name: string, draw: (key: Key) => Float64Array, width: number, mass: number])[] =
  [
    ['all confidences .8', () => new Float64Array(rows).fill(0.8), 0.0099, 0.0099],
    ['uniform from .6 to 1', key => fillUniform(key, new Float64Array(rows)).map(u => 0.6 + 0.4 * u), 0.0226, 0.0349],
    ['two classes, softmax of N(0, 1.65²)', key => softmax(key, 2, 1.65), 0.0269, 0.0339],
    ['ten classes, softmax of N(0, 5.3²)', key => softmax(key, 10, 5.3), 0.0289, 0.0296],
  ];

describe(`a calibrated predictor of ${rows} rows that is right in 80 % of them, ${bins} bins`, () => {
  test.each(predictors)('%s', (_name, draw, width, mass) => {
    const repeats = 100;
    const means = { right: 0, width: 0, mass: 0, floor: 0 };
    for (let r = 0; r < repeats; r++) {
      const confidence = draw(keyOf(r));
      const u = fillUniform(fold(keyOf(r), 'answers'), new Float64Array(rows));
      const wrong = u.map((x, n) => (x < confidence[n]! ? 0 : 1));
      means.right += (1 - wrong.reduce((sum, x) => sum + x, 0) / rows) / repeats;
      means.width += expectedError(reliabilityBins(confidence, wrong, bins)) / repeats;
      means.mass += adaptiveError(confidence, wrong, bins) / repeats;
      means.floor += chanceError(confidence, bins) / repeats;
    }
    expect(means.right).toBeCloseTo(0.8, 2);
    expect(means.width).toBeCloseTo(width, 3);
    expect(means.mass).toBeCloseTo(mass, 3);
    expect(Math.abs(means.floor / means.width - 1)).toBeLessThan(0.04);
  });
});
