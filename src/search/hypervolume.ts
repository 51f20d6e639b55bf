import { nondominatedBoxes } from './boxes.ts';
import { frontOf } from './domination.ts';

/**
 * Volume below `reference` that the points dominate, exact, for 1 to 4 objectives, all minimised. Points that do not lie
 * below the reference in every objective add nothing. Time grows as n log n with up to three objectives, n² with four.
 */
export function hypervolume(points: readonly ArrayLike<number>[], reference: readonly number[]): number {
  const ideal = reference.map((r, j) => points.reduce((least, point) => Math.min(least, point[j]!), r));
  const volume = (lower: ArrayLike<number>, upper: ArrayLike<number>, at = 0) =>
    ideal.reduce((product, least, j) => product * Math.max(0, upper[at + j]! - Math.max(least, lower[at + j]!)), 1);
  const boxes = nondominatedBoxes(points, reference);
  let free = 0;
  for (let b = 0; b < boxes.count; b++) free += volume(boxes.lower, boxes.upper, b * reference.length);
  return volume(ideal, reference) - free;
}

/** By how much the hypervolume of the points' front falls without each; 0 for those that another dominates or equals. */
export function contributionsOf(points: readonly ArrayLike<number>[], reference: readonly number[]): Float64Array {
  const contributions = new Float64Array(points.length);
  const front = frontOf(points);
  if (reference.length === 2) {
    const inside = front.filter(i => points[i]![0]! < reference[0]! && points[i]![1]! < reference[1]!);
    inside.sort((a, b) => points[a]![0]! - points[b]![0]!);
    inside.forEach((i, k) => {
      const right = k + 1 < inside.length ? points[inside[k + 1]!]![0]! : reference[0]!;
      const top = k > 0 ? points[inside[k - 1]!]![1]! : reference[1]!;
      contributions[i] = (right - points[i]![0]!) * (top - points[i]![1]!);
    });
    return contributions;
  }
  const all = hypervolume(points, reference);
  for (const i of front) {
    const others = front.filter(k => k !== i).map(k => points[k]!);
    contributions[i] = Math.max(0, all - hypervolume(others, reference));
  }
  return contributions;
}
