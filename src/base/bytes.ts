import { InputError } from './errors.ts';

const units: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** A number of bytes from text such as `20GB`, `1.5 GiB` or `4096`; `where` is the option that the fault names. */
export function parseBytes(text: string, where: string): number {
  const [, number = '', unit = 'b'] = /^\s*([\d.]+(?:e\d+)?)\s*([kmgt]?i?b)?\s*$/i.exec(text) ?? [];
  const bytes = Math.round(Number(number || Number.NaN) * (units[unit.toLowerCase()] ?? Number.NaN));
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new InputError({
    path: [where],
    rule: 'must be a positive number of bytes',
    value: text,
    hint: 'write it as 20GB, 500 MB or 4 GiB',
  });
}

/** Bytes for people, in three digits: `4.2 GB`. */
export function formatBytes(bytes: number): string {
  for (const [unit, scale] of [
    ['TB', 1e12],
    ['GB', 1e9],
    ['MB', 1e6],
    ['kB', 1e3],
  ] as const) {
    // What would round up to a thousand of one unit is told in the next.
    if (bytes >= 0.9995 * scale) return `${Number((bytes / scale).toPrecision(3))} ${unit}`;
  }
  return `${Math.round(bytes)} B`;
}
