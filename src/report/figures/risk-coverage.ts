import type { Figure } from '../figure.ts';
import { curves } from './curves.ts';

export interface RiskCoverageFigure {
  /** From `riskCoverage`; `low` and `high` bound the mean over chips, where known. */
  readonly series: readonly {
    readonly name: string;
    readonly coverage: ArrayLike<number>;
    readonly risk: ArrayLike<number>;
    readonly low?: ArrayLike<number>;
    readonly high?: ArrayLike<number>;
  }[];
  /** `error rate` by default; for regression `mean squared error`. */
  readonly riskTitle?: string;
}

/** Error rate among the inputs that are answered when the least certain are refused. */
export function riskCoverageFigure({ series, riskTitle = 'error rate' }: RiskCoverageFigure): Figure {
  return curves({
    xTitle: 'share of inputs answered, most certain first',
    yTitle: riskTitle,
    series: series.map(({ coverage, risk, ...rest }) => ({ ...rest, x: coverage, y: risk })),
  });
}
