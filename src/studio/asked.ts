import { dimensionOf, InputError, parseQuantity, plainText } from '../base/index.ts';

/** A number or a name of a design that may be asked for. */
export interface Askable {
  readonly name: string;
  /** SI unit of an objective; `1` for plain numbers, absent of a variable. */
  readonly unit?: string;
  readonly better?: 'lower' | 'higher';
}

/** What is asked of one number or name of a design; ends belong to what is allowed. */
export interface Condition {
  readonly name: string;
  readonly most?: number;
  readonly least?: number;
  readonly is?: string;
}

const signs = {
  most: ['<=', '<', 'under', 'below', 'at most', 'up to'],
  least: ['>=', '>', 'over', 'above', 'at least', 'from'],
  is: ['=', 'is'],
} as const;

const pattern = new RegExp(
  `^(?:"([^"]*)"|(.*?))\\s*(${Object.values(signs)
    .flat()
    .toSorted((a, b) => b.length - a.length)
    .map(sign => (/^\w/.test(sign) ? `\\b${sign}\\b` : sign))
    .join('|')})\\s*(.+)$`,
  'i',
);

/**
 * What a text asks of designs, such as `under 1 µJ and ECE ≤ .03` or `hardware.device is pcm-ibm`: conditions joined by `and`. A name may be
 * a part of the whole one, in quotes or not, and may be left out where the unit says which objective is meant.
 */
export function conditionsIn(text: string, known: readonly Askable[]): readonly Condition[] {
  const plain = plainText(text).replaceAll('≤', '<=').replaceAll('≥', '>=');
  return plain
    .split(/;|\band\b(?=(?:[^"]*"[^"]*")*[^"]*$)/i)
    .map(part => part.trim())
    .filter(part => part !== '')
    .map(part => conditionIn(part, known));
}

function conditionIn(part: string, known: readonly Askable[]): Condition {
  const found = pattern.exec(part);
  if (!found) throw unread(part, 'write a name, a sign and a number, such as ECE <= 0.03');
  const [, quoted, bare = '', sign, value] = found as unknown as [string, string | undefined, string, string, string];
  const side = (Object.keys(signs) as (keyof typeof signs)[]).find(one =>
    (signs[one] as readonly string[]).includes(sign.toLowerCase()),
  )!;
  const { name, unit } = meant((quoted ?? bare).trim(), value, known);
  if (side === 'is') return { name, is: value.trim() };
  const dimension = unit === undefined ? undefined : dimensionOf(`1 ${unit}`);
  const number = dimension ? parseQuantity(value, dimension, name) : Number(value);
  if (!Number.isFinite(number)) throw unread(part, `'${value}' is no number`);
  return { name, [side]: number };
}

/** Which number or name a condition is about. */
function meant(word: string, value: string, known: readonly Askable[]): Askable {
  const lower = (text: string) => text.toLowerCase().replaceAll(/[\s_-]/g, '');
  const by = (holds: (one: Askable) => boolean) => {
    const found = known.filter(holds);
    return found.length === 1 ? found[0] : undefined;
  };
  const dimension = dimensionOf(value);
  const one =
    word === ''
      ? by(({ unit }) => unit !== undefined && dimension !== undefined && dimensionOf(`1 ${unit}`) === dimension)
      : (by(({ name }) => lower(name) === lower(word)) ??
        by(({ name }) => lower(name).startsWith(lower(word))) ??
        by(({ name }) => lower(name).includes(lower(word))));
  if (one) return one;
  const names = known.map(({ name }) => name);
  throw new InputError({
    path: ['ask'],
    rule:
      word === '' ? `'${value}' says of no one objective what it is` : `'${word}' names no one objective or variable`,
    hint: word === '' ? `begin with its name: ${names.join(', ')}` : `known: ${names.join(', ')}`,
  });
}

const unread = (value: string, hint: string) => new InputError({ path: ['ask'], rule: 'is no condition', value, hint });

/** The text that asks for these conditions. */
export const askedText = (conditions: readonly Condition[]): string =>
  conditions
    .flatMap(({ name, most, least, is }) => [
      ...(most === undefined ? [] : [`"${name}" <= ${most}`]),
      ...(least === undefined ? [] : [`"${name}" >= ${least}`]),
      ...(is === undefined ? [] : [`"${name}" is ${is}`]),
    ])
    .join(' and ');

/** By how much a value misses a condition, in its own units; 0 where it keeps it, infinite where it cannot be told. */
export function missOf({ most, least, is }: Condition, value: number | string | boolean | undefined): number {
  if (is !== undefined) return String(value) === is ? 0 : Number.POSITIVE_INFINITY;
  if (typeof value !== 'number' || Number.isNaN(value)) return Number.POSITIVE_INFINITY;
  return Math.max(0, value - (most ?? value), (least ?? value) - value);
}
