import { z } from 'zod';
import { InputError } from '../../base/index.ts';
import { type Place, pathOf } from './definition.ts';

export const activationSchema = z
  .enum(['linear', 'relu', 'tanh', 'hardtanh'])
  .describe('What follows: relu, tanh, hardtanh (clipped at ±1) or linear; linear by default.');

export const biasSchema = z.boolean().describe('Adds one offset per output; true by default.');

export const numbersSchema = z.array(z.number()).min(1);

export const fromSchema = z
  .union([z.string().min(1), z.int().min(0)])
  .optional()
  .describe(
    'Module of a file, such as bn1 or 2 of a Sequential, from which `posterohm import posterior` takes the numbers; none by default.',
  );

const side = z.int().min(1).max(4096);

/** A window of images: one number for a square, or both sides as a text. */
export const windowSchema = z.union([side, z.string().regex(/^[1-9]\d{0,3}x[1-9]\d{0,3}$/, "must be like 3 or '5x3'")]);

export const strideSchema = side.describe('Steps from one window to the next; 1 by default.');

export const paddingSchema = z
  .union([z.int().min(0).max(4096), z.enum(['same', 'valid'])])
  .describe(
    "Zeros on every side: a number, 'same' for as many outputs as inputs (divided by the stride), or 'valid' for none; valid by default.",
  );

/** Height and width of a window. */
export function sidesOf(window: number | string): [height: number, width: number] {
  if (typeof window === 'number') return [window, window];
  return window.split('x').map(Number) as [number, number];
}

/** Zeros before and after `size` numbers under a kernel. */
export function paddingOf(padding: number | string, size: number, kernel: number, stride: number): [number, number] {
  if (typeof padding === 'number') return [padding, padding];
  if (padding === 'valid') return [0, 0];
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + kernel - size);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** A shape as images or signals (of height 1); without a channel axis there is one channel. */
export function imagesOf(place: Place, kind: string, axes: 1 | 2): ImageShape {
  const { inputShape } = place;
  const [channels, ...sides] = inputShape.length === axes ? [1, ...inputShape] : inputShape;
  if (sides.length !== axes) {
    const wanted = axes === 2 ? '[channels, height, width]' : '[channels, length]';
    throw new InputError({
      path: pathOf(place),
      rule: `'${kind}' needs inputs ${wanted}, but gets [${inputShape.join(', ')}]`,
      hint: 'let the data keep its axes (flatten: false) and put dense layers last',
    });
  }
  const [height, width] = axes === 2 ? (sides as [number, number]) : ([1, sides[0]!] as const);
  return { channels: channels!, height, width };
}

/** Stops where a window does not fit. */
export function checkFit(place: Place, kind: string, rows: number, columns: number): void {
  if (rows >= 1 && columns >= 1) return;
  throw new InputError({
    path: pathOf(place),
    rule: `the window of '${kind}' is larger than its inputs [${place.inputShape.join(', ')}] with their padding`,
    hint: 'use a smaller one or padding=same',
  });
}
