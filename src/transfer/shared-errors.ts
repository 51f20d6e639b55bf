import { z } from 'zod';
import { quantity } from '../base/index.ts';
import { fillNormal, fillUniform, fold, type Key, keyOf } from '../random/index.ts';
import { type Plan, planPlacement } from './plan.ts';

const spread = (what: string) => z.number().min(0).max(1).default(0).describe(`${what}; 0 by default.`);

/** Boltzmann's constant, eV/K. */
const boltzmann = 8.617333262e-5;

/** Temperature at which devices are described, K. */
const described = 300;

/** Errors that all cells of a chip, an array or a line share. Sizes are of the user: all are 0 where nothing is said. */
export const sharedErrorsSchema = () =>
  z.strictObject({
    lot: spread('Spread of the gain from lot to lot'),
    chipsPerLot: z.int().min(1).default(25).describe('Chips of one lot, by their numbers; 25 by default.'),
    lots: z
      .int()
      .min(0)
      .default(0)
      .describe('Which lots: another number draws others, whatever the seed; 0 by default.'),
    chip: spread('Spread of the gain of read-out and supply from chip to chip'),
    array: spread('Spread of the gain from array to array of a chip'),
    offset: spread(
      'Spread of what a whole array’s cells conduct too much or too little, as a share of the largest conductance',
    ),
    reference: spread('Spread of the reference that a mapping with an offset takes away, as a share of it'),
    rowGradient: spread('Spread of the relative change of gain from the first to the last word line of an array'),
    columnGradient: spread('Spread of the relative change of gain from the first to the last bit line of an array'),
    temperature: quantity('temperature', 'positive')
      .default(described)
      .describe(`Temperature of the chip when it is read, K; ${described} by default, at which devices are described.`),
    activation: z
      .number()
      .min(0)
      .max(2)
      .default(0.1)
      .describe(
        'Activation energy E of conduction, eV: conductances go as exp(−E/kT), the law of trap-limited conduction (Ielmini and Zhang, J. Appl. Phys. 102, 054517, 2007); 0.1 by default, an assumption.',
      ),
    deadRows: spread('Share of word lines that drive nothing'),
    deadColumns: spread('Share of bit lines that carry nothing'),
  });

export type SharedErrors = z.output<ReturnType<typeof sharedErrorsSchema>>;

/** One chip's shared errors: by what each array multiplies conductances and what it adds, and which lines are dead. */
export interface SharedDraw {
  /** Of the reference of a mapping with an offset. */
  readonly reference: number;
  /** Changes the conductances of the plan's cells as they are read, S, in place. */
  apply(conductance: Float32Array): void;
}

/**
 * Draws the errors that the cells of a chip share. They belong to the chip: reads, samples and times have the same. Gains of lot, chip,
 * array and gradients add up, temperature multiplies them; gradients are 0 in the middle of an array.
 */
export function drawShared(key: Key, plan: Plan, high: number, errors: SharedErrors, chip: number): SharedDraw {
  const one = (of: Key) => fillNormal(of, new Float32Array(1))[0]!;
  const own = fold(key, 'shared');
  const placement = planPlacement(plan);
  const { rows, columns } = plan.geometry;
  const normals = (name: string) => fillNormal(fold(own, name), new Float32Array(placement.arrays));
  const dead = (name: string, lines: number, share: number) =>
    Uint8Array.from(fillUniform(fold(own, name), new Float32Array(placement.arrays * lines)), u => Number(u < share));
  const lot = fold(fold(keyOf(errors.lots), 'lot'), Math.floor(chip / errors.chipsPerLot));
  const whole = 1 + errors.lot * one(lot) + errors.chip * one(fold(own, 'chip'));
  const [array, offset] = [normals('array'), normals('offset')];
  const [rowSlope, columnSlope] = [normals('row gradient'), normals('column gradient')];
  const [deadRow, deadColumn] = [
    dead('dead rows', rows, errors.deadRows),
    dead('dead columns', columns, errors.deadColumns),
  ];
  const heat = Math.exp((errors.activation / boltzmann) * (1 / described - 1 / errors.temperature));
  const place = (line: number, lines: number) => (lines > 1 ? line / (lines - 1) - 0.5 : 0);
  return {
    reference: errors.reference * one(fold(own, 'reference')),
    apply(conductance) {
      const count = conductance.length;
      const at = { array: new Int32Array(count), row: new Int32Array(count), column: new Int32Array(count) };
      placement.cellAddress(at);
      for (let i = 0; i < count; i++) {
        const [a, r, c] = [at.array[i]!, at.row[i]!, at.column[i]!];
        if (deadRow[a * rows + r] || deadColumn[a * columns + c]) {
          conductance[i] = 0;
          continue;
        }
        const gain =
          whole +
          errors.array * array[a]! +
          errors.rowGradient * rowSlope[a]! * place(r, rows) +
          errors.columnGradient * columnSlope[a]! * place(c, columns);
        conductance[i] = Math.max(0, conductance[i]! * gain * heat + errors.offset * offset[a]! * high);
      }
    },
  };
}
