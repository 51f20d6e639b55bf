import type { Density } from '../density.ts';

/** Where a chain is: [size] each. States are never changed, a step makes a new one. */
export interface SamplerState {
  readonly position: Float64Array;
  readonly gradient: Float64Array;
  readonly logDensity: number;
}

/** The state at a position. */
export function stateAt(density: Density, position: Float64Array): SamplerState {
  const gradient = new Float64Array(density.size);
  const logDensity = density.evaluate(gradient, position);
  return { position, gradient, logDensity };
}
