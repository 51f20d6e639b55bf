export { errorOf, type Failure, failureOf } from './failure.ts';
export type { Handler, Served } from './handlers.ts';
export { openPool, type PoolOptions } from './pool.ts';
export { Refused } from './refused.ts';
