export { type Address, addressOf, canonical, contentAddress } from './address.ts';
export type { Citation } from './citation.ts';
export { cannotWrite, InputError, insist, lookUp, nearest, suggest, WorkError } from './errors.ts';
export { type Checkpoint, type Job, jobOf, type Pool, partOf, type Task } from './job.ts';
export { type Progress, part, silent } from './progress.ts';
export { check, quantity } from './schema.ts';
export { tied } from './tied.ts';
export { type Dimension, formatDuration, formatQuantity, parseQuantity, siUnit } from './units.ts';
