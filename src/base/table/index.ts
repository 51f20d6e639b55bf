export { isMissing } from './decimal.ts';
export { readTable, type Table, type TableOptions } from './table.ts';
