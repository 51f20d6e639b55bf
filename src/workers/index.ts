export { ProcessEnded } from './ending.ts';
export { errorOf, type Failure, failureOf } from './failure.ts';
export type { Handler, Served } from './handlers.ts';
export { openPool } from './pool.ts';
