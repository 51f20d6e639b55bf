import { type Citation, insist } from '../base/index.ts';
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

/** Parameters of a component, in SI units. */
export type Parameters = Readonly<Record<string, number | boolean | undefined>>;

/**
 * A circuit block whose cost is a formula over the process and a few parameters.
 * Its spreads are the geometric standard deviations of the published figure: a spread of 1.5 says that two designs in
 * three lie within a factor of 1.5. Blocks of the same name share one draw, so that what two architectures have in
 * common cancels in their ratio.
 */
export interface Component<P = Parameters> {
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
  /** Logic and lines that a clock drives: their energy carries its share of clock and control. */
  readonly clocked?: boolean;
  /** Figures scaled from another node also carry the spread of the scaling; true by default. */
  readonly scaled?: boolean;
  /** Parameters of a typical instance, in SI units. */
  readonly usual: P;
  unit(technology: Technology, parameters: P): Unit;
}

/** Parameters of a component without any. */
export type None = Record<never, never>;

/**
 * One component by itself, with what differs from its typical parameters: `componentUnit(adcSar, t, { bits: 6 })`.
 * Names that the component does not have are refused.
 */
export function componentUnit(
  component: Component,
  technology: Technology,
  changes: Readonly<Record<string, number | boolean>> = {},
): Unit {
  const { usual } = component;
  for (const [name, value] of Object.entries(changes)) {
    const known = Object.keys(usual);
    insist(
      known.includes(name),
      `${component.name}.${name}: is no parameter of this component; ${known.length === 0 ? 'it has none' : `known: ${known.join(', ')}`}.`,
    );
    insist(
      typeof value === typeof usual[name] && (typeof value === 'boolean' || (Number.isFinite(value) && value > 0)),
      `${component.name}.${name}: must be ${typeof usual[name] === 'boolean' ? 'true or false' : 'a positive number'}, got ${value}; ${String(usual[name])} is usual.`,
    );
  }
  return component.unit(technology, { ...usual, ...changes });
}

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
