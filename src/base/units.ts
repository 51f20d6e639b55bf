import { InputError } from './errors.ts';
import { brief } from './fault.ts';
import { suggest } from './names.ts';

/** SI scale of every unit a quantity may be written in, by dimension. */
const units = {
  conductance: { S: 1, mS: 1e-3, uS: 1e-6, µS: 1e-6, nS: 1e-9, pS: 1e-12 },
  resistance: {
    Ω: 1,
    ohm: 1,
    Ohm: 1,
    kohm: 1e3,
    kOhm: 1e3,
    kΩ: 1e3,
    Mohm: 1e6,
    MOhm: 1e6,
    MΩ: 1e6,
    Gohm: 1e9,
    GOhm: 1e9,
    GΩ: 1e9,
    mohm: 1e-3,
    mΩ: 1e-3,
  },
  voltage: { V: 1, mV: 1e-3, uV: 1e-6, µV: 1e-6 },
  current: { A: 1, mA: 1e-3, uA: 1e-6, µA: 1e-6, nA: 1e-9, pA: 1e-12 },
  time: {
    s: 1,
    ms: 1e-3,
    us: 1e-6,
    µs: 1e-6,
    ns: 1e-9,
    min: 60,
    h: 3600,
    d: 86400,
    day: 86400,
    days: 86400,
    y: 31557600,
  },
  energy: { J: 1, mJ: 1e-3, uJ: 1e-6, µJ: 1e-6, nJ: 1e-9, pJ: 1e-12, fJ: 1e-15, aJ: 1e-18 },
  length: { m: 1, mm: 1e-3, um: 1e-6, µm: 1e-6, nm: 1e-9 },
  area: { m2: 1, mm2: 1e-6, um2: 1e-12, µm2: 1e-12 },
  power: { W: 1, mW: 1e-3, uW: 1e-6, µW: 1e-6, nW: 1e-9 },
  frequency: { Hz: 1, kHz: 1e3, MHz: 1e6, GHz: 1e9 },
  temperature: { K: 1 },
} as const satisfies Record<string, Record<string, number>>;

export type Dimension = keyof typeof units;

/** SI unit of a dimension, as printed. */
export const siUnit: Readonly<Record<Dimension, string>> = {
  conductance: 'S',
  resistance: 'Ω',
  voltage: 'V',
  current: 'A',
  time: 's',
  energy: 'J',
  length: 'm',
  area: 'm²',
  power: 'W',
  frequency: 'Hz',
  temperature: 'K',
};

/**
 * One spelling of what is written with different characters: compatibility forms (full-width digits and letters, the ohm
 * sign U+2126, superscripts, spaces that do not break) become plain ones (Unicode NFKC), the Greek mu becomes the micro sign,
 * and the minus sign a hyphen.
 */
export function plainText(text: string): string {
  return text.normalize('NFKC').replaceAll('μ', 'µ').replaceAll('−', '-');
}

const numberAndUnit = /^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(\S*)\s*$/;

/**
 * A quantity in SI units: a number is taken as SI; a text is a number and a unit (`25 uS`, `1 d`, `0.2 V`), in any spelling
 * that `plainText` makes one of these. `where` is the option or place that the fault names.
 */
export function parseQuantity(value: number | string, dimension: Dimension, where?: string): number {
  const path = where === undefined ? [] : [where];
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    throw new InputError({ path, rule: 'must be a finite number', value });
  }
  const match = numberAndUnit.exec(plainText(value));
  if (!match) {
    throw new InputError({
      path,
      rule: `cannot read '${brief(value)}' as a ${dimension}`,
      value,
      hint: `write a number and a unit, such as '1 ${siUnit[dimension]}'`,
    });
  }
  const number = Number(match[1]);
  if (!Number.isFinite(number)) throw new InputError({ path, rule: 'must be a finite number', value });
  const unit = match[2]!;
  if (unit === '') return number;
  const scales: Readonly<Record<string, number>> = units[dimension];
  if (Object.hasOwn(scales, unit)) return number * scales[unit]!;
  throw new InputError({
    path,
    rule: `unknown unit '${brief(unit)}' of ${dimension} in '${brief(value)}'`,
    value,
    hint: suggest(unit, Object.keys(scales)),
  });
}

/** The dimension that a text's unit belongs to; undefined where it has none that is known. */
export function dimensionOf(text: string): Dimension | undefined {
  const unit = numberAndUnit.exec(plainText(text))?.[2] ?? '';
  const dimensions = Object.keys(units) as Dimension[];
  return dimensions.find(dimension => Object.hasOwn(units[dimension], unit));
}

const prefixes = [
  [1e-18, 'a'],
  [1e-15, 'f'],
  [1e-12, 'p'],
  [1e-9, 'n'],
  [1e-6, 'µ'],
  [1e-3, 'm'],
  [1, ''],
  [1e3, 'k'],
  [1e6, 'M'],
  [1e9, 'G'],
  [1e12, 'T'],
] as const;

/** A number with an SI prefix and three significant digits: `2.5e-5, 'S'` → `25 µS`. */
export function formatQuantity(value: number, unit: string, digits = 3): string {
  if (!Number.isFinite(value)) return `${value} ${unit}`;
  if (value === 0) return `0 ${unit}`;
  const size = Math.abs(value) * (1 + 1e-12);
  let chosen: readonly [number, string] = prefixes[0];
  for (const prefix of prefixes) if (size >= prefix[0]) chosen = prefix;
  return `${Number((value / chosen[0]).toPrecision(digits))} ${chosen[1]}${unit}`;
}

/** A duration as people say it: `20 s`, `1 h`, `3 d`, `10 y`. */
export function formatDuration(seconds: number): string {
  for (const [scale, unit] of [
    [31557600, 'y'],
    [86400, 'd'],
    [3600, 'h'],
    [60, 'min'],
  ] as const) {
    if (seconds >= scale) return `${Number((seconds / scale).toPrecision(3))} ${unit}`;
  }
  return formatQuantity(seconds, 's');
}
