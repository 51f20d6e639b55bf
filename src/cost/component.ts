import type { Citation } from '../base/index.ts';
import type { Technology } from './technology.ts';

/** One instance and one use of a component. */
export interface Unit {
  /** J per use. */
  readonly energy: number;
  /** m² per instance. */
  readonly area: number;
  /** Standby power per instance, W. */
  readonly leakage: number;
}

/**
 * A circuit block whose cost is a formula over the process and a few parameters.
 * Its spreads are the geometric standard deviations of the published figure: a spread of 1.5 says that two designs in
 * three lie within a factor of 1.5. Blocks of the same name share one draw, so that what two architectures have in
 * common cancels in their ratio.
 */
export interface Component<P = never> {
  readonly name: string;
  /** One line for people. */
  readonly title: string;
  /** How the figure comes about, with the constants. */
  readonly formula: string;
  /** Over what the source holds. */
  readonly validity: string;
  readonly provenance: 'published' | 'regression' | 'assumption';
  readonly cite: readonly Citation[];
  readonly spread: { readonly energy: number; readonly area: number };
  /** Figures scaled from another node also carry the spread of the scaling; true by default. */
  readonly scaled?: boolean;
  unit(technology: Technology, parameters: P): Unit;
}

/** Parameters of a component without any. */
export type None = Record<never, never>;

/** Tags of the sources, or the word assumption where there are none. */
export function sourceOf(component: Pick<Component, 'provenance' | 'cite'>): string {
  const tags = component.cite.map(({ tag }) => tag).join(', ');
  if (component.provenance !== 'assumption') return tags;
  return tags === '' ? 'assumption' : `assumption after ${tags}`;
}

/** A block of logic: its standby power follows from its area. */
export function logic(technology: Technology, energy: number, area: number): Unit {
  return { energy, area, leakage: area * technology.logicLeakage };
}
