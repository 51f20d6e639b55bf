import type { Programming } from './group.ts';
import { type Line, lineThrough } from './lines.ts';

/** How conductances change with time, as the fit can tell. */
export const laws = ['none', 'power', 'shifted-power', 'logarithmic', 'standstill'] as const;

export type Law = (typeof laws)[number];

/** Laws that go on changing beyond the last read: each a straight line in its own scales. */
export type AgeingLaw = 'power' | 'shifted-power' | 'logarithmic';

/** In words, for notes and errors. */
export const lawNames: Readonly<Record<Law, string>> = {
  none: 'no change',
  power: 'a power law in plain t, (t/t₁)^−ν',
  'shifted-power': 'a power law in shifted t, ((t + t₀)/t₀)^−ν',
  logarithmic: 'a shift in proportion to ln t',
  standstill: 'standing still after the last read',
};

/** Whether the line is one of ln G; of G otherwise. */
export const isPower = (law: Law): law is 'power' | 'shifted-power' => law === 'power' || law === 'shifted-power';

/** The scale of time in which a law is a line; `start` is t₁ or t₀, s. Null where the law says nothing of that time. */
export function axisOf(law: AgeingLaw, time: number, start: number): number | null {
  if (law === 'shifted-power') return Math.log1p(time / start);
  if (law === 'power') return Math.log(Math.max(time, start) / start);
  return time > 0 ? Math.log(time) : null;
}

/** Points of the line that is laid at the moment: laws are laid through thousands of programmings one after the other. */
let points = { x: new Float64Array(16), y: new Float64Array(16) };

/** The line of a law through the reads of one programming up to a time; null where there are too few. */
export function lineOf(
  law: AgeingLaw,
  { times, means }: Pick<Programming, 'times' | 'means'>,
  start: number,
  until = Number.POSITIVE_INFINITY,
): Line | null {
  const most = times.length;
  if (points.x.length < most) points = { x: new Float64Array(2 * most), y: new Float64Array(2 * most) };
  const { x, y } = points;
  const logarithmic = isPower(law);
  let n = 0;
  for (let i = 0; i < times.length && times[i]! <= until; i++) {
    const axis = axisOf(law, times[i]!, start);
    if (axis === null) continue;
    if (logarithmic && !(means[i]! > 0)) return null;
    x[n] = axis;
    y[n++] = logarithmic ? Math.log(means[i]!) : means[i]!;
  }
  return lineThrough(x, y, n);
}
