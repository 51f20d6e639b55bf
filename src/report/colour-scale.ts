import { channels } from './palette.ts';

/** Colours of a range of numbers: 256 steps, values beyond the ends take the colours of the ends. */
export interface ColourScale {
  readonly domain: readonly [number, number];
  /** Red, green, blue of every step, [256 × 3]. */
  readonly table: Uint8Array;
}

/** Steps of a scale. */
export const STEPS = 256;

/** A scale that runs straight from one colour over white to another. */
export function between(low: string, high: string, domain: readonly [number, number]): ColourScale {
  const [a, b] = [channels(low), channels(high)];
  const table = new Uint8Array(3 * STEPS);
  for (let i = 0; i < STEPS; i++) {
    const u = (2 * i) / (STEPS - 1) - 1;
    const end = u < 0 ? a : b;
    for (let c = 0; c < 3; c++) table[3 * i + c] = Math.round(255 + Math.abs(u) * (end[c]! - 255));
  }
  return { domain, table };
}

/** Writes the colour of `value` at `at`; NaN becomes a pale grey. */
export function paint(scale: ColourScale, value: number, out: Uint8Array, at: number): void {
  if (Number.isNaN(value)) {
    out.fill(0xec, at, at + 3);
    return;
  }
  const [low, high] = scale.domain;
  const step = Math.round(((value - low) / (high - low)) * (STEPS - 1));
  const from = 3 * Math.min(STEPS - 1, Math.max(0, step));
  for (let c = 0; c < 3; c++) out[at + c] = scale.table[from + c]!;
}
