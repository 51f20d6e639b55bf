import { fillUniform, fold, type Key } from '../random/index.ts';
import { featuresOf } from './gaussian-process.ts';
import { cardinality, type Point, type Space } from './space.ts';

/** How much a variable matters to one value. */
export interface Importance {
  readonly variable: string;
  /** Share of the value's variance over the space that this variable explains alone, 0 to 1; mean over trees. */
  readonly share: number;
  /** Standard deviation of the share over trees. */
  readonly spread: number;
}

export interface Importances {
  /** In order of the space's variables. What they leave of 1 is explained by variables together. */
  readonly variables: readonly Importance[];
  /**
   * R² of the forest on points that each tree has not seen: 1 at best. Shares of a forest with an R² below about 0.5 say
   * little.
   */
  readonly reliability: number;
}

/** A split, or a leaf where `left` is −1; nodes of a tree in arrays. */
interface Tree {
  readonly variable: number[];
  readonly threshold: number[];
  readonly left: number[];
  readonly right: number[];
  readonly mean: number[];
}

const TREES = 64;
const SMALLEST_LEAF = 2;

/**
 * First-order functional analysis of variance of a random forest over the whole space, each variable uniform on its scale:
 * Hutter, Hoos & Leyton-Brown, ICML 2014, with out-of-bag R² as its reliability. `values` [points], finite. Inactive
 * variables count as in the middle of their scale.
 */
export function importancesOf(
  key: Key,
  space: Space,
  points: readonly Point[],
  values: readonly number[],
): Importances {
  const n = points.length;
  const x = points.map(point => placesOf(space, point));
  const shares = space.variables.map(() => [] as number[]);
  const sums = new Float64Array(n);
  const counts = new Float64Array(n);
  for (let t = 0; t < TREES; t++) {
    const own = fold(fold(key, 'importance'), t);
    const drawn = fillUniform(fold(own, 'rows'), new Float64Array(n)).map(u => Math.floor(u * n));
    const seen = new Set(drawn);
    const tree = grow(fold(own, 'splits'), x, values, Array.from(drawn));
    for (let i = 0; i < n; i++) {
      if (seen.has(i)) continue;
      sums[i]! += predict(tree, x[i]!);
      counts[i]! += 1;
    }
    const found = varianceShares(tree, space.variables.length);
    found?.forEach((share, d) => {
      shares[d]!.push(share);
    });
  }
  const counted = points.flatMap((_, i) => (counts[i]! > 0 ? [i] : []));
  const centre = counted.reduce((sum, i) => sum + values[i]!, 0) / counted.length;
  const total = counted.reduce((sum, i) => sum + (values[i]! - centre) ** 2, 0);
  const left = counted.reduce((sum, i) => sum + (values[i]! - sums[i]! / counts[i]!) ** 2, 0);
  return {
    variables: space.variables.map(({ name }, d) => {
      const own = shares[d]!;
      const mean = own.length > 0 ? own.reduce((a, b) => a + b, 0) / own.length : 0;
      const square = own.reduce((sum, share) => sum + (share - mean) ** 2, 0);
      return { variable: name, share: mean, spread: Math.sqrt(square / Math.max(1, own.length - 1)) };
    }),
    reliability: total > 0 ? 1 - left / total : 0,
  };
}

/** Places in [0, 1], categories in the middle of their parts. */
function placesOf(space: Space, point: Point): Float64Array {
  return featuresOf(space, point).map((feature, d) => {
    const variable = space.variables[d]!;
    return variable.kind === 'categorical' ? (Math.max(feature, 0) + 0.5) / cardinality(variable) : feature;
  });
}

/** A regression tree on some rows, each split the best over two thirds of the variables. */
function grow(key: Key, x: readonly Float64Array[], y: readonly number[], rows: readonly number[]): Tree {
  const tree: Tree = { variable: [], threshold: [], left: [], right: [], mean: [] };
  const variables = x[0]!.length;
  const build = (own: readonly number[]): number => {
    const node = tree.mean.length;
    const mean = own.reduce((sum, i) => sum + y[i]!, 0) / own.length;
    tree.mean.push(mean);
    tree.variable.push(-1);
    tree.threshold.push(0);
    tree.left.push(-1);
    tree.right.push(-1);
    const chances = fillUniform(fold(key, node), new Float64Array(variables));
    const tried = Array.from(chances, (u, d) => ({ u, d }))
      .sort((a, b) => a.u - b.u)
      .slice(0, Math.ceil((2 * variables) / 3));
    const cut = tried.map(({ d }) => bestCut(x, y, own, d)).reduce((a, b) => (b.gain > a.gain ? b : a));
    if (!(cut.gain > 1e-12 * (1 + mean * mean))) return node;
    tree.variable[node] = cut.variable;
    tree.threshold[node] = cut.threshold;
    tree.left[node] = build(own.filter(i => x[i]![cut.variable]! < cut.threshold));
    tree.right[node] = build(own.filter(i => x[i]![cut.variable]! >= cut.threshold));
    return node;
  };
  build(rows);
  return tree;
}

/** The threshold of a variable that takes most from the sum of squares. */
function bestCut(x: readonly Float64Array[], y: readonly number[], rows: readonly number[], variable: number) {
  const sorted = [...rows].sort((a, b) => x[a]![variable]! - x[b]![variable]!);
  const total = sorted.reduce((sum, i) => sum + y[i]!, 0);
  const whole = total ** 2 / sorted.length;
  let best = { variable, threshold: 0, gain: 0 };
  let sum = 0;
  for (let k = 1; k <= sorted.length - SMALLEST_LEAF; k++) {
    sum += y[sorted[k - 1]!]!;
    const [before, after] = [x[sorted[k - 1]!]![variable]!, x[sorted[k]!]![variable]!];
    if (k < SMALLEST_LEAF || before === after) continue;
    const gain = sum ** 2 / k + (total - sum) ** 2 / (sorted.length - k) - whole;
    if (gain > best.gain) best = { variable, threshold: (before + after) / 2, gain };
  }
  return best;
}

function predict(tree: Tree, x: Float64Array): number {
  let node = 0;
  while (tree.left[node]! >= 0) {
    node = x[tree.variable[node]!]! < tree.threshold[node]! ? tree.left[node]! : tree.right[node]!;
  }
  return tree.mean[node]!;
}

interface Leaf {
  readonly mean: number;
  readonly volume: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** Variance of each variable's marginal over the variance of the tree; undefined for a tree of one leaf. */
function varianceShares(tree: Tree, variables: number): number[] | undefined {
  const leaves: Leaf[] = [];
  const walk = (node: number, low: Float64Array, high: Float64Array): void => {
    if (tree.left[node]! < 0) {
      const volume = low.reduce((product, l, d) => product * (high[d]! - l), 1);
      leaves.push({ mean: tree.mean[node]!, volume, low, high });
      return;
    }
    const [d, threshold] = [tree.variable[node]!, tree.threshold[node]!];
    walk(tree.left[node]!, low, high.with(d, threshold));
    walk(tree.right[node]!, low.with(d, threshold), high);
  };
  walk(0, new Float64Array(variables), new Float64Array(variables).fill(1));
  const mean = leaves.reduce((sum, leaf) => sum + leaf.volume * leaf.mean, 0);
  const variance = leaves.reduce((sum, leaf) => sum + leaf.volume * (leaf.mean - mean) ** 2, 0);
  if (!(variance > 0)) return undefined;
  return Array.from({ length: variables }, (_, d) => marginalVariance(leaves, mean, d) / variance);
}

function marginalVariance(leaves: readonly Leaf[], mean: number, d: number): number {
  const edges = [...new Set(leaves.flatMap(({ low, high }) => [low[d]!, high[d]!]))].sort((a, b) => a - b);
  const marginal = new Float64Array(edges.length - 1);
  const index = new Map(edges.map((edge, i) => [edge, i]));
  for (const { low, high, volume, mean: value } of leaves) {
    const [from, to] = [index.get(low[d]!)!, index.get(high[d]!)!];
    const weight = (volume / (high[d]! - low[d]!)) * value;
    for (let e = from; e < to; e++) marginal[e]! += weight;
  }
  return marginal.reduce((sum, value, e) => sum + (edges[e + 1]! - edges[e]!) * (value - mean) ** 2, 0);
}
