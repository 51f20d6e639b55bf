import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import { binary } from './binary.ts';
import { differential } from './differential.ts';
import type { ConductanceRange, Encoding, MappingRecord } from './mapping.ts';
import { offset } from './offset.ts';
import { pairs } from './pairs.ts';
import { slices } from './slices.ts';

export { decodeVariances, decodeWeights, encodeWeights } from './code.ts';
export type { ConductanceRange, Encoding } from './mapping.ts';
export { sliceCount, sliceDigits } from './slices.ts';

/** The mappings by name; a new one is a record here and a line in the schema. */
export const mappings = { differential, offset, pairs, slices, binary } as const;

/** Parameters of a mapping, told apart by `mapping`. */
export const mappingSchema = z.discriminatedUnion('mapping', [
  differential.schema,
  offset.schema,
  pairs.schema,
  slices.schema,
  binary.schema,
]);

export type Mapping = z.output<typeof mappingSchema>;

/** The encoding of weights from −limit to limit on cells of the given range. */
export function encoding(parameters: Mapping, range: ConductanceRange, limit: number): Encoding {
  if (!(range.low >= 0) || !(range.high > range.low)) {
    throw new InputError({
      path: ['hardware', 'mapping'],
      rule: `the conductance range must rise from at least 0 S, got [${range.low}, ${range.high}]`,
    });
  }
  if (!(limit > 0))
    throw new InputError({ path: ['hardware', 'mapping'], rule: 'the largest weight must be above 0', value: limit });
  return recordOf(parameters).run(parameters, { rest: range.low, ...range }, limit);
}

/** Cells that hold one weight. */
export const cellsPerWeightOf = (parameters: Mapping): number =>
  encoding(parameters, { low: 0, high: 1 }, 1).cellsPerWeight;

/** Cells of a weight that share it evenly; undefined where some count more than others or hold signs only. */
export function devicesPerWeight(parameters: Mapping): 1 | 2 | 4 | undefined {
  return recordOf(parameters).devicesPerWeight?.(parameters);
}

const recordOf = ({ mapping }: Mapping) => mappings[mapping] as MappingRecord<z.ZodType<Mapping>>;
