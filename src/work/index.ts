export type { Handler, Served } from './handlers.ts';
export { openPool, type PoolOptions } from './pool.ts';
export { Refused } from './refused.ts';
