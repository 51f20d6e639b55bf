import type { CellState, CellStates } from './cell-states.ts';
import type { DistanceTable } from './distance-table.ts';

/** Steps of the mean from 0 to the largest weight. */
const steps = 128;
const bins = 512;

/**
 * The weights within ±1 that one, two or four devices can hold, one member for each place of a raster of means (nodes) and
 * spreads (bins). Of two and four devices only weights of 0 and more are kept: those below have the sides exchanged.
 */
export class WeightSet {
  readonly states: CellStates;
  readonly count: 1 | 2 | 4;
  /** Conductance per unit of weight and that of weight 0, S. */
  readonly gamma: number;
  readonly offset: number;
  /** Mean of the first node. */
  readonly low: number;
  readonly nodes: number;
  readonly bins = bins;
  /** Distance of two nodes. */
  readonly step = 1 / steps;
  readonly binWidth: number;
  /** Mean and spread of the member at each place, [nodes, bins], and the targets of its devices, S, [nodes, bins, count]. */
  readonly mean: Float64Array;
  readonly std: Float64Array;
  readonly targets: Float64Array;
  /** Nearest occupied bin of the node at or below each bin, and at or above; −1 for none. */
  readonly below: Int16Array;
  readonly above: Int16Array;
  readonly #occupied: Uint8Array;

  constructor(states: CellStates, count: 1 | 2 | 4, gamma: number, offset: number) {
    this.states = states;
    this.count = count;
    this.gamma = gamma;
    this.offset = offset;
    this.low = count === 1 ? -1 : 0;
    this.nodes = count === 1 ? 2 * steps + 1 : steps + 1;
    let largest = 0;
    for (const variance of states.variance) largest = Math.max(largest, variance);
    for (const { variance } of states.isolated) largest = Math.max(largest, variance);
    const std = Math.sqrt(largest * count) / gamma;
    this.binWidth = (std > 0 ? std * 1.001 : 1 / 1000) / bins;
    const places = this.nodes * bins;
    this.mean = new Float64Array(places);
    this.std = new Float64Array(places);
    this.targets = new Float64Array(places * count);
    this.below = new Int16Array(places);
    this.above = new Int16Array(places);
    this.#occupied = new Uint8Array(places);
    if (count === 1) this.#addSingles();
    else if (count === 2) this.#addPairs();
    else this.#addQuadruples();
    this.#index();
  }

  binOf(std: number): number {
    return Math.min(bins - 1, Math.floor(std / this.binWidth));
  }

  nodeOf(mean: number): number {
    return Math.min(this.nodes - 1, Math.max(0, Math.round((mean - this.low) / this.step)));
  }

  meanOfNode(node: number): number {
    return this.low + node * this.step;
  }

  /** Means and spreads of all members, those below 0 included. */
  points(): { mean: Float64Array; std: Float64Array } {
    const mean: number[] = [];
    const std: number[] = [];
    for (let at = 0; at < this.#occupied.length; at++) {
      if (this.#occupied[at] === 0) continue;
      mean.push(this.mean[at]!);
      std.push(this.std[at]!);
      if (this.count === 1 || this.mean[at] === 0) continue;
      mean.push(-this.mean[at]!);
      std.push(this.std[at]!);
    }
    return { mean: Float64Array.from(mean), std: Float64Array.from(std) };
  }

  /** Distance to the set over a grid half as wide again as the set. */
  distanceTable(): DistanceTable {
    const meanHigh = 1.5;
    const stdHigh = 1.5 * bins * this.binWidth;
    const meanSteps = 256;
    const stdSteps = 128;
    const values = new Float64Array((meanSteps + 1) * (stdSteps + 1));
    for (let j = 0; j <= stdSteps; j++) {
      const row = j * (meanSteps + 1);
      for (let i = 0; i <= meanSteps; i++) {
        const mean = -meanHigh + (2 * meanHigh * i) / meanSteps;
        const mirrored = this.count > 1 && mean < 0;
        if (!mirrored) values[row + i] = this.#distance(mean, (stdHigh * j) / stdSteps);
      }
      for (let i = 0; this.count > 1 && i < meanSteps / 2; i++) values[row + i] = values[row + meanSteps - i]!;
    }
    return { meanLow: -meanHigh, meanHigh, stdHigh, meanSteps, stdSteps, values };
  }

  #distance(mean: number, std: number): number {
    const { nodes, step, binWidth } = this;
    let least = Number.POSITIVE_INFINITY;
    const centre = this.nodeOf(mean);
    const bin = this.binOf(std);
    const beyond = Math.max(0, std - (bin + 1) * binWidth);
    for (let away = 0; away < nodes; away++) {
      if (away * step - step > least) break;
      for (let side = away === 0 ? 1 : -1; side <= 1; side += 2) {
        const node = centre + side * away;
        if (node < 0 || node >= nodes) continue;
        const d = Math.max(0, Math.abs(mean - this.meanOfNode(node)) - step / 2);
        for (let upper = 0; upper < 2; upper++) {
          const found = (upper ? this.above : this.below)[node * bins + bin]!;
          if (found < 0) continue;
          const apart = Math.max(0, Math.abs(found - bin) - 1) * binWidth + (found <= bin ? beyond : 0);
          least = Math.min(least, Math.hypot(d, found === bin ? beyond : apart));
        }
      }
    }
    return least;
  }

  #addSingles(): void {
    const { states, gamma, offset } = this;
    const { target, mean, variance, isolated } = states;
    for (let node = 0; node < this.nodes; node++) {
      const wanted = this.meanOfNode(node) * gamma + offset;
      const t = states.solve(wanted);
      if (t >= 0) this.#add(wanted - offset, states.along(variance, t), t);
    }
    if (mean.length > 0) {
      const last = mean.length - 1;
      this.#add(mean[0]! - offset, variance[0]!, target[0]!);
      this.#add(mean[last]! - offset, variance[last]!, target[last]!);
    }
    for (const s of isolated) this.#add(s.mean - offset, s.variance, s.target);
  }

  #addPairs(): void {
    const { states } = this;
    const { target, mean, variance, isolated } = states;
    for (let node = 0; node < this.nodes; node++) {
      const wanted = this.meanOfNode(node) * this.gamma;
      let previous = -1;
      let previousBin = 0;
      for (let k = 0; k < mean.length; k++) {
        const t = states.solve(mean[k]! - wanted);
        if (t < 0) {
          previous = -1;
          continue;
        }
        const total = variance[k]! + states.along(variance, t);
        const bin = this.binOf(Math.sqrt(total) / this.gamma);
        if (previous >= 0 && Math.abs(bin - previousBin) > 1) {
          this.#bridge(previous, target[k]!, wanted, Math.abs(bin - previousBin));
        }
        this.#add(wanted, total, target[k]!, t);
        previous = target[k]!;
        previousBin = bin;
      }
      for (const s of isolated) {
        const negative = states.solve(s.mean - wanted);
        if (negative >= 0) this.#add(wanted, s.variance + states.along(variance, negative), s.target, negative);
        const positive = states.solve(s.mean + wanted);
        if (positive >= 0) this.#add(wanted, s.variance + states.along(variance, positive), positive, s.target);
      }
    }
    for (const a of isolated)
      for (const b of isolated) this.#add(a.mean - b.mean, a.variance + b.variance, a.target, b.target);
  }

  /** Adds states between two neighbouring ones of the branch whose spreads are several bins apart. */
  #bridge(from: number, to: number, wanted: number, parts: number): void {
    const { states } = this;
    const { mean, variance } = states;
    for (let i = 1; i < parts; i++) {
      const p = from + ((to - from) * i) / parts;
      const n = states.solve(states.along(mean, p) - wanted);
      if (n >= 0) this.#add(wanted, states.along(variance, p) + states.along(variance, n), p, n);
    }
  }

  #addQuadruples(): void {
    const { target, mean, variance, isolated } = this.states;
    const single: CellState[] = thin(isolated, 48).slice();
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
      for (const n of side) this.#add(p.mean - n.mean, p.variance + n.variance, p.a, p.b, n.a, n.b);
    }
  }

  /** Adds a member of this mean, S, and variance, S², unless its place is taken or outside. */
  #add(mean: number, variance: number, a: number, b = 0, c = 0, d = 0): void {
    const node = Math.round((mean / this.gamma - this.low) / this.step);
    if (node < 0 || node >= this.nodes) return;
    const std = Math.sqrt(variance) / this.gamma;
    const at = node * bins + this.binOf(std);
    if (this.#occupied[at] === 1) return;
    this.#occupied[at] = 1;
    this.mean[at] = mean / this.gamma;
    this.std[at] = std;
    const { targets, count } = this;
    targets[count * at] = a;
    if (count > 1) targets[count * at + 1] = b;
    if (count < 4) return;
    targets[count * at + 2] = c;
    targets[count * at + 3] = d;
  }

  /** Finds the nearest occupied bins; with four devices, gaps of the sampling are closed first. */
  #index(): void {
    const { nodes, below, above } = this;
    const occupied = this.#occupied;
    if (this.count === 4) this.#closeGaps(4);
    for (let node = 0; node < nodes; node++) {
      const from = node * bins;
      let last = -1;
      for (let b = 0; b < bins; b++) {
        if (occupied[from + b] === 1) last = b;
        below[from + b] = last;
      }
      last = -1;
      for (let b = bins - 1; b >= 0; b--) {
        if (occupied[from + b] === 1) last = b;
        above[from + b] = last;
      }
    }
  }

  #closeGaps(longest: number): void {
    for (let node = 0; node < this.nodes; node++) {
      let last = -1;
      for (let b = 0; b < bins; b++) {
        const at = node * bins + b;
        if (this.#occupied[at] === 0) continue;
        for (let gap = last + 1; last >= 0 && b - last <= longest && gap < b; gap++) this.#copy(at, node * bins + gap);
        last = b;
      }
    }
  }

  #copy(from: number, to: number): void {
    this.#occupied[to] = 1;
    this.mean[to] = this.mean[from]!;
    this.std[to] = this.std[from]!;
    this.targets.copyWithin(to * this.count, from * this.count, (from + 1) * this.count);
  }
}

function thin<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))]!);
}
