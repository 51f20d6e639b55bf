import { z } from 'zod';
import { dimensionOf, InputError, parseQuantity, refuse } from '../../base/index.ts';
import type { Fields } from '../../experiment/index.ts';
import type { Condition, Value } from '../../search/index.ts';

const scalar = z.union([z.number(), z.string(), z.boolean()]);

const list = z.array(scalar).min(1);

/** Values as a list, or by names where they are more than a number or a text. */
const values = z.union([list, z.record(z.string().min(1), z.unknown())]);

/** A number, or a text with any unit; SI. */
const bound = z.union([z.number(), z.string()]).transform((value, context) => {
  if (typeof value === 'number') return value;
  try {
    const dimension = dimensionOf(value);
    if (dimension) return parseQuantity(value, dimension);
    throw new InputError({ path: [], rule: 'must be a number or a number with a unit', value, hint: "such as '2 us'" });
  } catch (error) {
    return refuse(context, error);
  }
});

const when = z
  .record(z.string(), z.union([scalar, list]))
  .refine(parents => Object.keys(parents).length === 1, 'must name one variable')
  .transform((parents): Condition => {
    const [[variable, among]] = Object.entries(parents) as [[string, Value | Value[]]];
    return { variable, among: [among].flat() };
  })
  .optional()
  .describe(
    'The variable counts only where another one, listed before it, has one of these values: { PATH: [values] }.',
  );

const log = z
  .boolean()
  .default(false)
  .describe('Whether equal ratios are equal distances, as for times, energies and counts; false by default.');

const categorical = z.strictObject({
  categorical: values.describe(
    'Values without an order, such as names of methods; or named ones, { NAME: value or fields }, which are laid over the field as those of a variant are.',
  ),
  when,
});
const ordered = z.strictObject({
  ordered: values.describe('Values in an order, neighbours alike, such as array sizes; or named ones in their order.'),
  when,
});
const integer = z.strictObject({
  integer: z.tuple([z.int(), z.int()]).describe('Least and largest whole number.'),
  log,
  when,
});
const real = z.strictObject({
  real: z.tuple([bound, bound]).describe('Least and largest number, with a unit or in SI.'),
  log,
  when,
});

/** What a field of the experiment can be; named values have their fields beside them. */
export type FieldVariable = Readonly<
  | { kind: 'categorical' | 'ordered'; values: readonly Value[]; named?: Fields; when?: Condition | undefined }
  | { kind: 'integer' | 'real'; low: number; high: number; log: boolean; when?: Condition | undefined }
>;

const choice = (kind: 'categorical' | 'ordered', given: z.output<typeof values>, when?: Condition): FieldVariable =>
  Array.isArray(given) ? { kind, values: given, when } : { kind, values: Object.keys(given), named: given, when };

/** What a study file says of a field. */
export const variableSchema = z.union([
  categorical.transform(given => choice('categorical', given.categorical, given.when)),
  ordered.transform(given => choice('ordered', given.ordered, given.when)),
  integer.transform(({ integer: [low, high], ...rest }): FieldVariable => ({ kind: 'integer', low, high, ...rest })),
  real.transform(({ real: [low, high], ...rest }): FieldVariable => ({ kind: 'real', low, high, ...rest })),
]);
