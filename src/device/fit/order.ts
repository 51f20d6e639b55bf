import { polynomial } from '../curves.ts';
import type { LevelEstimate } from './estimate.ts';
import { meanStd, polynomialFit } from './statistics.ts';

/** Powers of g = target/high that a polynomial has, ascending. */
export type Terms = readonly number[];

export type SpreadPart = 'std' | 'deviceStd' | 'cycleStd';

/** The powers from 0 to an order. */
export const termsUpTo = (order: number): number[] => Array.from({ length: order + 1 }, (_, k) => k);

/** Coefficients in g of the spread, constant first, weighted by the precision of each level. */
function leastSquaresSpread(levels: readonly LevelEstimate[], high: number, terms: Terms, part: SpreadPart): number[] {
  const values = levels.map(level => level[part] ?? 0);
  if (values.every(value => value === 0)) return [0];
  const largest = Math.max(...levels.map(level => level.std), ...values);
  return polynomialFit(
    levels.map(level => level.target / high),
    values,
    levels.map(level => level.count / (Math.max(level.std, 0.05 * largest) ** 2 + level.readVariance)),
    terms.slice(0, levels.length),
  );
}

/** The polynomial of the spread with these terms, or with fewer of them where it is negative somewhere over the levels. */
export function spreadPolynomial(
  levels: readonly LevelEstimate[],
  high: number,
  terms: Terms,
  part: SpreadPart,
): number[] {
  for (let n = terms.length; n > 1; n--) {
    const coefficients = leastSquaresSpread(levels, high, terms.slice(0, n), part);
    if (staysPositive(coefficients, levels, high)) return coefficients;
  }
  return leastSquaresSpread(levels, high, terms.slice(0, 1), part);
}

/** Coefficients of the mean, in g. */
export function meanPolynomial(levels: readonly LevelEstimate[], high: number, terms: Terms): number[] {
  const floor = 1e-6 * high;
  return polynomialFit(
    levels.map(level => level.target / high),
    levels.map(level => level.mean),
    levels.map(level => level.count / (Math.max(level.std, floor) ** 2 + level.readVariance)),
    terms.slice(0, levels.length),
  );
}

type PolynomialOf = (levels: readonly LevelEstimate[], terms: Terms) => readonly number[];

/** Standard errors that a coefficient has to be away from 0. */
const certain = 2;

/** Coefficients over their standard errors. */
function certainty(
  terms: Terms,
  whole: readonly LevelEstimate[],
  samples: readonly (readonly LevelEstimate[])[],
  polynomialOf: PolynomialOf,
): number[] {
  const found = polynomialOf(whole, terms);
  const drawn = samples.map(levels => polynomialOf(levels, terms));
  return terms.map(k => {
    const { std } = meanStd(drawn.map(coefficients => coefficients[k] ?? 0));
    return std > 0 ? Math.abs(found[k] ?? 0) / std : Number.POSITIVE_INFINITY;
  });
}

/** Whether some coefficient is further from 0 than its error. */
export function isCertain(
  terms: Terms,
  whole: readonly LevelEstimate[],
  samples: readonly (readonly LevelEstimate[])[],
  polynomialOf: PolynomialOf,
): boolean {
  const distance = certainty(terms, whole, samples, polynomialOf);
  return distance.some(of => of > certain) && polynomialOf(whole, terms).some(value => value !== 0);
}

/**
 * The terms that are left when one after the other is taken away whose coefficient lies within two standard errors of 0,
 * the least certain first. One term always stays.
 */
export function certainTerms(
  terms: Terms,
  whole: readonly LevelEstimate[],
  samples: readonly (readonly LevelEstimate[])[],
  polynomialOf: PolynomialOf,
): Terms {
  let left = terms;
  while (left.length > 1) {
    const distance = certainty(left, whole, samples, polynomialOf);
    const least = Math.min(...distance);
    if (least > certain) return left;
    left = left.filter((_, i) => i !== distance.indexOf(least));
  }
  return left;
}

/** A held-out part: estimates from the rest and the programmed values of the part by level. */
export interface Fold {
  readonly levels: readonly LevelEstimate[];
  readonly heldOut: readonly (readonly number[])[];
}

export interface OrderChoice {
  readonly order: number;
  /** Log-likelihood of the held-out cells, nats, for each order tried from 0. */
  readonly scores: readonly number[];
}

/** The order of the spread's polynomial that predicts held-out cells best; orders that turn negative are left out. */
export function chooseSpreadOrder(folds: readonly Fold[], high: number, most: number): OrderChoice {
  const scores = Array.from({ length: most + 1 }, (_, order) =>
    heldOutScore(folds, (levels, k) => {
      if (order >= levels.length) return null;
      const coefficients = leastSquaresSpread(levels, high, termsUpTo(order), 'std');
      if (!staysPositive(coefficients, levels, high)) return null;
      const std = polynomial(coefficients, levels[k]!.target / high);
      return { mean: levels[k]!.mean, std: Math.hypot(std, Math.sqrt(levels[k]!.readVariance)) };
    }),
  );
  return { order: scores.indexOf(Math.max(...scores)), scores };
}

/** The order of the mean's polynomial; 0 stands for the target itself and stays unless held-out cells speak against it by 3 nats. */
export function chooseMeanOrder(folds: readonly Fold[], high: number, most: number): OrderChoice {
  const scores = Array.from({ length: most + 1 }, (_, order) =>
    heldOutScore(folds, (levels, k) => {
      const { target } = levels[k]!;
      const std = Math.hypot(levels[k]!.std, Math.sqrt(levels[k]!.readVariance));
      const mean = order === 0 ? target : polynomial(meanPolynomial(levels, high, termsUpTo(order)), target / high);
      return { mean, std };
    }),
  );
  const best = Math.max(...scores);
  return { order: best - scores[0]! > 3 ? scores.indexOf(best) : 0, scores };
}

function heldOutScore(
  folds: readonly Fold[],
  predict: (levels: readonly LevelEstimate[], level: number) => { mean: number; std: number } | null,
): number {
  let total = 0;
  for (const { levels, heldOut } of folds) {
    for (let k = 0; k < levels.length; k++) {
      if (levels[k]!.count < 2 || heldOut[k]!.length === 0) continue;
      const prediction = predict(levels, k);
      if (!prediction) return Number.NEGATIVE_INFINITY;
      const std = Math.max(prediction.std, 1e-9 * levels[levels.length - 1]!.target);
      for (const value of heldOut[k]!) {
        if (value <= 0) continue;
        total += -Math.log(std) - 0.5 * ((value - prediction.mean) / std) ** 2;
      }
    }
  }
  return total;
}

function staysPositive(coefficients: readonly number[], levels: readonly LevelEstimate[], high: number): boolean {
  const low = levels[0]!.target / high;
  for (let i = 0; i <= 100; i++) if (polynomial(coefficients, low + ((1 - low) * i) / 100) < 0) return false;
  return true;
}
