import { insist } from '../base/index.ts';
import { frontOf } from './domination.ts';

/** Disjoint boxes; those without a lower end in an objective begin at −∞. */
export interface Boxes {
  readonly count: number;
  /** [count, objectives]. */
  readonly lower: Float64Array;
  /** [count, objectives]. */
  readonly upper: Float64Array;
}

interface Strip {
  left: number;
  right: number;
  readonly height: number;
  /** Third objective from which on the strip is as it is. */
  start: number;
}

type Emit = (lower: readonly number[], upper: readonly number[]) => void;

/**
 * The part of the space below `reference` that no point dominates, for 1 to 4 objectives, all minimised. With two it is
 * a strip per point and one more; with three a sweep along the third objective cuts off strips where a point changes
 * them, at most two boxes per point and one (Yang, Emmerich, Deutz & Bäck, Journal of Global Optimization 75:3–34,
 * 2019); with four, slices of that.
 */
export function nondominatedBoxes(points: readonly ArrayLike<number>[], reference: readonly number[]): Boxes {
  const m = reference.length;
  insist(m >= 1 && m <= 4, `nondominatedBoxes: takes 1 to 4 objectives, got ${m}; leave some out.`);
  const inside = points.filter(point => reference.every((r, j) => point[j]! < r)).map(point => Array.from(point));
  const lower: number[] = [];
  const upper: number[] = [];
  const emit: Emit = (low, high) => {
    if (low.some((x, j) => !(x < high[j]!))) return;
    lower.push(...low);
    upper.push(...high);
  };
  const none = Number.NEGATIVE_INFINITY;
  if (m === 1) emit([none], [inside.reduce((least, [a]) => Math.min(least, a!), reference[0]!)]);
  else if (m === 2) {
    const flat = inside.map(([a, b]) => [a!, b!, none]);
    sweep(flat, [...reference, 0], ([a, b], [c, d]) => emit([a!, b!], [c!, d!]));
  } else if (m === 3) sweep(inside, reference, emit);
  else {
    const sorted = frontOf(inside)
      .map(i => inside[i]!)
      .sort((a, b) => a[3]! - b[3]!);
    let from = none;
    [...sorted.map(point => point[3]!), reference[3]!].forEach((to, k) => {
      const start = from;
      if (to > start) sweep(sorted.slice(0, k), reference, (low, high) => emit([...low, start], [...high, to]));
      from = to;
    });
  }
  return { count: lower.length / m, lower: Float64Array.from(lower), upper: Float64Array.from(upper) };
}

/** Boxes of three objectives; points may be dominated. */
function sweep(points: readonly (readonly number[])[], [r0, r1, r2]: readonly number[], emit: Emit): void {
  const none = Number.NEGATIVE_INFINITY;
  const strips: Strip[] = [{ left: none, right: r0!, height: r1!, start: none }];
  const close = ({ left, right, height, start }: Strip, end: number) => {
    if (start < end) emit([left, none, start], [right, height, end]);
  };
  for (const [x, y, z] of [...points].sort((a, b) => Number(a[2]! > b[2]!) - Number(a[2]! < b[2]!))) {
    let [low, high] = [0, strips.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (strips[middle]!.right > x!) high = middle;
      else low = middle + 1;
    }
    let end = low;
    while (end < strips.length && strips[end]!.height > y!) end++;
    if (end === low) continue;
    const cut = strips.slice(low, end);
    for (const strip of cut) close(strip, z!);
    const first = cut[0]!;
    const kept = first.left < x! ? [{ left: first.left, right: x!, height: first.height, start: z! }] : [];
    strips.splice(low, end - low, ...kept, { left: x!, right: cut.at(-1)!.right, height: y!, start: z! });
  }
  for (const strip of strips) close(strip, r2!);
}
