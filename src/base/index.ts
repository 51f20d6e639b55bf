export type { Citation } from './citation.ts';
export { cannotWrite, InputError, insist, lookUp, nearest, suggest, WorkError } from './errors.ts';
export { type Progress, part, silent } from './progress.ts';
export { check, quantity } from './schema.ts';
export { type Dimension, formatDuration, formatQuantity, parseQuantity, siUnit } from './units.ts';
