import type { Pieces } from '../../base/index.ts';
import type { LevelEstimate } from './estimate.ts';
import {
  certainTerms,
  chooseMeanOrder,
  chooseSpreadOrder,
  type Fold,
  isCertain,
  meanPolynomial,
  type SpreadPart,
  spreadPolynomial,
  type Terms,
  termsUpTo,
} from './order.ts';
import type { Shape } from './parameters.ts';

/**
 * What the polynomials are made of: the order that predicts held-out cells best, less the terms within their errors over
 * the samples. Device-to-device spread counts where it is more than its error.
 */
export function* shapeOf(
  levels: readonly LevelEstimate[],
  samples: readonly (readonly LevelEstimate[])[],
  folds: readonly Fold[],
  given: Pick<Shape, 'high' | 'laterTimes' | 'times'> & { readonly mostOrder: number; readonly meanMoves: boolean },
): Pieces<{ readonly shape: Shape; readonly scores: readonly number[] }> {
  const { high, laterTimes, times } = given;
  const most = Math.min(given.mostOrder, levels.length - 1);
  const spread = chooseSpreadOrder(folds, high, most);
  yield;
  const meanOrder = given.meanMoves ? chooseMeanOrder(folds, high, Math.min(3, most)).order : 0;
  const polynomialOf = (part: SpreadPart) => (of: readonly LevelEstimate[], terms: Terms) =>
    spreadPolynomial(of, high, terms, part);
  const termsOf = (part: SpreadPart): Terms =>
    certainTerms(termsUpTo(spread.order), levels, samples, polynomialOf(part));
  const device = levels.every(level => level.deviceStd !== undefined) ? termsOf('deviceStd') : [];
  yield;
  const separated = device.length > 0 && isCertain(device, levels, samples, polynomialOf('deviceStd'));
  yield;
  const shape: Shape = {
    high,
    spreadTerms: termsOf('std'),
    meanTerms:
      meanOrder === 0
        ? []
        : certainTerms(termsUpTo(meanOrder), levels, samples, (of, terms) => meanPolynomial(of, high, terms)),
    ...(separated && { parts: { device, cycle: termsOf('cycleStd') } }),
    laterTimes,
    times,
  };
  return { shape, scores: spread.scores };
}
