export { bandCell, crossingText, headlineText, qualityText, siliconText } from './cost-text.ts';
export { deviceReportHtml } from './device-report.ts';
export { reportHtml } from './html.ts';
export { metricLabel } from './metrics-table.ts';
export { checkReport } from './sections/check-training.ts';
export { reportOf } from './sections/index.ts';
export { formatInterval } from './table.ts';
