/**
 * Variance that a mean over chips and rows owes to which rows there were, from losses [chips, rows]: of rows as they are,
 * without what belongs to single pairs of chip and row, which is part of how chips differ. Rows of one group are one piece of
 * evidence. With one chip the two cannot be told apart, and all counts; with one group there is nothing to tell by: 0.
 *
 * Mean squares of a crossed design with rows at random: E[rows] = σ²_R + σ²_RC/n, E[pairs] = σ²_RC, each of sums over groups
 * (Searle, Casella & McCulloch, Variance Components, 1992, section 4.5); never below 0.
 */
export function rowVariance(
  losses: ArrayLike<number>,
  chips: number,
  rows: number,
  groups?: ArrayLike<number>,
): number {
  const place = placesOf(rows, groups);
  const count = place.length === 0 ? 0 : Math.max(...place) + 1;
  if (count < 2) return 0;
  const ofRow = new Float64Array(rows);
  const ofChip = new Float64Array(chips);
  for (let c = 0, at = 0; c < chips; c++) {
    for (let r = 0; r < rows; r++, at++) {
      ofRow[r]! += losses[at]! / chips;
      ofChip[c]! += losses[at]! / rows;
    }
  }
  const mean = ofChip.reduce((sum, value) => sum + value, 0) / chips;
  const sums = new Float64Array(count);
  for (let r = 0; r < rows; r++) sums[place[r]!]! += ofRow[r]! - mean;
  const raise = count / (count - 1) / rows ** 2;
  const between = raise * squares(sums);
  if (chips === 1) return between;
  let pairs = 0;
  for (let c = 0; c < chips; c++) {
    const own = new Float64Array(count);
    for (let r = 0; r < rows; r++) own[place[r]!]! += losses[c * rows + r]! - ofChip[c]! - ofRow[r]! + mean;
    pairs += squares(own);
  }
  return Math.max(0, between - (raise * pairs) / (chips * (chips - 1)));
}

/** The number of each row's group, from 0; every row its own where there are none. */
export function placesOf(rows: number, groups: ArrayLike<number> | undefined): number[] {
  const known = new Map<number, number>();
  return Array.from({ length: rows }, (_, r) => {
    const group = groups ? groups[r]! : r;
    if (!known.has(group)) known.set(group, known.size);
    return known.get(group)!;
  });
}

const squares = (values: Float64Array): number => values.reduce((sum, value) => sum + value * value, 0);
