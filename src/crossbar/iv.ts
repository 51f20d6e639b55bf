import { z } from 'zod';
import { type Citation, InputError } from '../base/index.ts';

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
interface LawRecord<S extends z.ZodType> {
  readonly schema: S;
  /** The curve for these parameters; `voltage` is the largest voltage that a cell may see, V. */
  readonly run: (parameters: z.output<S>, voltage: number, where: string) => CellCurve;
  readonly cite: readonly Citation[];
}

const law = <S extends z.ZodType>(record: LawRecord<S>) => record;

const sinh = law({
  schema: z.strictObject({
    model: z.literal('sinh'),
    scale: z.number().positive().meta({ description: 'Voltage over which the law bends, V.' }),
  }),
  run: ({ scale }) => ({
    current: (g, v) => g * scale * Math.sinh(v / scale),
    slope: (g, v) => g * Math.cosh(v / scale),
    spice: (g, v) => `${g * scale}*sinh((${v})/${scale})`,
  }),
  cite: [],
});

const polynomial = law({
  schema: z.strictObject({
    model: z.literal('polynomial'),
    quadratic: z.number().default(0).meta({ description: 'c₂ of I = G (V + c₂ V² + c₃ V³), 1/V; 0 by default.' }),
    cubic: z.number().default(0).meta({ description: 'c₃ of I = G (V + c₂ V² + c₃ V³), 1/V²; 0 by default.' }),
  }),
  run: ({ quadratic, cubic }) => ({
    current: (g, v) => g * (v + quadratic * v * v + cubic * v * v * v),
    slope: (g, v) => g * (1 + 2 * quadratic * v + 3 * cubic * v * v),
    spice: (g, v) => `${g}*((${v})+${quadratic}*(${v})*(${v})+${cubic}*(${v})*(${v})*(${v}))`,
  }),
  cite: [],
});

/** Largest voltage of the measured law, V. */
const MILO_RANGE = 0.5;

const cubicIn = (a: number, b: number, c: number, d: number) => (g: number) => {
  const x = Math.log10(g);
  return ((a * x + b) * x + c) * x + d;
};
const miloQuadratic = cubicIn(1.388e-4, 1.541e-3, 5.711e-3, 7.063e-3);
const miloCubic = cubicIn(0, 8.871e-5, 6.7919e-4, 1.2968e-3);

const milo = law({
  schema: z.strictObject({ model: z.literal('rram-milo') }),
  run: (_, voltage, where) => {
    if (voltage > MILO_RANGE) {
      throw new InputError(
        `${where}: 'rram-milo' was measured up to ${MILO_RANGE} V, got ${voltage} V; lower the voltages.`,
      );
    }
    return {
      current: (g, v) => (g > 0 ? v * (g + v * (miloQuadratic(g) + v * miloCubic(g))) : 0),
      slope: (g, v) => (g > 0 ? g + v * (2 * miloQuadratic(g) + 3 * v * miloCubic(g)) : 0),
      spice: (g, v) => `(${v})*(${g}+(${v})*(${miloQuadratic(g)}+(${v})*${miloCubic(g)}))`,
    };
  },
  cite: [
    {
      tag: 'Milo21',
      text: 'Milo et al., Accurate program/verify schemes of resistive switching memory for in-memory neural network circuits, IRPS 2021 (constants as in CrossSim)',
    },
  ],
});

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
      if (!(curve.slope(g, v) > 0)) {
        throw new InputError(
          `${where}: the current through a cell of ${g} S does not rise with the voltage at ${v} V; use conductances and voltages for which the law holds.`,
        );
      }
    }
  }
}
