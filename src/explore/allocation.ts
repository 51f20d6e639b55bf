import { logBelow } from '../search/index.ts';
import type { Judged } from './problem.ts';

/** A trial as an allocation looks at it. */
export interface Candidate {
  /** What its evidence of rungs 0 … k says, for every k that is known. */
  readonly levels: readonly Judged[];
  /** [objectives]: standard deviation of one block. */
  readonly spreads: readonly number[];
  readonly blocks: number;
}

/** The rival that comes closest to dominating a trial, and the objective that it has to win for that. */
interface Threat {
  readonly rival: number;
  readonly objective: number;
  /** By how much the rival is worse there. */
  readonly gap: number;
  /** Square of the gap over the variance that it is known with; infinite where it is certain. */
  readonly clarity: number;
}

/** Differences smaller than this share of their noise count as so large, so that no trial takes everything. */
const SMALLEST_GAP = 1e-3;

/**
 * Shares of further blocks by which it becomes clear soonest which trials none dominates: multi-objective optimal computing
 * budget allocation, Lee, Chew, Teng & Goldsman, IIE Transactions 42(9):656–674, 2010. A trial takes blocks for the sake of
 * its own place, as its noise over its gap to the rival that dominates it most nearly, squared; or, where others depend on
 * it more, for the sake of theirs. [candidates], sum 1; undefined where every place is certain. Objectives count as
 * independent, and so do trials: with blocks that all trials share, differences are known better than this says.
 */
export function allocationOf(candidates: readonly Candidate[]): number[] | undefined {
  if (candidates.length < 2) return undefined;
  const threats = candidates.map((_, i) => threatTo(candidates, i));
  const dependent = candidates.map((_, i) => threats.flatMap(({ rival }, h) => (rival === i ? [h] : [])));
  const forItself = threats.map((threat, i) => dependent[i]!.every(h => isNearer(threat, threats[h]!)));
  const own = threats.map((threat, i) => (forItself[i] ? needOf(candidates, i, threat) : 0));
  const shares = own.map((need, i) => {
    if (forItself[i]) return need;
    return Math.sqrt(
      dependent[i]!.reduce((sum, h) => {
        const k = threats[h]!.objective;
        const [mine, theirs] = [candidates[i]!.spreads[k]!, candidates[h]!.spreads[k]!];
        return sum + (theirs > 0 ? (mine / theirs) ** 2 : 1) * own[h]! ** 2;
      }, 0),
    );
  });
  const total = shares.reduce((sum, share) => sum + share, 0);
  return total > 0 ? shares.map(share => share / total) : undefined;
}

/** Whether one place is less clear than another; of two that are as clear, that of the trial which seems dominated. */
const isNearer = (one: Threat, other: Threat): boolean =>
  one.clarity < other.clarity || (one.clarity === other.clarity && one.gap < other.gap);

function threatTo(candidates: readonly Candidate[], i: number): Threat {
  let most = Number.NEGATIVE_INFINITY;
  let found: Threat | undefined;
  for (let j = 0; j < candidates.length; j++) {
    if (j === i) continue;
    const { chance, threat } = rivalry(candidates[i]!, candidates[j]!, j);
    if (found && !(chance > most)) continue;
    [most, found] = [chance, threat];
  }
  return found!;
}

/** Logarithm of the chance that the rival is nowhere worse, and where that is least likely. */
function rivalry(own: Candidate, other: Candidate, rival: number): { chance: number; threat: Threat } {
  const rung = Math.min(own.levels.length, other.levels.length) - 1;
  const [mine, theirs] = [own.levels[rung]!.values, other.levels[rung]!.values];
  let chance = 0;
  let worst = Number.NEGATIVE_INFINITY;
  let threat: Threat | undefined;
  for (let k = 0; k < mine.length; k++) {
    const gap = theirs[k]! - mine[k]!;
    const noise = Math.sqrt(own.spreads[k]! ** 2 / own.blocks + other.spreads[k]! ** 2 / other.blocks);
    const z = noise > 0 ? gap / noise : gap > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    chance += z === Number.NEGATIVE_INFINITY ? 0 : logBelow(-z);
    if (threat && !(z > worst)) continue;
    worst = z;
    threat = { rival, objective: k, gap, clarity: z ** 2 };
  }
  return { chance, threat: threat! };
}

/** The share of one that takes blocks for its own place, up to a common factor. */
function needOf(candidates: readonly Candidate[], i: number, { rival, objective, gap, clarity }: Threat): number {
  if (clarity === Number.POSITIVE_INFINITY) return 0;
  const [own, other] = [candidates[i]!, candidates[rival]!];
  const noise = own.spreads[objective]! ** 2 + (other.spreads[objective]! ** 2 * own.blocks) / other.blocks;
  return noise / Math.max(gap ** 2, SMALLEST_GAP ** 2 * noise);
}
