import { z } from 'zod';
import { InputError } from '../base/index.ts';

/** Conductances that cells can be programmed to, S. */
export interface ConductanceRange {
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

interface MappingRecord<S extends z.ZodType> {
  readonly schema: S;
  /** For weights from −limit to limit. */
  readonly run: (parameters: z.output<S>, range: ConductanceRange, limit: number) => Encoding;
}

const mapping = <S extends z.ZodType>(record: MappingRecord<S>) => record;

const clip = (weight: number, limit: number) => Math.min(limit, Math.max(-limit, weight));

/** Two cells: the positive part in one, the negative part in the other, the idle one at the lowest conductance. */
const differential = mapping({
  schema: z.strictObject({ mapping: z.literal('differential') }),
  run: (_, { low, high }, limit) => {
    const scale = (high - low) / limit;
    return {
      cellsPerWeight: 2,
      coefficients: Float64Array.of(1 / scale, -1 / scale),
      offset: 0,
      encode(cells, at, weight) {
        writePair(cells, at, clip(weight, limit) * scale, low);
      },
    };
  },
});

/** One cell around the middle of the range, whose current a reference column (or a number) takes away. */
const offset = mapping({
  schema: z.strictObject({ mapping: z.literal('offset') }),
  run: (_, { low, high }, limit) => {
    const scale = (high - low) / (2 * limit);
    const middle = (low + high) / 2;
    return {
      cellsPerWeight: 1,
      coefficients: Float64Array.of(1 / scale),
      offset: -middle / scale,
      encode(cells, at, weight) {
        cells[at] = middle + clip(weight, limit) * scale;
      },
    };
  },
});

/** Several pairs, each `significance` times finer than the one before: coarse digits first, the rest in the last pair. */
const pairs = mapping({
  schema: z.strictObject({
    mapping: z.literal('pairs'),
    count: z.number().int().min(2).max(8).default(2).meta({ description: 'Pairs per weight; 2 by default.' }),
    significance: z
      .number()
      .int()
      .min(2)
      .max(256)
      .default(8)
      .meta({ description: 'Weight of a pair over that of the next; 8 by default.' }),
  }),
  run: ({ count, significance }, { low, high }, limit) => {
    const scale = high - low;
    const coefficients = new Float64Array(2 * count);
    for (let p = 0; p < count; p++) {
      coefficients[2 * p] = limit / scale / significance ** p;
      coefficients[2 * p + 1] = -coefficients[2 * p]!;
    }
    return {
      cellsPerWeight: 2 * count,
      coefficients,
      offset: 0,
      encode(cells, at, weight) {
        let rest = clip(weight, limit) / limit;
        for (let p = 0; p < count; p++) {
          const digit = p === count - 1 ? rest : Math.trunc(rest * significance) / significance;
          writePair(cells, at + 2 * p, digit * scale, low);
          rest = (rest - digit) * significance;
        }
      },
    };
  },
});

/** Sign and magnitude in digits of a few bits, one pair per digit, the most significant first. */
const slices = mapping({
  schema: z.strictObject({
    mapping: z.literal('slices'),
    bits: z
      .number()
      .int()
      .min(2)
      .max(16)
      .default(8)
      .meta({ description: 'Bits of a weight, its sign included; 8 by default.' }),
    sliceBits: z.number().int().min(1).max(8).default(2).meta({ description: 'Bits per cell; 2 by default.' }),
  }),
  run: ({ bits, sliceBits }, { low, high }, limit) => {
    const count = sliceCount(bits, sliceBits);
    const top = 2 ** (bits - 1) - 1;
    const level = (high - low) / (2 ** sliceBits - 1);
    const coefficients = new Float64Array(2 * count);
    for (let s = 0; s < count; s++) {
      coefficients[2 * s] = ((limit / top) * 2 ** (sliceBits * (count - 1 - s))) / level;
      coefficients[2 * s + 1] = -coefficients[2 * s]!;
    }
    const digits = new Int16Array(count);
    return {
      cellsPerWeight: 2 * count,
      coefficients,
      offset: 0,
      encode(cells, at, weight) {
        sliceDigits(digits, roundToEven((clip(weight, limit) / limit) * top), sliceBits);
        for (let s = 0; s < count; s++) writePair(cells, at + 2 * s, digits[count - 1 - s]! * level, low);
      },
    };
  },
});

/** ±limit by sign, one cell of the pair fully on and the other off. */
const binary = mapping({
  schema: z.strictObject({ mapping: z.literal('binary') }),
  run: (_, { low, high }, limit) => {
    const scale = (high - low) / limit;
    return {
      cellsPerWeight: 2,
      coefficients: Float64Array.of(1 / scale, -1 / scale),
      offset: 0,
      encode(cells, at, weight) {
        cells[at] = weight < 0 ? low : high;
        cells[at + 1] = weight < 0 ? high : low;
      },
    };
  },
});

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
    throw new InputError(
      `hardware.mapping: the conductance range must rise from at least 0 S, got [${range.low}, ${range.high}].`,
    );
  }
  if (!(limit > 0)) throw new InputError(`hardware.mapping: the largest weight must be above 0, got ${limit}.`);
  const { run } = mappings[parameters.mapping] as { run: MappingRecord<z.ZodType<Mapping>>['run'] };
  return run(parameters, range, limit);
}

/** Conductances of all weights, [weights, cellsPerWeight]. */
export function encodeWeights(
  cells: Float64Array,
  weights: ArrayLike<number>,
  { cellsPerWeight, encode }: Encoding,
): void {
  for (let i = 0; i < weights.length; i++) encode(cells, i * cellsPerWeight, weights[i]!);
}

/** Effective weights of conductances [weights, cellsPerWeight]. */
export function decodeWeights(
  weights: Float32Array | Float64Array,
  cells: ArrayLike<number>,
  { cellsPerWeight, coefficients, offset }: Encoding,
): void {
  for (let i = 0; i < weights.length; i++) {
    let sum = offset;
    for (let k = 0; k < cellsPerWeight; k++) sum += coefficients[k]! * cells[i * cellsPerWeight + k]!;
    weights[i] = sum;
  }
}

/** Variances of effective weights from those of independent cells, [weights, cellsPerWeight] in S². */
export function decodeVariances(
  variances: Float32Array | Float64Array,
  cells: ArrayLike<number>,
  { cellsPerWeight, coefficients }: Encoding,
): void {
  for (let i = 0; i < variances.length; i++) {
    let sum = 0;
    for (let k = 0; k < cellsPerWeight; k++) sum += coefficients[k]! ** 2 * cells[i * cellsPerWeight + k]!;
    variances[i] = sum;
  }
}

/** Slices that the magnitude of a weight of `bits` bits needs. */
export function sliceCount(bits: number, sliceBits: number): number {
  return Math.max(1, Math.ceil((bits - 1) / sliceBits));
}

/** Signed digits of an integer in base 2^sliceBits, the least significant first. */
export function sliceDigits(digits: Int16Array, value: number, sliceBits: number): void {
  const sign = value < 0 ? -1 : 1;
  let rest = Math.abs(value);
  for (let s = 0; s < digits.length; s++) {
    digits[s] = sign * (rest % 2 ** sliceBits);
    rest = Math.floor(rest / 2 ** sliceBits);
  }
}

export function roundToEven(x: number): number {
  const lower = Math.floor(x);
  const rest = x - lower;
  if (rest !== 0.5) return rest < 0.5 ? lower : lower + 1;
  return lower % 2 === 0 ? lower : lower + 1;
}

function writePair(cells: Float64Array, at: number, difference: number, low: number): void {
  cells[at] = low + Math.max(difference, 0);
  cells[at + 1] = low + Math.max(-difference, 0);
}
