/** Whether a is nowhere above b and somewhere below; NaN counts as above everything. */
export function dominates(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  let below = false;
  for (let j = 0; j < a.length; j++) {
    const [x, y] = [a[j]!, b[j]!];
    if (x < y) below = true;
    else if (x !== y && !(Number.isNaN(x) && Number.isNaN(y))) {
      if (!Number.isNaN(y)) return false;
      below = true;
    }
  }
  return below;
}

/** By how much constraints are exceeded together: Σ max(0, c); infinite where one is NaN. */
export function violationOf(constraints: readonly number[] = []): number {
  return constraints.reduce((sum, c) => (Number.isNaN(c) ? Number.POSITIVE_INFINITY : sum + Math.max(0, c)), 0);
}

/**
 * Rank of each point, 0 for those that none dominates: efficient non-dominated sort with binary search over fronts.
 * Points that exceed constraints, `violations` above 0, follow all feasible ones, ranked by how much alone
 * (Deb et al. 2002). Zhang et al., IEEE Transactions on Evolutionary Computation 19(2):201–213, 2015.
 */
export function ranksOf(values: readonly ArrayLike<number>[], violations?: ArrayLike<number>): Int32Array {
  const ranks = new Int32Array(values.length);
  const feasible: number[] = [];
  const others: number[] = [];
  for (let i = 0; i < values.length; i++) ((violations?.[i] ?? 0) > 0 ? others : feasible).push(i);
  feasible.sort((a, b) => lexicographic(values[a]!, values[b]!));
  const fronts: number[][] = [];
  for (const i of feasible) {
    let [low, high] = [0, fronts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (dominatedBy(fronts[middle]!, values, i)) low = middle + 1;
      else high = middle;
    }
    if (low === fronts.length) fronts.push([i]);
    else fronts[low]!.push(i);
    ranks[i] = low;
  }
  others.sort((a, b) => order(violations![a]!, violations![b]!));
  let rank = fronts.length - 1;
  others.forEach((i, at) => {
    if (at === 0 || violations![i] !== violations![others[at - 1]!]) rank++;
    ranks[i] = rank;
  });
  return ranks;
}

/** With two objectives the last of a front, lowest in the second, dominates whatever one of the front does. */
function dominatedBy(front: readonly number[], values: readonly ArrayLike<number>[], i: number): boolean {
  const point = values[i]!;
  const least = point.length === 2 ? front.length - 1 : 0;
  for (let k = front.length - 1; k >= least; k--) if (dominates(values[front[k]!]!, point)) return true;
  return false;
}

const order = (a: number, b: number): number => (a === b ? 0 : a < b || Number.isNaN(b) ? -1 : 1);

function lexicographic(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let j = 0; j < a.length; j++) {
    const sign = order(a[j]!, b[j]!);
    if (sign !== 0) return sign;
  }
  return 0;
}

/** Indices of the points that none dominates, in order. */
export function frontOf(values: readonly ArrayLike<number>[], violations?: ArrayLike<number>): number[] {
  const ranks = ranksOf(values, violations);
  return values.flatMap((_, i) => (ranks[i] === 0 && !((violations?.[i] ?? 0) > 0) ? [i] : []));
}

/**
 * Crowding distance of each point of one front: the sum over objectives of the gap between its two neighbours, as a
 * share of the front's range; infinite at the ends. Deb et al. 2002, section III.B.
 */
export function crowdingOf(values: readonly ArrayLike<number>[]): Float64Array {
  const distance = new Float64Array(values.length);
  const sorted = values.map((_, i) => i);
  for (let j = 0; j < (values[0]?.length ?? 0); j++) {
    sorted.sort((a, b) => order(values[a]![j]!, values[b]![j]!));
    const [first, last] = [sorted[0]!, sorted.at(-1)!];
    const range = values[last]![j]! - values[first]![j]!;
    distance[first] = Number.POSITIVE_INFINITY;
    distance[last] = Number.POSITIVE_INFINITY;
    if (!(range > 0)) continue;
    for (let k = 1; k < sorted.length - 1; k++) {
      distance[sorted[k]!]! += (values[sorted[k + 1]!]![j]! - values[sorted[k - 1]!]![j]!) / range;
    }
  }
  return distance;
}
