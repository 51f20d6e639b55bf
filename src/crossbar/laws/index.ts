import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import type { CellCurve, LawRecord } from './law.ts';
import { milo } from './milo.ts';
import { polynomial } from './polynomial.ts';
import { sinh } from './sinh.ts';

export type { CellCurve } from './law.ts';

/** The laws by name; a new one is a record here and a line in the schema. */
export const currentLaws = { sinh, polynomial, 'rram-milo': milo } as const;

/** Parameters of a law, told apart by `model`. */
export const currentLawSchema = z.discriminatedUnion('model', [sinh.schema, polynomial.schema, milo.schema]);

export type CurrentLaw = z.output<typeof currentLawSchema>;

/** The curve of a law for cell voltages up to `voltage` in V; `where` names the law for messages. */
export function cellCurve(parameters: CurrentLaw, voltage: number, where: string): CellCurve {
  const { run } = currentLaws[parameters.model] as { run: LawRecord<z.ZodType<CurrentLaw>>['run'] };
  return run(parameters, voltage, where);
}

/** Voltages at which a law is checked on either side of zero. */
const SAMPLES = 16;

/** Stops unless the current through every cell rises with the voltage up to `voltage` in V. */
export function checkCurve(curve: CellCurve, conductance: Float64Array, voltage: number, where: string): void {
  for (let i = 0; i < conductance.length; i++) {
    const g = conductance[i]!;
    for (let k = -SAMPLES; g > 0 && k <= SAMPLES; k++) {
      const v = (voltage * k) / SAMPLES;
      if (!(curve.slope(g, v) > 0) || !Number.isFinite(curve.slope(g, v))) {
        throw new InputError(
          `${where}: the current through a cell of ${g} S does not rise with the voltage at ${v} V, or beyond all bounds; use conductances and voltages for which the law holds.`,
        );
      }
    }
  }
}
