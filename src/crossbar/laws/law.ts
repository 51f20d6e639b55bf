import type { z } from 'zod';
import type { Citation } from '../../base/index.ts';

/** Current through a cell of one conductance, and what Newton's method and a netlist need of it. */
export interface CellCurve {
  /** A, for the voltage from word line to bit line in V. */
  current(conductance: number, voltage: number): number;
  /** dI/dV in S, positive. */
  slope(conductance: number, voltage: number): number;
  /** The current as an ngspice expression of the voltage expression `v`. */
  spice(conductance: number, v: string): string;
}

/** A current-voltage law of cells; their conductance is the one at small voltages. */
export interface LawRecord<S extends z.ZodType> {
  readonly schema: S;
  /** The curve for these parameters; `voltage` is the largest voltage that a cell may see, V. */
  readonly run: (parameters: z.output<S>, voltage: number, where: string) => CellCurve;
  readonly cite: readonly Citation[];
}

/** A record with its types joined. */
export const law = <S extends z.ZodType>(record: LawRecord<S>) => record;
