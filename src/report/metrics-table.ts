import type { Interval } from '../uncertainty/index.ts';
import type { Cell, Table } from './table.ts';

/** Metrics in the order of the report, as people call them; an arrow says which way is better. */
const labels: readonly (readonly [string, string])[] = [
  ['accuracy', 'Accuracy\u00a0↑'],
  ['rmse', 'RMSE\u00a0↓'],
  ['nll', 'Negative log-likelihood (nat)\u00a0↓'],
  ['brier', 'Brier score\u00a0↓'],
  ['ece', 'Expected calibration error\u00a0↓'],
  ['mce', 'Largest calibration error\u00a0↓'],
  ['adaptiveEce', 'Adaptive calibration error\u00a0↓'],
  ['aurocError', 'Errors found by total uncertainty, AUROC\u00a0↑'],
  ['auprError', 'Errors found by total uncertainty, AUPR\u00a0↑'],
  ['fpr95Error', 'False alarms when 95 % of errors are found\u00a0↓'],
  ['aurocErrorEpistemic', 'Errors found by epistemic uncertainty, AUROC\u00a0↑'],
  ['auprErrorEpistemic', 'Errors found by epistemic uncertainty, AUPR\u00a0↑'],
  ['fpr95ErrorEpistemic', 'False alarms of epistemic uncertainty when 95 % of errors are found\u00a0↓'],
  ['aurocUnseen', 'Unseen data found by epistemic uncertainty, AUROC\u00a0↑'],
  ['auprUnseen', 'Unseen data found by epistemic uncertainty, AUPR\u00a0↑'],
  ['fpr95Unseen', 'False alarms when 95 % of unseen data are found\u00a0↓'],
  ['aurocUnseenTotal', 'Unseen data found by total uncertainty, AUROC\u00a0↑'],
  ['riskCoverageArea', 'Area under risk over coverage\u00a0↓'],
  ['coverage50', 'Targets inside the 50 % interval'],
  ['coverage90', 'Targets inside the 90 % interval'],
  ['coverage95', 'Targets inside the 95 % interval'],
  ['width50', 'Width of the 50 % interval\u00a0↓'],
  ['width90', 'Width of the 90 % interval\u00a0↓'],
  ['width95', 'Width of the 95 % interval\u00a0↓'],
  ['conformalCoverage', 'Answers inside conformal sets or intervals'],
  ['conformalSize', 'Size of conformal sets or intervals\u00a0↓'],
  ['aleatoricMean', 'Mean aleatoric uncertainty'],
  ['epistemicMean', 'Mean epistemic uncertainty'],
  ['totalMean', 'Mean total uncertainty'],
  ['decisionAgreement', 'Decisions that agree with software\u00a0↑'],
  ['meanCorrelation', 'Correlation of means with software\u00a0↑'],
  ['stdCorrelation', 'Correlation of spreads with software\u00a0↑'],
  ['aleatoricCorrelation', 'Correlation of aleatoric uncertainty with software\u00a0↑'],
  ['epistemicCorrelation', 'Correlation of epistemic uncertainty with software\u00a0↑'],
  ['meanDifference', 'Difference of means from software, root mean square\u00a0↓'],
  ['aleatoricDifference', 'Aleatoric uncertainty, hardware − software'],
  ['epistemicDifference', 'Epistemic uncertainty, hardware − software'],
];

/** What a metric is called in tables, `riskCoverageArea` → `Area under risk over coverage ↓`; the name itself where unknown. */
export function metricLabel(name: string): string {
  return labels.find(([key]) => key === name)?.[1] ?? name;
}

/** One column of a metrics table: numbers or intervals by metric name, such as `ClassificationMetrics`. */
export interface MetricColumn {
  readonly name: string;
  readonly values: Readonly<Partial<Record<string, number | Interval>>>;
}

/** Metrics as rows, columns such as software, hardware and deterministic; `only` keeps the metrics named. */
export function metricsTable(columns: readonly MetricColumn[], only?: readonly string[], note?: string): Table {
  const present = (key: string) => columns.some(column => column.values[key] !== undefined);
  const rows = labels
    .filter(([key]) => present(key) && (only === undefined || only.includes(key)))
    .map(([key, label]): Cell[] => [label, ...columns.map(column => column.values[key])]);
  return { columns: ['', ...columns.map(column => column.name)], rows, note };
}
