import type { ClassPredicted } from '../class-predicted.ts';
import { type RegressionPredicted, rowMeans } from '../regression-predicted.ts';
import { averaged, type Metric, positive } from './metric.ts';

/** Means over inputs of the parts of uncertainty. */
export const uncertainties: readonly Metric[] = (['aleatoric', 'epistemic', 'total'] as const).flatMap(part => {
  const common = {
    name: `${part}Mean`,
    label: `Mean ${part} uncertainty`,
    short: `${part} uncertainty`,
    better: 'neither',
    bounds: positive,
  } as const;
  return [
    averaged({
      ...common,
      unit: 'nat',
      task: 'classification',
      ...(part !== 'aleatoric' && { doubt: true as const }),
      rows: ({ parts }: ClassPredicted) => parts[part],
    }),
    averaged({
      ...common,
      unit: 'target',
      task: 'regression',
      rows: ({ parts }: RegressionPredicted) => rowMeans(parts[part], parts.outputs),
    }),
  ];
});
