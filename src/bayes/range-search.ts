import { atOnce, type Pieces } from '../base/index.ts';
import {
  largestInputs,
  type RangeSharing,
  scaledRanges,
  type WeightRanges,
  WeightSizes,
  weightLimits,
} from '../network/index.ts';
import { bestPoint } from './draw.ts';
import { addPrefix, type Training, withPrefix } from './method.ts';
import type { RangeField } from './methods/fields.ts';
import type { Model } from './model.ts';
import type { MomentPosterior } from './posterior.ts';

/** Which part of training within ranges: a short trial of a candidate, or the training itself. */
export type Attempt = 'trial' | 'final';

/** Ranges of weights that training may take place within. */
export interface HeldRanges {
  readonly ranges: WeightRanges;
  /** Largest |w| that each weight's cells hold, [weights]. */
  readonly limits: Float32Array;
}

/**
 * What tells one candidate from others: its largest |w|, or its share of the largest |w| of each layer, or of the network, at the
 * start, or what one layer's range is of that of the best before.
 */
export type CandidateName =
  | { readonly limit: number }
  | { readonly share: number; readonly of: 'layer' | 'column' | 'network' }
  | { readonly factor: number; readonly layer: string };

/**
 * Shares of the largest |w| at the starting point that a search tries: of what shares a range, of the network for all alike, and
 * then, where layers have ranges of their own, one layer's range after the other times each of `moves`, from the best so far.
 */
export interface TriedShares {
  readonly own: readonly number[];
  readonly alike?: readonly number[];
  readonly moves?: readonly number[];
}

const startingPoint = 'starting point';

export interface RangeSearch {
  /** Finds the point to start from. */
  readonly point: Training;
  readonly candidates: RangeCandidates;
  readonly steps: Readonly<Record<Attempt, number>>;
  /** Training of weights within the ranges that starts at `begin`; its first step is number `from` of all. */
  within(held: HeldRanges, begin: Float32Array, attempt: Attempt, from: number): Pieces<Training>;
  /** What is least for the best candidate. */
  score(posterior: MomentPosterior, held: HeldRanges): Pieces<number>;
}

/** Ranges to try, as many for any starting point; a single one needs no trial. */
export interface RangeCandidates {
  readonly count: number;
  /** What distinguishes each, and makes it from a starting point and the scores of those before. */
  readonly names: readonly (CandidateName | undefined)[];
  held(number: number, begin: Float32Array, scores: ArrayLike<number>): HeldRanges;
}

/** Inputs that are looked at for what bias lines may be driven with. */
const mostRows = 256;

/** What bias lines are driven with at least where inputs reach as far, for biases may grow in training. */
const leastBiasDrive = 1;

/**
 * The candidates that an option names: ranges as given, or for 'search' the shares of the largest |w| at the starting point.
 */
export function rangeCandidates(
  { network, train, validation }: Model,
  sharing: RangeSharing,
  option: RangeField,
  shares: TriedShares,
): RangeCandidates {
  const { matrices, size } = network;
  const sizesAt = (begin: Float32Array, by = sharing) => {
    const { inputs, count } = validation ?? train;
    const seen = largestInputs(network, begin, inputs, Math.min(count, mostRows));
    return atOnce(WeightSizes.of(matrices, by, { vectors: begin, size, inputs: seen, leastBiasDrive }));
  };
  const held = (ranges: WeightRanges): HeldRanges => ({ ranges, limits: weightLimits(matrices, ranges) });
  if (option === 'search') {
    const first = namesOf(shares, sharing);
    const moves = sharing === 'network' ? [] : movesOf(shares, matrices);
    const rangesOf = (number: number, begin: Float32Array, scores: ArrayLike<number>): WeightRanges => {
      const move = moves[number - first.length];
      if (move) {
        const before = number - ((number - first.length) % shares.moves!.length);
        const ranges = rangesOf(leastOf(scores, before), begin, scores);
        return ranges.map(one => (one.name === move.layer ? scaledRanges([one], move.factor)[0]! : one));
      }
      const { share, of } = first[number]!;
      const ranges = scaledRanges(atOnce(sizesAt(begin, of).holding(1)), share);
      return of === sharing ? ranges : sizesAt(begin).within(ranges.map(({ limit }) => Number(limit)));
    };
    const names = [...first, ...moves];
    return { count: names.length, names, held: (...at) => held(rangesOf(...at)) };
  }
  const given = Array.isArray(option) ? option : [option];
  return {
    count: given.length,
    names: given.map(limit => (typeof limit === 'number' ? { limit } : undefined)),
    held(number, begin) {
      const limit = given[number]!;
      return held(
        sizesAt(begin).within(matrices.map(({ name }) => (typeof limit === 'number' ? limit : limit[name]!))),
      );
    },
  };
}

function namesOf({ own, alike = [] }: TriedShares, sharing: RangeSharing) {
  if (sharing === 'network') return [...new Set([...own, ...alike])].map(share => ({ share, of: sharing }));
  return [...own.map(share => ({ share, of: sharing })), ...alike.map(share => ({ share, of: 'network' as const }))];
}

const movesOf = ({ moves = [] }: TriedShares, layers: readonly { readonly name: string }[]) =>
  layers.flatMap(({ name }) => moves.map(factor => ({ factor, layer: name })));

/** Number of the least of the first `count` scores. */
function leastOf(scores: ArrayLike<number>, count = scores.length): number {
  let least = 0;
  for (let i = 1; i < count; i++) if (scores[i]! < scores[least]!) least = i;
  return least;
}

/** Trials that an option makes before the training itself of a network of so many layers of weights. */
export function trialsOf(option: RangeField, shares: TriedShares, sharing: RangeSharing, layers: number): number {
  const moves = sharing === 'network' ? 0 : (shares.moves?.length ?? 0) * layers;
  const count =
    option === 'search' ? namesOf(shares, sharing).length + moves : Array.isArray(option) ? option.length : 1;
  return count > 1 ? count : 0;
}

/** Training from a point estimate, within the ranges that do best of the candidates in a trial each. */
export function trainWithinBestRanges(search: RangeSearch): Training {
  const { point, steps, within, score, candidates } = search;
  const trials = candidates.count > 1 ? candidates.count : 0;
  const scores = new Float64Array(trials).fill(Number.NaN);
  const lengths = [point.steps, ...Array.from(scores, () => steps.trial), steps.final];
  let begin: Float32Array = new Float32Array(0);
  let phase = 0;
  let held: HeldRanges;
  let own: Training = point;

  const isFinal = (which = phase) => which === lengths.length - 1;
  function* enter(next: number): Pieces<void> {
    if (next > 0) {
      const found = candidates.held(isFinal(next) ? leastOf(scores) : next - 1, begin, scores);
      const from = lengths.slice(0, next).reduce((a, b) => a + b, 0);
      const inside = begin.map((w, i) => Math.min(found.limits[i]!, Math.max(-found.limits[i]!, w)));
      own = yield* within(found, inside, isFinal(next) ? 'final' : 'trial', from);
      held = found;
    }
    phase = next;
  }
  const posterior = () => own.finish() as MomentPosterior;

  const placeOf = (place: number) => {
    let index = place;
    let now = 0;
    while (index >= lengths[now]!) index -= lengths[now++]!;
    return { now, index };
  };

  return {
    steps: lengths.reduce((a, b) => a + b, 0),
    *prepare(place) {
      const { now, index } = placeOf(place);
      if (index === 0) {
        if (phase > 0 && phase < now) scores[phase - 1] = yield* score(posterior(), held);
        yield* enter(now);
      }
      if (own.prepare) yield* own.prepare(index);
    },
    step(place) {
      const { index } = placeOf(place);
      const info = own.step(index);
      if (phase === 0) {
        if (index === point.steps - 1) begin = bestPoint(point.finish());
        return { ...info, note: startingPoint, phase: startingPoint };
      }
      if (isFinal()) return info;
      return { note: `weight ranges, trial ${phase} of ${trials}` };
    },
    save() {
      const inner = own.save();
      return {
        arrays: { begin: begin.slice(), scores: scores.slice(), ...addPrefix(inner.arrays, 'own.') },
        numbers: { phase, ...addPrefix(inner.numbers, 'own.') },
      };
    },
    load({ arrays, numbers }) {
      begin = Float32Array.from(arrays.begin!);
      scores.set(arrays.scores!);
      atOnce(enter(numbers.phase!));
      own.load({ arrays: withPrefix(arrays, 'own.'), numbers: withPrefix(numbers, 'own.') });
    },
    finish() {
      const found = posterior();
      if (trials === 0) return found;
      const tried = candidates.names.map((name, i) => ({ ...name, nll: scores[i]! }));
      return { ...found, info: { ...found.info, tried } };
    },
  };
}
