import { insist } from '../base/index.ts';
import { interpolate } from './curves.ts';
import type { Device } from './device.ts';
import type { DistanceTable } from './distance-table.ts';
import { momentsAt } from './moments.ts';

/** A weight that devices can hold. */
export interface ReachableWeight {
  readonly mean: number;
  readonly std: number;
  /** Target of each device of the weight, S: those counted positively first, then those counted negatively. */
  readonly targets: readonly number[];
}

const nodes = 257;
const bins = 512;

/** Realised mean and variance of the states a cell can be programmed to: a continuous branch and isolated states. */
export interface States {
  readonly target: Float64Array;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  readonly isolated: readonly { readonly target: number; readonly mean: number; readonly variance: number }[];
}

export function statesOf(device: Device, time: number): States {
  const state = (target: number) => {
    const { mean, std } = momentsAt(device, target, time);
    return { target, mean, variance: std * std };
  };
  const { low, high } = device.range;
  const count = device.levels ? 0 : 600;
  const branch = Array.from({ length: count }, (_, i) => state(low + ((high - low) * i) / (count - 1)));
  const mean = Float64Array.from(branch, s => s.mean);
  for (let i = 1; i < count; i++) if (mean[i]! <= mean[i - 1]!) mean[i] = mean[i - 1]! * (1 + 1e-12);
  const alone = low > 0 ? [0, ...(device.levels ?? [])] : [...(device.levels ?? [])];
  return {
    target: Float64Array.from(branch, s => s.target),
    mean,
    variance: Float64Array.from(branch, s => s.variance),
    isolated: alone.map(state),
  };
}

/** Members of a reachable set by mean (nodes) and spread (bins), and the searches over them. */
export class WeightSet {
  /** Member in each (mean node, spread bin), −1 for none; [nodes, bins]. */
  private readonly member = new Int32Array(nodes * bins).fill(-1);
  /** Nearest occupied bin at or below, and at or above; −1 for none. */
  private readonly below = new Int16Array(nodes * bins);
  private readonly above = new Int16Array(nodes * bins);
  private readonly meanOf: number[] = [];
  private readonly stdOf: number[] = [];
  private readonly targetsOf: number[][] = [];
  private readonly step: number;
  private readonly binWidth: number;
  private readonly states: States;
  private readonly count: 1 | 2 | 4;
  private readonly gamma: number;
  private readonly offset: number;
  private readonly limit: number;

  constructor(states: States, count: 1 | 2 | 4, gamma: number, offset: number, limit: number) {
    this.states = states;
    this.count = count;
    this.gamma = gamma;
    this.offset = offset;
    this.limit = limit;
    this.step = (2 * limit) / (nodes - 1);
    let largest = 0;
    for (const variance of states.variance) largest = Math.max(largest, variance);
    for (const { variance } of states.isolated) largest = Math.max(largest, variance);
    const std = Math.sqrt(largest * count) / gamma;
    this.binWidth = (std > 0 ? std * 1.001 : limit / 1000) / bins;
  }

  addSingles(): void {
    const { target, mean, variance, isolated } = this.states;
    for (let node = 0; node < nodes; node++) {
      const wanted = this.meanOfNode(node) * this.gamma + this.offset;
      const t = this.solve(wanted);
      if (t !== null) this.add(wanted - this.offset, this.along(variance, t), [t]);
    }
    if (mean.length > 0) {
      const last = mean.length - 1;
      this.add(mean[0]! - this.offset, variance[0]!, [target[0]!]);
      this.add(mean[last]! - this.offset, variance[last]!, [target[last]!]);
    }
    for (const s of isolated) this.add(s.mean - this.offset, s.variance, [s.target]);
  }

  addPairs(): void {
    const { target, mean, variance, isolated } = this.states;
    for (let node = 0; node < nodes; node++) {
      const wanted = this.meanOfNode(node) * this.gamma;
      let previous: { t: number; bin: number } | null = null;
      for (let k = 0; k < mean.length; k++) {
        const t = this.solve(mean[k]! - wanted);
        if (t === null) {
          previous = null;
          continue;
        }
        const total = variance[k]! + this.along(variance, t);
        const bin = this.binOf(Math.sqrt(total) / this.gamma);
        if (previous && Math.abs(bin - previous.bin) > 1)
          this.bridge(previous.t, target[k]!, wanted, Math.abs(bin - previous.bin));
        this.add(wanted, total, [target[k]!, t]);
        previous = { t: target[k]!, bin };
      }
      for (const s of isolated) {
        const negative = this.solve(s.mean - wanted);
        if (negative !== null) this.add(wanted, s.variance + this.along(variance, negative), [s.target, negative]);
        const positive = this.solve(s.mean + wanted);
        if (positive !== null) this.add(wanted, s.variance + this.along(variance, positive), [positive, s.target]);
      }
    }
    for (const a of isolated)
      for (const b of isolated) this.add(a.mean - b.mean, a.variance + b.variance, [a.target, b.target]);
  }

  addQuadruples(): void {
    const { target, mean, variance, isolated } = this.states;
    const single = thin(isolated, 48).slice();
    const coarse = mean.length > 0 ? 44 : 0;
    for (let i = 0; i < coarse; i++) {
      const k = Math.round((i * (mean.length - 1)) / (coarse - 1));
      single.push({ target: target[k]!, mean: mean[k]!, variance: variance[k]! });
    }
    const side: { a: number; b: number; mean: number; variance: number }[] = [];
    for (let i = 0; i < single.length; i++) {
      for (let j = 0; j <= i; j++) {
        const [p, q] = [single[i]!, single[j]!];
        side.push({ a: p.target, b: q.target, mean: p.mean + q.mean, variance: p.variance + q.variance });
      }
    }
    for (const p of side) {
      for (const n of side) {
        const at = this.place(p.mean - n.mean, p.variance + n.variance);
        if (at >= 0 && this.member[at]! < 0)
          this.keep(at, p.mean - n.mean, p.variance + n.variance, [p.a, p.b, n.a, n.b]);
      }
    }
  }

  /** Precomputes the nearest occupied bins; with four devices, gaps of the sampling are closed first. */
  index(): void {
    if (this.count === 4) this.closeGaps(4);
    for (let node = 0; node < nodes; node++) {
      const from = node * bins;
      let last = -1;
      for (let b = 0; b < bins; b++) {
        if (this.member[from + b]! >= 0) last = b;
        this.below[from + b] = last;
      }
      last = -1;
      for (let b = bins - 1; b >= 0; b--) {
        if (this.member[from + b]! >= 0) last = b;
        this.above[from + b] = last;
      }
    }
  }

  points(): { mean: Float64Array; std: Float64Array } {
    return { mean: Float64Array.from(this.meanOf), std: Float64Array.from(this.stdOf) };
  }

  nearest(mean: number, std: number): ReachableWeight {
    insist(
      std > 0 && Number.isFinite(mean),
      `reachable weight: needs a finite mean and a positive spread, got ${mean} and ${std}.`,
    );
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    const centre = this.nodeOf(mean);
    const consider = (node: number, found: number): void => {
      if (found < 0) return;
      const member = this.member[node * bins + found]!;
      const divergence = divergenceOf(mean, std, this.meanOf[member]!, this.stdOf[member]!);
      if (divergence >= least) return;
      least = divergence;
      best = member;
    };
    for (let away = 0; away < nodes; away++) {
      const gap = Math.max(0, away - 1) * this.step;
      // The divergence of a state `gap` away is at least ½ ln(1 + (gap/std)²).
      if ((gap / std) ** 2 > Math.expm1(2 * least)) break;
      for (let side = away === 0 ? 1 : -1; side <= 1; side += 2) {
        const node = centre + side * away;
        if (node < 0 || node >= nodes) continue;
        const d = mean - this.meanOfNode(node);
        const at = node * bins + this.binOf(Math.sqrt(std * std + d * d));
        consider(node, this.below[at]!);
        consider(node, this.above[at]!);
      }
    }
    return this.refine(best, mean, std);
  }

  distanceTable(): DistanceTable {
    const meanHigh = 1.5 * this.limit;
    const stdHigh = 1.5 * bins * this.binWidth;
    const meanSteps = 256;
    const stdSteps = 128;
    const values = new Float64Array((meanSteps + 1) * (stdSteps + 1));
    for (let j = 0; j <= stdSteps; j++) {
      for (let i = 0; i <= meanSteps; i++) {
        values[j * (meanSteps + 1) + i] = this.distance(
          -meanHigh + (2 * meanHigh * i) / meanSteps,
          (stdHigh * j) / stdSteps,
        );
      }
    }
    return { meanLow: -meanHigh, meanHigh, stdHigh, meanSteps, stdSteps, values };
  }

  private distance(mean: number, std: number): number {
    let least = Number.POSITIVE_INFINITY;
    const centre = this.nodeOf(mean);
    const bin = this.binOf(std);
    const beyond = Math.max(0, std - (bin + 1) * this.binWidth);
    for (let away = 0; away < nodes; away++) {
      if (away * this.step - this.step > least) break;
      for (const node of away === 0 ? [centre] : [centre - away, centre + away]) {
        if (node < 0 || node >= nodes) continue;
        const d = Math.max(0, Math.abs(mean - this.meanOfNode(node)) - this.step / 2);
        for (const found of [this.below[node * bins + bin]!, this.above[node * bins + bin]!]) {
          if (found < 0) continue;
          const apart = Math.max(0, Math.abs(found - bin) - 1) * this.binWidth + (found <= bin ? beyond : 0);
          least = Math.min(least, Math.hypot(d, found === bin ? beyond : apart));
        }
      }
    }
    return least;
  }

  /** Moves the continuous devices of a member, first to meet the mean, then downhill, while the divergence falls. */
  private refine(member: number, mean: number, std: number): ReachableWeight {
    const { target } = this.states;
    let targets = this.targetsOf[member]!;
    let moments = { mean: this.meanOf[member]!, std: this.stdOf[member]! };
    const last = target.length - 1;
    if (last < 0) return { ...moments, targets };
    let least = divergenceOf(mean, std, moments.mean, moments.std);
    const attempt = (device: number, t: number | null): boolean => {
      if (t === null || t < target[0]! || t > target[last]!) return false;
      const moved = targets.map((old, i) => (i === device ? t : old));
      const found = this.momentsOf(moved);
      const value = divergenceOf(mean, std, found.mean, found.std);
      if (value >= least) return false;
      least = value;
      targets = moved;
      moments = found;
      return true;
    };
    const free = targets.flatMap((t, i) => (t < target[0]! || this.isIsolated(t) ? [] : [i]));
    for (const device of free) {
      const shift = this.signOf(device) * (mean - moments.mean) * this.gamma;
      attempt(device, this.solve(this.along(this.states.mean, targets[device]!) + shift));
    }
    for (let step = (target[last]! - target[0]!) / 256; step > (target[last]! - target[0]!) / 4096; step /= 2) {
      for (const device of free) {
        for (const move of [step, -step]) {
          for (let n = 0; n < 8 && attempt(device, targets[device]! + move); n++);
        }
      }
    }
    return { ...moments, targets };
  }

  /** Mean and spread of a weight held at these targets. */
  private momentsOf(targets: readonly number[]): { mean: number; std: number } {
    const { mean, variance, isolated } = this.states;
    let sum = -this.offset;
    let total = 0;
    for (let i = 0; i < targets.length; i++) {
      const t = targets[i]!;
      const alone = isolated.find(s => s.target === t);
      sum += this.signOf(i) * (alone ? alone.mean : this.along(mean, t));
      total += alone ? alone.variance : this.along(variance, t);
    }
    return { mean: sum / this.gamma, std: Math.sqrt(total) / this.gamma };
  }

  private signOf(device: number): 1 | -1 {
    return this.count > 1 && device >= this.count / 2 ? -1 : 1;
  }

  private isIsolated(target: number): boolean {
    return this.states.isolated.some(s => s.target === target);
  }

  /** Adds states between two neighbouring ones of the branch whose spreads are several bins apart. */
  private bridge(from: number, to: number, wanted: number, parts: number): void {
    const { mean, variance } = this.states;
    for (let i = 1; i < parts; i++) {
      const p = from + ((to - from) * i) / parts;
      const n = this.solve(this.along(mean, p) - wanted);
      if (n !== null) this.add(wanted, this.along(variance, p) + this.along(variance, n), [p, n]);
    }
  }

  private closeGaps(longest: number): void {
    for (let node = 0; node < nodes; node++) {
      let last = -1;
      for (let b = 0; b < bins; b++) {
        const at = node * bins + b;
        if (this.member[at]! < 0) continue;
        if (last >= 0 && b - last <= longest)
          for (let g = last + 1; g < b; g++) this.member[node * bins + g] = this.member[at]!;
        last = b;
      }
    }
  }

  /** `values` of the branch at a target; its targets are uniform. */
  private along(values: Float64Array, t: number): number {
    const { target } = this.states;
    const last = target.length - 1;
    const position = ((t - target[0]!) / (target[last]! - target[0]!)) * last;
    const at = Math.min(last - 1, Math.max(0, Math.floor(position)));
    return values[at]! + (position - at) * (values[at + 1]! - values[at]!);
  }

  /** Target on the branch whose realised mean is `mean`, null where there is none. */
  private solve(mean: number): number | null {
    const { mean: means, target } = this.states;
    const last = means.length - 1;
    if (last < 0) return null;
    const slack = 1e-9 * means[last]!;
    if (mean < means[0]! - slack || mean > means[last]! + slack) return null;
    return interpolate(means, target, mean);
  }

  private add(mean: number, variance: number, targets: number[]): void {
    const at = this.place(mean, variance);
    if (at >= 0 && this.member[at]! < 0) this.keep(at, mean, variance, targets);
  }

  private place(mean: number, variance: number): number {
    const node = Math.round((mean / this.gamma + this.limit) / this.step);
    return node < 0 || node >= nodes ? -1 : node * bins + this.binOf(Math.sqrt(variance) / this.gamma);
  }

  private keep(at: number, mean: number, variance: number, targets: number[]): void {
    this.member[at] = this.meanOf.length;
    this.meanOf.push(mean / this.gamma);
    this.stdOf.push(Math.sqrt(variance) / this.gamma);
    this.targetsOf.push(targets);
  }

  private binOf(std: number): number {
    return Math.min(bins - 1, Math.floor(std / this.binWidth));
  }

  private nodeOf(mean: number): number {
    return Math.min(nodes - 1, Math.max(0, Math.round((mean + this.limit) / this.step)));
  }

  private meanOfNode(node: number): number {
    return -this.limit + node * this.step;
  }
}

function thin<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))]!);
}

/** KL(N(m, s²) ‖ N(mean, std²)); a spread of zero is infinitely far. */
function divergenceOf(m: number, s: number, mean: number, std: number): number {
  if (std <= 0) return 1e12 * (1 + Math.abs(m - mean));
  return Math.log(std / s) + (s * s + (m - mean) ** 2) / (2 * std * std) - 0.5;
}
