import { InputError } from '../base/index.ts';
import { type Floats, kernels } from '../kernels/index.ts';

/**
 * How the levels lie in [low, high]. `straight`: 2^bits levels, both ends included. `sign-magnitude`: 2^bits − 1
 * levels, both ends and zero included. `twos-complement`: 2^bits levels, `low` and zero included, `high` not.
 */
export type Code = 'straight' | 'sign-magnitude' | 'twos-complement';

/** A DAC or ADC: a uniform quantiser that saturates at its range. */
export interface Converter {
  /** Resolution in bits; null for an ideal converter, which neither rounds nor saturates. */
  readonly bits: number | null;
  /** Ends of the range, in the units of what is converted. */
  readonly low: number;
  readonly high: number;
  /** `sign-magnitude` where low is negative and `straight` otherwise, by default. */
  readonly code?: Code;
}

/** A converter that changes nothing. */
export const idealConverter: Converter = { bits: null, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/** Distance between two levels; 0 for an ideal converter. */
export function converterStep(converter: Converter): number {
  const { bits, low, high } = converter;
  if (bits === null) return 0;
  const code = codeOf(converter);
  const intervals = code === 'straight' ? 2 ** bits - 1 : code === 'sign-magnitude' ? 2 ** bits - 2 : 2 ** bits;
  return (high - low) / intervals;
}

/** Stops unless bits, range and code of a converter agree; `where` names it for the message. */
export function checkConverter(converter: Converter, where: string): void {
  const { bits, low, high } = converter;
  if (bits === null) return;
  const least = codeOf(converter) === 'straight' ? 1 : 2;
  if (!Number.isInteger(bits) || bits < least || bits > 24) {
    throw new InputError(`${where}.bits: must be a whole number from ${least} to 24, or null for none, got ${bits}.`);
  }
  if (!Number.isFinite(low) || !Number.isFinite(high) || !(low < high)) {
    throw new InputError(
      `${where}: a converter of ${bits} bits needs a finite range with low below high, got [${low}, ${high}]; give one or calibrate it on data.`,
    );
  }
  if (codeOf(converter) !== 'straight' && low !== -high) {
    throw new InputError(
      `${where}: the range of a ${codeOf(converter)} converter must be symmetric, got [${low}, ${high}]; use code 'straight'.`,
    );
  }
}

/**
 * y = the levels nearest to x (ties to the even code), saturated to the range; returns how many entries saturated.
 * `y` and `x` may be the same array.
 */
export function convert(y: Floats, x: Floats, converter: Converter): number {
  if (converter.bits === null) {
    if (y !== x) y.set(x);
    return 0;
  }
  const { step, low, high } = converterEnds(converter);
  return kernels().quantise(y, x, step, low, high);
}

/** Lowest and highest level and the distance between two, as `quantise` takes them. */
export function converterEnds(converter: Converter): { step: number; low: number; high: number } {
  const step = converterStep(converter);
  const { low, high } = converter;
  return { step, low, high: codeOf(converter) === 'twos-complement' ? high - step : high };
}

/** Bins of the magnitude histogram: exponent and the first eight bits of the mantissa of a single. */
const BIN_SHIFT = 15;

/** Running histogram of magnitudes, from which a range is read: 0.4 % resolution over all scales. */
export class Magnitudes {
  private readonly bins = new Float64Array(2 ** (32 - 1 - BIN_SHIFT));
  private total = 0;
  private largest = 0;
  private negative = false;

  add(x: Floats): void {
    const singles = x instanceof Float32Array ? x : Float32Array.from(x);
    const bits = new Uint32Array(singles.buffer, singles.byteOffset, singles.length);
    for (let i = 0; i < bits.length; i++) {
      const word = bits[i]!;
      this.bins[(word & 0x7fffffff) >>> BIN_SHIFT]!++;
      if (singles[i]! < 0) this.negative = true;
      const size = Math.abs(x[i]!);
      if (size > this.largest) this.largest = size;
    }
    this.total += bits.length;
  }

  /** Smallest magnitude that `share` of what was added does not exceed: the largest one for a share of 1. */
  quantile(share: number): number {
    if (share >= 1) return this.largest;
    const wanted = share * this.total;
    let seen = 0;
    for (let bin = 0; bin < this.bins.length; bin++) {
      seen += this.bins[bin]!;
      if (seen >= wanted) {
        const edge = new Float32Array(Uint32Array.of((bin + 1) << BIN_SHIFT).buffer)[0]!;
        return Math.min(edge, this.largest);
      }
    }
    return this.largest;
  }

  /**
   * A converter of `bits` whose range covers `share` of what was added: [0, q] where nothing was negative, [−q, q]
   * otherwise. Data of zeros only get a range of one.
   */
  converter(bits: number | null, share = 1): Converter {
    if (bits === null) return idealConverter;
    const high = this.quantile(share) || 1;
    return { bits, low: this.negative ? -high : 0, high };
  }
}

function codeOf(converter: Converter): Code {
  return converter.code ?? (converter.low < 0 ? 'sign-magnitude' : 'straight');
}
