import { normalQuantile } from '../random/index.ts';
import type { QuantileShape } from './device.ts';
import { normalDensity, normalDistribution } from './special.ts';

/** What a standard normal becomes in a measured distribution: deviates of mean 0, and of variance 1 at each of its targets. */
export interface Deviates {
  /** At a target, S. */
  at(target: number, normal: number): number;
  /** Spread of the deviates at a target: 1, a little less between the measured ones. */
  std(target: number): number;
  /** The lowest deviate at a target. */
  lowest(target: number): number;
  /** For many cells, from a table that is within 0.01 of `at`: standard normals become deviates, in place. */
  fill(normals: Float32Array, of: Float32Array): Float32Array;
}

/** Steps of the table over the targets and over standard normals from −4 to 4. */
const rows = 256;
const columns = 512;
const outermost = 4;

const known = new WeakMap<QuantileShape, Deviates>();

/** The deviates of a shape, made once. */
export function deviatesOf(shape: QuantileShape): Deviates {
  const found = known.get(shape) ?? make(shape);
  known.set(shape, found);
  return found;
}

function make({ targets, probabilities, quantiles }: QuantileShape): Deviates {
  const nodes = Float64Array.from(probabilities, normalQuantile);
  const measured = quantiles.map(values => standardised(nodes, values));
  const shared = measured.map((row, i) => inner(nodes, row, measured[i + 1] ?? row));
  const along = (row: Float64Array, normal: number): number => {
    const [low, share] = placeOf(nodes, normal);
    return row[low]! + share * (row[low + 1]! - row[low]!);
  };
  const at = (target: number, normal: number): number => {
    const [low, share] = placeOf(targets, target);
    const from = along(measured[low]!, normal);
    return share === 0 ? from : from + share * (along(measured[low + 1]!, normal) - from);
  };
  let table: Float32Array | undefined;
  return {
    at,
    std(target) {
      const [low, share] = placeOf(targets, target);
      return Math.sqrt((1 - share) ** 2 + share ** 2 + 2 * share * (1 - share) * shared[low]!);
    },
    lowest(target) {
      const [low, share] = placeOf(targets, target);
      return (1 - share) * measured[low]![0]! + share * measured[Math.min(low + 1, measured.length - 1)]![0]!;
    },
    fill(normals, of) {
      table ??= tabulated(at, targets);
      return interpolated(normals, of, table, targets);
    },
  };
}

/** Deviates on a grid of targets and standard normals, [rows + 1, columns + 1]. */
function tabulated(at: Deviates['at'], targets: readonly number[]): Float32Array {
  const table = new Float32Array((rows + 1) * (columns + 1));
  const [low, high] = [targets[0]!, targets.at(-1)!];
  for (let i = 0; i <= rows; i++) {
    const target = low + ((high - low) * i) / rows;
    for (let j = 0; j <= columns; j++) {
      table[i * (columns + 1) + j] = at(target, outermost * ((2 * j) / columns - 1));
    }
  }
  return table;
}

function interpolated(
  normals: Float32Array,
  of: Float32Array,
  table: Float32Array,
  targets: readonly number[],
): Float32Array {
  const low = targets[0]!;
  const perTarget = targets.length > 1 ? rows / (targets.at(-1)! - low) : 0;
  const perNormal = columns / (2 * outermost);
  for (let i = 0; i < normals.length; i++) {
    const r = Math.min(rows, Math.max(0, (of[i]! - low) * perTarget));
    const c = Math.min(columns, Math.max(0, (normals[i]! + outermost) * perNormal));
    const row = Math.min(rows - 1, Math.floor(r));
    const column = Math.min(columns - 1, Math.floor(c));
    const k = row * (columns + 1) + column;
    const upper = table[k]! + (c - column) * (table[k + 1]! - table[k]!);
    const m = k + columns + 1;
    const lower = table[m]! + (c - column) * (table[m + 1]! - table[m]!);
    normals[i] = upper + (r - row) * (lower - upper);
  }
  return normals;
}

/** Segment of ascending x that holds a value, and the share of it before the value; held within x. */
function placeOf(x: ArrayLike<number>, value: number): readonly [segment: number, share: number] {
  const last = x.length - 1;
  if (last === 0 || !(value > x[0]!)) return [0, 0];
  if (value >= x[last]!) return [last - 1, 1];
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle]! <= value) low = middle;
    else high = middle;
  }
  return [low, (value - x[low]!) / (x[low + 1]! - x[low]!)];
}

/** Values over standard normals, brought to mean 0 and variance 1. */
function standardised(nodes: Float64Array, values: readonly number[]): Float64Array {
  const own = Float64Array.from(values);
  const mean = inner(nodes, own, new Float64Array(own.length).fill(1));
  const centred = own.map(value => value - mean);
  const std = Math.sqrt(Math.max(0, inner(nodes, centred, centred)));
  return centred.map(value => (std > 0 ? value / std : 0));
}

/** E[a(z) b(z)] over a standard normal z of two functions given at nodes: straight lines between, constant outside. */
function inner(nodes: Float64Array, a: Float64Array, b: Float64Array): number {
  const last = nodes.length - 1;
  let total = a[0]! * b[0]! * normalDistribution(nodes[0]!) + a[last]! * b[last]! * normalDistribution(-nodes[last]!);
  for (let i = 0; i < last; i++) {
    const [from, to] = [nodes[i]!, nodes[i + 1]!];
    const mass = normalDistribution(to) - normalDistribution(from);
    const first = normalDensity(from) - normalDensity(to);
    const second = mass + from * normalDensity(from) - to * normalDensity(to);
    const slopeA = (a[i + 1]! - a[i]!) / (to - from);
    const slopeB = (b[i + 1]! - b[i]!) / (to - from);
    const [startA, startB] = [a[i]! - slopeA * from, b[i]! - slopeB * from];
    total += startA * startB * mass + (startA * slopeB + startB * slopeA) * first + slopeA * slopeB * second;
  }
  return total;
}
