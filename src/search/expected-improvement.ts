import type { Boxes } from './boxes.ts';
import type { Predictor } from './gaussian-process.ts';
import { density, logBelow, logDensity, logExpectedExcess } from './normal.ts';

/** ln(exp(a) − exp(b)) for a ≥ b. */
const logLess = (a: number, b: number): number => a + Math.log(Math.max(1e-300, -Math.expm1(b - a)));

/**
 * ln of the expected hypervolume improvement of independent normals over a front, from the boxes that the front leaves
 * free: a sum over boxes of products over objectives. Yang et al., Journal of Global Optimization 75:3–34, 2019.
 */
export function logExpectedImprovement(means: readonly number[], stds: readonly number[], boxes: Boxes): number {
  const objectives = means.map((mean, j) => ({ means: [mean], std: stds[j]!, at: () => {}, addGradient: () => {} }));
  return acquisitionOf({ objectives, constraints: [], limits: [], boxes: [boxes] })(new Float64Array(0), null);
}

/** The ends of a draw's boxes in one objective, each once, and where in them each box begins (−1 for −∞) and ends. */
interface Ends {
  readonly places: Float64Array;
  readonly lower: Int32Array;
  readonly upper: Int32Array;
}

function endsOf({ count, lower, upper }: Boxes, m: number, j: number): Ends {
  const column = (side: Float64Array) => Float64Array.from({ length: count }, (_, b) => side[b * m + j]!);
  const [low, high] = [column(lower), column(upper)];
  const places = Float64Array.from(new Set([...low, ...high].filter(Number.isFinite))).sort();
  const index = new Map(Array.from(places, (place, i) => [place, i]));
  const indices = (side: Float64Array) => Int32Array.from(side, place => index.get(place) ?? -1);
  return { places, lower: indices(low), upper: indices(high) };
}

function logSum(terms: Float64Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < terms.length; i++) most = Math.max(most, terms[i]!);
  if (most === Number.NEGATIVE_INFINITY) return most;
  let sum = 0;
  for (let i = 0; i < terms.length; i++) sum += Math.exp(terms[i]! - most);
  return most + Math.log(sum);
}

/** What an acquisition looks at. */
export interface Acquired {
  readonly objectives: readonly Predictor[];
  readonly constraints: readonly Predictor[];
  /** [constraints]: feasible below it. */
  readonly limits: readonly number[];
  /** [draws]: what the front of each draw leaves free. */
  readonly boxes: readonly Boxes[];
}

/**
 * ln of the constrained noisy expected hypervolume improvement at x, up to a constant: the mean over draws of the values
 * at observed and running points of the improvement over each draw's front, times the probability that constraints hold
 * (Daulton, Balandat & Bakshy, NeurIPS 2021), exact for one new point, in logarithms throughout (Ament et al., NeurIPS
 * 2023). Adds to `gradient` [variables] unless null.
 */
export function acquisitionOf({ objectives, constraints, limits, boxes }: Acquired) {
  const m = objectives.length;
  const draws = boxes.length;
  const ends = boxes.map(each => objectives.map((_, j) => endsOf(each, m, j)));
  const excess = ends.map(each => each.map(({ places }) => new Float64Array(places.length)));
  const starts = [0];
  for (const { count } of boxes) starts.push(starts.at(-1)! + count);
  const terms = new Float64Array(starts[draws]!);
  const shares = new Float64Array(starts[draws]!);
  const reaches = new Float64Array(starts[draws]! * m);
  const pulls = new Float64Array(draws);

  function value(): number {
    for (let s = 0; s < draws; s++) {
      let feasible = 0;
      for (let c = 0; c < limits.length; c++) {
        feasible += logBelow((limits[c]! - constraints[c]!.means[s]!) / constraints[c]!.std);
      }
      terms.fill(feasible, starts[s]!, starts[s + 1]!);
      for (let j = 0; j < m; j++) {
        const { places, lower, upper } = ends[s]![j]!;
        const { means, std } = objectives[j]!;
        const own = excess[s]![j]!;
        for (let e = 0; e < places.length; e++) own[e] = logExpectedExcess((places[e]! - means[s]!) / std);
        const scale = Math.log(std);
        for (let b = 0, t = starts[s]!; b < lower.length; b++, t++) {
          const whole = own[upper[b]!]!;
          const reach = scale + (lower[b]! < 0 ? whole : logLess(whole, own[lower[b]!]!));
          reaches[t * m + j] = reach;
          terms[t]! += reach;
        }
      }
    }
    return logSum(terms);
  }

  /** Adds the gradient of one objective. */
  function alongObjective(gradient: Float64Array, j: number): void {
    const { means, std } = objectives[j]!;
    let stdPull = 0;
    for (let s = 0; s < draws; s++) {
      const { places, lower, upper } = ends[s]![j]!;
      const weights = new Float64Array(places.length);
      for (let b = 0, t = starts[s]!; b < lower.length; b++, t++) {
        const weight = shares[t]! * Math.exp(-reaches[t * m + j]!);
        weights[upper[b]!]! += weight;
        if (lower[b]! >= 0) weights[lower[b]!]! -= weight;
      }
      let pull = 0;
      for (let e = 0; e < places.length; e++) {
        if (weights[e] === 0) continue;
        const z = (places[e]! - means[s]!) / std;
        pull -= weights[e]! * Math.exp(logBelow(z));
        stdPull += weights[e]! * density(z);
      }
      pulls[s] = pull;
    }
    objectives[j]!.addGradient(gradient, pulls, stdPull);
  }

  /** Adds the gradient of one constraint. */
  function alongConstraint(gradient: Float64Array, c: number): void {
    const { means, std } = constraints[c]!;
    let stdPull = 0;
    for (let s = 0; s < draws; s++) {
      let share = 0;
      for (let t = starts[s]!; t < starts[s + 1]!; t++) share += shares[t]!;
      const z = (limits[c]! - means[s]!) / std;
      const slope = Math.exp(logDensity(z) - logBelow(z));
      pulls[s] = (-share * slope) / std;
      stdPull -= (share * slope * z) / std;
    }
    constraints[c]!.addGradient(gradient, pulls, stdPull);
  }

  return (x: Float64Array, gradient: Float64Array | null): number => {
    for (let j = 0; j < m; j++) objectives[j]!.at(x);
    for (let c = 0; c < limits.length; c++) constraints[c]!.at(x);
    const total = value();
    if (!gradient) return total;
    for (let t = 0; t < terms.length; t++) shares[t] = Math.exp(terms[t]! - total);
    for (let j = 0; j < m; j++) alongObjective(gradient, j);
    for (let c = 0; c < limits.length; c++) alongConstraint(gradient, c);
    return total;
  };
}
