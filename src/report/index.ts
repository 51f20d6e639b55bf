export { bandCell, crossingText, headlineText, qualityText, siliconText } from './cost-text.ts';
export { deviceReportHtml } from './device-report.ts';
export { evidenceWords, withInterval } from './evidence.ts';
export { reportHtml } from './html.ts';
export { metricLabel, shortLabel } from './metrics-table.ts';
export { checkReport } from './sections/check-training.ts';
export { reportOf } from './sections/index.ts';
export { comparedWithOne } from './sections/summary.ts';
export { formatEnds, formatInterval } from './table.ts';
