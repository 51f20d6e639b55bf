import { InputError } from '../base/index.ts';
import { kernels } from '../kernels/index.ts';
import { type Converter, checkConverter, convert, converterStep, idealConverter } from './converters.ts';
import type { ReadNoise } from './drive.ts';
import { sliceCount, sliceDigits } from './mappings/index.ts';
import { roundToEven } from './rounding.ts';

/** Signs of bit-serial inputs: none; the highest bit negative; or two phases, positive inputs before negative ones. */
export type InputCode = 'unsigned' | 'twos-complement' | 'sign-magnitude';

/** How inputs go bit by bit into tiles of sliced weights. */
export interface BitSerialDrive {
  /** Input vectors, N. */
  readonly count: number;
  /** Word lines. */
  readonly rows: number;
  readonly outputs: number;
  /** Bits of an input, the sign included; one read per bit (and phase). */
  readonly inputBits: number;
  readonly code: InputCode;
  /** Input that one step of the code stands for. */
  readonly inputStep: number;
  /** Word lines read together. */
  readonly tileRows: number;
  /** Converter of every partial sum, its range in digits; ideal by default. */
  readonly output?: Converter;
}

/** Weights as signed digits in cells of a few bits. */
export interface SlicedWeights {
  /** [slices, rows, outputs], the least significant slice first. */
  readonly digits: Int32Array;
  readonly slices: number;
  readonly sliceBits: number;
  /** Weight that one step of the lowest digit stands for. */
  readonly unit: number;
}

export interface BitSerialResult {
  /** Inputs beyond the code. */
  readonly inputs: number;
  /** Partial sums that met an end of the converter's range or lay beyond, out of `outputsOf`. */
  readonly outputs: number;
  readonly outputsOf: number;
}

/** Rounds weights [rows, outputs] in [−limit, limit] to `bits` bits, sign included, and cuts them into slices. */
export function sliceWeights(
  weights: ArrayLike<number>,
  limit: number,
  bits: number,
  sliceBits: number,
): SlicedWeights {
  const slices = sliceCount(bits, sliceBits);
  const top = 2 ** (bits - 1) - 1;
  const digits = new Int32Array(slices * weights.length);
  const one = new Int16Array(slices);
  for (let i = 0; i < weights.length; i++) {
    sliceDigits(one, roundToEven((Math.min(limit, Math.max(-limit, weights[i]!)) / limit) * top), sliceBits);
    for (let s = 0; s < slices; s++) digits[s * weights.length + i] = one[s]!;
  }
  return { digits, slices, sliceBits, unit: limit / top };
}

/**
 * out[N, outputs] ≈ x·W for inputs x [N, rows] applied bit by bit and weights in slices: every bit of every tile and
 * slice is summed in the array, converted, and shifted and added as a number. All in integers.
 */
export function bitSerialProduct(
  out: Float32Array,
  x: ArrayLike<number>,
  weights: SlicedWeights,
  drive: BitSerialDrive,
): BitSerialResult {
  const { count, rows, outputs, tileRows, inputBits } = drive;
  const output = drive.output ?? idealConverter;
  checkConverter(output, 'hardware.output');
  const largest = Math.min(tileRows, rows) * (2 ** weights.sliceBits - 1);
  if (largest >= 2 ** 15) {
    throw new InputError({
      path: ['hardware', 'array', 'rows'],
      rule: `the digits of ${tileRows} word lines add up to ${largest}, beyond the 32767 that bit-serial tiles hold`,
      hint: 'use smaller tiles or fewer bits per cell',
    });
  }
  const { codes, clipped, bits, phases } = inputCodes(x, drive);
  const { levels, lowest } = levelTable(output, largest);
  const shape = {
    m: count,
    n: outputs,
    k: rows,
    bits,
    twosComplement: drive.code === 'twos-complement',
    slices: weights.slices,
    sliceBits: weights.sliceBits,
    tileRows,
  };
  let ends = kernels().slicedProduct(out, codes[0]!, weights.digits, levels, lowest, shape);
  if (phases === 2) {
    const negative = new Float32Array(out.length);
    ends += kernels().slicedProduct(negative, codes[1]!, weights.digits, levels, lowest, shape);
    kernels().axpy(out, -1, negative);
  }
  kernels().scale(out, out, drive.inputStep * weights.unit, 0);
  const tiles = Math.ceil(rows / tileRows);
  const reads = (drive.code === 'sign-magnitude' ? 2 * (inputBits - 1) : inputBits) * weights.slices * tiles;
  return { inputs: clipped, outputs: ends, outputsOf: output.bits === null ? 0 : reads * count * outputs };
}

/**
 * The same for digits that are not whole, as programmed cells have: `digits` [slices, rows, outputs] in units of a
 * digit, with fresh noise in every read where `noise` is given (its variance laid out like the digits, in digits²).
 */
export function bitSerialForward(
  out: Float32Array,
  x: ArrayLike<number>,
  digits: Float32Array,
  weights: Omit<SlicedWeights, 'digits'>,
  drive: BitSerialDrive,
  noise?: ReadNoise,
): BitSerialResult {
  const { count, rows, outputs, tileRows } = drive;
  const output = drive.output ?? idealConverter;
  checkConverter(output, 'hardware.output');
  const { codes, clipped, bits, phases } = inputCodes(x, drive);
  const plane = new Float32Array(count * Math.min(tileRows, rows));
  const sums = new Float32Array(count * outputs);
  const spread = new Float32Array(noise ? sums.length : 0);
  let saturated = 0;
  let reads = 0;
  out.fill(0);
  for (let phase = 0; phase < phases; phase++) {
    for (let r0 = 0; r0 < rows; r0 += tileRows) {
      const k = Math.min(tileRows, rows - r0);
      const shape = { m: count, n: outputs, k };
      const driven = plane.subarray(0, count * k);
      for (let b = 0; b < bits; b++) {
        bitPlane(driven, codes[phase]!, count, rows, r0, k, b);
        for (let s = 0; s < weights.slices; s++) {
          const from = (s * rows + r0) * outputs;
          kernels().product(sums, driven, digits.subarray(from, from + k * outputs), shape);
          if (noise) {
            // Bits are 0 or 1, so their squares are themselves.
            kernels().product(spread, driven, noise.variance.subarray(from, from + k * outputs), shape);
            kernels().addNoise(sums, null, spread, noise.key.word0, noise.key.word1, reads * sums.length);
          }
          saturated += convert(sums, sums, output);
          const negative = phase === 1 || (drive.code === 'twos-complement' && b === bits - 1);
          kernels().axpy(out, (negative ? -1 : 1) * 2 ** (b + s * weights.sliceBits), sums);
          reads++;
        }
      }
    }
  }
  kernels().scale(out, out, drive.inputStep * weights.unit, 0);
  return { inputs: clipped, outputs: saturated, outputsOf: output.bits === null ? 0 : reads * sums.length };
}

/** Codes of the inputs, one array per phase. */
function inputCodes(
  x: ArrayLike<number>,
  { code, inputBits, inputStep }: BitSerialDrive,
): { codes: Uint32Array[]; clipped: number; bits: number; phases: number } {
  if (!Number.isInteger(inputBits) || inputBits < (code === 'unsigned' ? 1 : 2) || inputBits > 24) {
    throw new InputError({
      path: ['hardware', 'inputBits'],
      rule: 'must be a whole number up to 24 with room for a sign',
      value: inputBits,
    });
  }
  const bits = code === 'sign-magnitude' ? inputBits - 1 : inputBits;
  const phases = code === 'sign-magnitude' ? 2 : 1;
  const codes = Array.from({ length: phases }, () => new Uint32Array(x.length));
  const half = 2 ** (inputBits - 1);
  const high = code === 'unsigned' ? 2 ** inputBits - 1 : half - 1;
  const low = code === 'unsigned' ? 0 : code === 'twos-complement' ? -half : -high;
  let clipped = 0;
  for (let i = 0; i < x.length; i++) {
    const wanted = roundToEven(x[i]! / inputStep);
    const value = Math.min(high, Math.max(low, wanted));
    if (value !== wanted) clipped++;
    if (code === 'sign-magnitude') codes[value < 0 ? 1 : 0]![i] = Math.abs(value);
    else codes[0]![i] = value < 0 ? value + 2 * half : value;
  }
  return { codes, clipped, bits, phases };
}

/** What the converter makes of each whole partial sum from −largest to largest; one entry at either end for all beyond. */
function levelTable(output: Converter, largest: number): { levels: Float32Array; lowest: number } {
  const within = output.bits !== null;
  const top = output.code === 'twos-complement' ? output.high - converterStep(output) : output.high;
  const lowest = within ? Math.max(-largest - 1, Math.ceil(output.low) - 1) : -largest - 1;
  const highest = within ? Math.min(largest + 1, Math.floor(top) + 1) : largest + 1;
  const levels = Float32Array.from({ length: Math.max(1, highest - lowest + 1) }, (_, i) => lowest + i);
  convert(levels, levels, output);
  return { levels, lowest };
}

function bitPlane(
  plane: Float32Array,
  codes: Uint32Array,
  count: number,
  rows: number,
  r0: number,
  k: number,
  bit: number,
): void {
  for (let i = 0; i < count; i++) {
    for (let r = 0; r < k; r++) plane[i * k + r] = (codes[i * rows + r0 + r]! >>> bit) & 1;
  }
}
