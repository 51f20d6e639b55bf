export type { Served } from './handlers.ts';
export { openPool } from './pool.ts';
