export type { LayerDefinition, Place } from './definition.ts';
export { dense, linear } from './dense.ts';
