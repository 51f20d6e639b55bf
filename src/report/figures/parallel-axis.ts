import { formatNumber, formatQuantity } from '../../base/index.ts';
import { takesPrefix } from '../in-units.ts';

/** One upright axis: a variable or an objective. */
export interface ParallelAxis {
  readonly name: string;
  /** Names in their order; a range where absent. */
  readonly values?: readonly string[];
  readonly low?: number;
  readonly high?: number;
  readonly logarithmic?: boolean;
  /** SI unit of its numbers; plain ones where absent. */
  readonly unit?: string;
}

const gap = 96;

/** Pixels around the axes of the figure: `top` and `bottom` of the plot itself, `above` it the names of the colours. */
export const parallelMargins = { side: 50, above: 26, top: 46, bottom: 14 } as const;

export const parallelSize = (axes: number) => ({ width: Math.max(640, gap * axes + 60), height: 340 });

/** Where the axes stand in the whole figure, as shares of its width and height, from the upper left. */
export function parallelPlaces(axes: number): {
  readonly top: number;
  readonly bottom: number;
  readonly x: readonly number[];
} {
  const { width, height } = parallelSize(axes);
  const { side, above, top, bottom } = parallelMargins;
  const whole = height + above;
  const step = (width - 2 * side) / (axes - 1);
  return {
    top: (above + top) / whole,
    bottom: (whole - bottom) / whole,
    x: Array.from({ length: axes }, (_, i) => (side + i * step) / width),
  };
}

/** Where a value stands on an axis, 0 at its foot … 1 at its head. */
export function placeOn({ values, low = 0, high = 1, logarithmic }: ParallelAxis, value: number | string): number {
  if (values) return values.length < 2 ? 0.5 : values.indexOf(String(value)) / (values.length - 1);
  const scaled = (x: number) => (logarithmic ? Math.log(x) : x);
  const [a, b] = [scaled(low), scaled(high)];
  return b > a ? (scaled(Number(value)) - a) / (b - a) : 0.5;
}

/** The number that stands at a place of an axis without names; the opposite of `placeOn`. */
export function numberOn({ low = 0, high = 1, logarithmic }: ParallelAxis, place: number): number {
  return logarithmic ? low * (high / low) ** place : low + (high - low) * place;
}

/** A number of an axis in words: `36.6 pJ`, or to three digits. */
export const textOn = ({ unit }: ParallelAxis, value: number): string =>
  unit !== undefined && takesPrefix(unit) ? formatQuantity(value, unit) : formatNumber(value, 3);
