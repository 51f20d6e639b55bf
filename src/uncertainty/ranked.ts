import { tied } from '../base/index.ts';

/** Inputs by rising score, in groups of scores that are one number but for rounding. */
export interface Ranked {
  /** Inputs, least score first, [N]. */
  readonly order: Uint32Array;
  /** Group g holds `order[starts[g]]` to `order[starts[g + 1] − 1]`; the last entry is N. */
  readonly starts: readonly number[];
}

/**
 * Ranks `scores`, [N]. A group reaches from its least score to the last that is `tied` with that one, so that groups do
 * not depend on the order of the inputs and crowded scores do not chain up.
 */
export function ranked(scores: ArrayLike<number>): Ranked {
  const count = scores.length;
  const order = Uint32Array.from({ length: count }, (_, n) => n).sort((a, b) => scores[a]! - scores[b]!);
  const starts: number[] = [];
  for (let next = 0; next < count; ) {
    const least = scores[order[next]!]!;
    starts.push(next++);
    while (next < count && tied(scores[order[next]!]!, least)) next++;
  }
  starts.push(count);
  return { order, starts };
}
