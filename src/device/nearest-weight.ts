import { InputError } from '../base/index.ts';
import type { WeightSet } from './weight-set.ts';

/** Share of a device's range that a step of the descent takes first, and the share below which it ends. */
const firstStep = 1 / 16;
const lastStep = 1 / 4096;

/** Steps of one length and direction that the descent takes at most. */
const mostSteps = 8;

/** Divergence at which the descent ends, nats. */
const near = 1e-4;

/**
 * The weight of a set that minimises KL(N(mean, std²) ‖ N(weight)): the best member of the set's raster, and the best if
 * each could move to the mean asked for as far as its neighbour, from where the continuous devices move, first to meet the
 * mean, then downhill. The divergence is that of an exhaustive search to within `ReachableDomain.nearest`'s bound. Holds what
 * it found last; nothing allocates.
 */
export class NearestWeight {
  /** Mean and spread found, for weights within ±1. */
  mean = 0;
  std = 0;
  /** Target of each device, S: those counted positively first, then those counted negatively. */
  readonly targets: Float64Array;
  readonly #set: WeightSet;
  readonly #means: Float64Array;
  readonly #variances: Float64Array;
  /** Targets of the other start while one descends. */
  readonly #kept: Float64Array;
  #divergence = 0;

  constructor(set: WeightSet) {
    this.#set = set;
    this.targets = new Float64Array(set.count);
    this.#means = new Float64Array(set.count);
    this.#variances = new Float64Array(set.count);
    this.#kept = new Float64Array(set.count);
  }

  find(mean: number, std: number): void {
    if (!(std > 0 && Number.isFinite(mean))) {
      throw new InputError(`reachable weight: needs a finite mean and a positive spread, got ${mean} and ${std}.`);
    }
    if (this.#set.count === 1 || mean >= 0) {
      this.#search(mean, std);
      return;
    }
    this.#search(-mean, std);
    this.mean = -this.mean;
    const side = this.targets.length / 2;
    for (let k = 0; k < side; k++) {
      const positive = this.targets[k]!;
      this.targets[k] = this.targets[side + k]!;
      this.targets[side + k] = positive;
    }
  }

  #search(mean: number, std: number): void {
    const set = this.#set;
    const { nodes, bins, step } = set;
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    let hopeful = -1;
    let hoped = Number.POSITIVE_INFINITY;
    const centre = set.nodeOf(mean);
    for (let away = 0; away < nodes; away++) {
      const gap = Math.max(0, away - 1) * step;
      // The divergence of a state `gap` away is at least ½ ln(1 + (gap/std)²).
      if ((gap / std) ** 2 > Math.expm1(2 * least)) break;
      for (let side = away === 0 ? 1 : -1; side <= 1; side += 2) {
        const node = centre + side * away;
        if (node < 0 || node >= nodes) continue;
        const d = mean - set.meanOfNode(node);
        const place = node * bins + set.binOf(Math.sqrt(std * std + d * d));
        for (let upper = 0; upper < 2; upper++) {
          const bin = (upper ? set.above : set.below)[place]!;
          if (bin < 0) continue;
          const at = node * bins + bin;
          const apart = Math.abs(mean - set.mean[at]!);
          const divergence = divergenceOf(std, apart, set.std[at]!);
          if (divergence < least) {
            least = divergence;
            best = at;
          }
          const hope = divergenceOf(std, Math.max(0, apart - step), set.std[at]!);
          if (hope < hoped) {
            hoped = hope;
            hopeful = at;
          }
        }
      }
    }
    this.#from(best, mean, std);
    if (hopeful === best || set.states.target.length === 0 || this.#divergence < near) return;
    const [foundMean, foundStd, divergence] = [this.mean, this.std, this.#divergence];
    this.#kept.set(this.targets);
    this.#from(hopeful, mean, std);
    if (this.#divergence <= divergence) return;
    this.mean = foundMean;
    this.std = foundStd;
    this.targets.set(this.#kept);
  }

  /** Begins at a member and moves downhill. */
  #from(member: number, mean: number, std: number): void {
    const set = this.#set;
    this.mean = set.mean[member]!;
    this.std = set.std[member]!;
    this.#divergence = divergenceOf(std, mean - this.mean, this.std);
    for (let k = 0; k < set.count; k++) this.targets[k] = set.targets[member * set.count + k]!;
    if (set.states.target.length > 0) this.#descend(mean, std);
  }

  #descend(mean: number, std: number): void {
    const { states, gamma, count } = this.#set;
    const { target } = states;
    const low = target[0]!;
    const range = target[target.length - 1]! - low;
    for (let k = 0; k < count; k++) {
      const t = this.targets[k]!;
      const free = t >= low;
      this.#means[k] = free ? states.along(states.mean, t) : states.isolated[0]!.mean;
      this.#variances[k] = free ? states.along(states.variance, t) : states.isolated[0]!.variance;
    }
    for (let step = range * firstStep; step > range * lastStep; step /= 2) {
      for (let k = 0; k < count; k++) {
        if (this.targets[k]! < low) continue;
        const shift = this.#signOf(k) * (mean - this.mean) * gamma;
        this.#attempt(k, states.solve(this.#means[k]! + shift), -1, mean, std);
        for (let partner = -1; partner < k; partner++) {
          if (this.#divergence < near) return;
          if (partner >= 0 && this.targets[partner]! < low) continue;
          for (let n = 0; n < mostSteps && this.#attempt(k, this.targets[k]! + step, partner, mean, std); n++);
          for (let n = 0; n < mostSteps && this.#attempt(k, this.targets[k]! - step, partner, mean, std); n++);
        }
      }
    }
  }

  /** Moves device k to target t where that brings the divergence down; a partner, unless −1, moves so that the mean is met. */
  #attempt(k: number, t: number, partner: number, mean: number, std: number): boolean {
    const { states, gamma, offset, count } = this.#set;
    const { target } = states;
    if (t < target[0]! || t > target[target.length - 1]!) return false;
    const m = states.along(states.mean, t);
    const v = states.along(states.variance, t);
    let sum = -offset;
    let total = 0;
    for (let j = 0; j < count; j++) {
      if (j === partner) continue;
      sum += this.#signOf(j) * (j === k ? m : this.#means[j]!);
      total += j === k ? v : this.#variances[j]!;
    }
    let partnerTarget = 0;
    let partnerMean = 0;
    let partnerVariance = 0;
    if (partner >= 0) {
      partnerTarget = states.solve(this.#signOf(partner) * (mean * gamma - sum));
      if (partnerTarget < 0) return false;
      partnerMean = states.along(states.mean, partnerTarget);
      partnerVariance = states.along(states.variance, partnerTarget);
      sum += this.#signOf(partner) * partnerMean;
      total += partnerVariance;
    }
    const foundMean = sum / gamma;
    const foundStd = Math.sqrt(total) / gamma;
    const divergence = divergenceOf(std, mean - foundMean, foundStd);
    if (divergence >= this.#divergence) return false;
    this.#divergence = divergence;
    this.mean = foundMean;
    this.std = foundStd;
    this.targets[k] = t;
    this.#means[k] = m;
    this.#variances[k] = v;
    if (partner < 0) return true;
    this.targets[partner] = partnerTarget;
    this.#means[partner] = partnerMean;
    this.#variances[partner] = partnerVariance;
    return true;
  }

  #signOf(device: number): number {
    return this.#set.count > 1 && device >= this.#set.count / 2 ? -1 : 1;
  }
}

/** KL(N(apart, s²) ‖ N(0, std²)); a spread of zero is infinitely far. */
function divergenceOf(s: number, apart: number, std: number): number {
  if (std <= 0) return 1e12 * (1 + Math.abs(apart));
  return Math.log(std / s) + (s * s + apart * apart) / (2 * std * std) - 0.5;
}
