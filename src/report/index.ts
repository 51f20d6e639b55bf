export { costSection } from './cost-section.ts';
export { bandCell, crossingText, headlineText, qualityText, siliconText } from './cost-text.ts';
export { fitSections } from './device-fit-sections.ts';
export { deviceAnswer, deviceReportHtml, deviceSections } from './device-report.ts';
export { evidenceWords, withInterval } from './evidence.ts';
export type { Numbers } from './figure.ts';
export { reportHtml } from './html.ts';
export { inUnits, type UnitColumn } from './in-units.ts';
export { metricLabel, shortLabel } from './metrics-table.ts';
export type { Section } from './report.ts';
export { diverging, sequential } from './schemes.ts';
export { calibrationSection } from './sections/calibration.ts';
export { checkReport } from './sections/check-training.ts';
export { faultsReport, faultsTable, faultsText } from './sections/faults.ts';
export { reportOf } from './sections/index.ts';
export { energySaved } from './sections/promises.ts';
export { resultsTable } from './sections/results.ts';
export { sourcesReport, sourcesTable, takenText } from './sections/sources.ts';
export { comparedWithOne } from './sections/summary.ts';
export { trainingSection } from './sections/training.ts';
export { againstTables } from './sections/variants.ts';
export {
  designsCaption,
  frontTable,
  type StudyReported,
  studyReportHtml,
  studySections,
  studySummary,
} from './study-report.ts';
export { formatEnds, formatInterval, tableHtml, tableText } from './table.ts';
export { uncertaintyTable } from './uncertainty-text.ts';
