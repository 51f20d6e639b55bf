import type { ClassPredicted } from '../class-predicted.ts';
import { mean } from '../correlation.ts';
import { allRows, averaged, type Metric, share } from './metric.ts';

const common = { task: 'classification', unit: '1', bounds: share } as const;

/** 1 for inputs that are answered, [count]. */
const answered = ({ confidence, selection }: ClassPredicted): Float64Array =>
  confidence.map(p => (p >= selection!.threshold ? 1 : 0));

/** Where a predictor leaves inputs unanswered, so that the others are answered with a risk that was promised. */
export const abstentionMetrics: readonly Metric[] = [
  averaged({
    ...common,
    name: 'answeredShare',
    label: 'Answered inputs',
    better: 'higher',
    when: given => given.task === 'classification' && given.selection !== undefined,
    rows: answered,
    shareOf: allRows,
  }),
  {
    ...common,
    name: 'answeredRisk',
    label: 'Errors among answered inputs',
    better: 'lower',
    when: given => given.task === 'classification' && given.selection !== undefined,
    of: (given: ClassPredicted) => errorsAmong(given).risk,
    rows(given: ClassPredicted) {
      const { risk, part, taken } = errorsAmong(given);
      // Of a ratio of means, to first order.
      return given.losses.error.map((wrong, n) => risk + (taken[n]! * (wrong - risk)) / part);
    },
    shareOf: answered,
  },
];

function errorsAmong(given: ClassPredicted): {
  readonly risk: number;
  readonly part: number;
  readonly taken: Float64Array;
} {
  const taken = answered(given);
  const part = mean(taken);
  return { risk: mean(given.losses.error.map((wrong, n) => wrong * taken[n]!)) / part, part, taken };
}
