import { polynomial } from '../curves.ts';
import type { LevelEstimate } from './estimate.ts';
import { polynomialFit } from './statistics.ts';

/** Coefficients in g = target/high of the spread, weighted by the precision of each level. */
function leastSquaresSpread(levels: readonly LevelEstimate[], high: number, order: number, part: SpreadPart): number[] {
  const values = levels.map(level => level[part] ?? 0);
  if (values.every(value => value === 0)) return [0];
  const largest = Math.max(...levels.map(level => level.std), ...values);
  return polynomialFit(
    levels.map(level => level.target / high),
    values,
    levels.map(level => level.count / (Math.max(level.std, 0.05 * largest) ** 2 + level.readVariance)),
    order,
  );
}

/** The polynomial of the spread of this order, or of the next lower one that is nowhere negative over the levels. */
export function spreadPolynomial(
  levels: readonly LevelEstimate[],
  high: number,
  order: number,
  part: SpreadPart,
): number[] {
  for (let n = order; n > 0; n--) {
    const coefficients = leastSquaresSpread(levels, high, n, part);
    if (staysPositive(coefficients, levels, high)) return coefficients;
  }
  return leastSquaresSpread(levels, high, 0, part);
}

export type SpreadPart = 'std' | 'deviceStd' | 'cycleStd';

/** Coefficients of the mean, in g. */
export function meanPolynomial(levels: readonly LevelEstimate[], high: number, order: number): number[] {
  const floor = 1e-6 * high;
  return polynomialFit(
    levels.map(level => level.target / high),
    levels.map(level => level.mean),
    levels.map(level => level.count / (Math.max(level.std, floor) ** 2 + level.readVariance)),
    order,
  );
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
      const coefficients = leastSquaresSpread(levels, high, order, 'std');
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
      return { mean: order === 0 ? target : polynomial(meanPolynomial(levels, high, order), target / high), std };
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
