import type { z } from 'zod';

/** Conductances that cells can be programmed to, and that of a cell left at rest (`low` by default), S. */
export interface ConductanceRange {
  readonly rest?: number;
  readonly low: number;
  readonly high: number;
}

/**
 * How one weight becomes the conductances of its cells and back. Every mapping reads its weight as a weighted sum of
 * its cells' currents: w = offset + Σ coefficient_k · G_k.
 */
export interface Encoding {
  readonly cellsPerWeight: number;
  /** Weight units per siemens of each cell. */
  readonly coefficients: Float64Array;
  /** Weight of cells without conductance; subtracted by a reference column or as a number. */
  readonly offset: number;
  /** Writes the conductances of `weight` at cells[at …]; weights beyond the limit are clipped to it. */
  encode(cells: Float64Array, at: number, weight: number): void;
}

export interface MappingRecord<S extends z.ZodType> {
  readonly schema: S;
  /** For weights from −limit to limit. */
  readonly run: (parameters: z.output<S>, range: Required<ConductanceRange>, limit: number) => Encoding;
  /** How many cells share a weight evenly, one against a reference or as many on each side; absent where they do not. */
  readonly devicesPerWeight?: (parameters: z.output<S>) => 1 | 2 | 4 | undefined;
}

/** A record with its types joined. */
export const mapping = <S extends z.ZodType>(record: MappingRecord<S>) => record;

export const clip = (weight: number, limit: number) => Math.min(limit, Math.max(-limit, weight));

/** A signed difference in siemens over two cells, the idle one at `rest`. */
export function writePair(cells: Float64Array, at: number, difference: number, rest: number): void {
  cells[at] = rest + Math.max(difference, 0);
  cells[at + 1] = rest + Math.max(-difference, 0);
}
