import type { Boxes } from './boxes.ts';
import type { Predictor } from './gaussian-process.ts';
import { density, logBelow, logExpectedExcess } from './normal.ts';

/** ln E[(upper − max(x, lower))₊] of a normal x: how far it reaches into an interval, in logarithms. */
function logReach(mean: number, std: number, lower: number, upper: number): number {
  const whole = logExpectedExcess((upper - mean) / std);
  if (lower === Number.NEGATIVE_INFINITY) return Math.log(std) + whole;
  const less = logExpectedExcess((lower - mean) / std) - whole;
  return Math.log(std) + whole + Math.log(Math.max(1e-300, -Math.expm1(less)));
}

/**
 * ln of the expected hypervolume improvement of independent normals over a front, from the boxes that the front leaves
 * free: a sum over boxes of products over objectives. Yang et al., Journal of Global Optimization 75:3–34, 2019.
 */
export function logExpectedImprovement(means: readonly number[], stds: readonly number[], boxes: Boxes): number {
  const m = means.length;
  return logSum(
    Float64Array.from({ length: boxes.count }, (_, b) =>
      means.reduce(
        (sum, mean, j) => sum + logReach(mean, stds[j]!, boxes.lower[b * m + j]!, boxes.upper[b * m + j]!),
        0,
      ),
    ),
  );
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
  const starts = [0];
  for (const { count } of boxes) starts.push(starts.at(-1)! + count);
  const terms = new Float64Array(starts[draws]!);
  const reaches = new Float64Array(starts[draws]! * m);
  const pulls = new Float64Array(draws);
  const shares = new Float64Array(draws);
  return (x: Float64Array, gradient: Float64Array | null): number => {
    for (const predictor of [...objectives, ...constraints]) predictor.at(x);
    for (let s = 0; s < draws; s++) {
      const { lower, upper } = boxes[s]!;
      let feasible = 0;
      for (let c = 0; c < limits.length; c++) {
        feasible += logBelow((limits[c]! - constraints[c]!.means[s]!) / constraints[c]!.std);
      }
      for (let t = starts[s]!; t < starts[s + 1]!; t++) {
        const b = (t - starts[s]!) * m;
        let term = feasible;
        for (let j = 0; j < m; j++) {
          const reach = logReach(objectives[j]!.means[s]!, objectives[j]!.std, lower[b + j]!, upper[b + j]!);
          reaches[t * m + j] = reach;
          term += reach;
        }
        terms[t] = term;
      }
    }
    const total = logSum(terms);
    if (!gradient) return total;
    for (let j = 0; j < m; j++) {
      const { means, std } = objectives[j]!;
      let stdPull = 0;
      for (let s = 0; s < draws; s++) {
        const { lower, upper } = boxes[s]!;
        let pull = 0;
        for (let t = starts[s]!; t < starts[s + 1]!; t++) {
          const share = Math.exp(terms[t]! - total);
          if (share < 1e-9) continue;
          const b = (t - starts[s]!) * m + j;
          const scale = Math.exp(-reaches[t * m + j]!);
          const [high, low] = [(upper[b]! - means[s]!) / std, (lower[b]! - means[s]!) / std];
          const hasLow = low !== Number.NEGATIVE_INFINITY;
          pull -= share * scale * (Math.exp(logBelow(high)) - (hasLow ? Math.exp(logBelow(low)) : 0));
          stdPull += share * scale * (density(high) - (hasLow ? density(low) : 0));
        }
        pulls[s] = pull;
      }
      objectives[j]!.addGradient(gradient, pulls, stdPull);
    }
    if (limits.length > 0) {
      for (let s = 0; s < draws; s++) {
        let share = 0;
        for (let t = starts[s]!; t < starts[s + 1]!; t++) share += Math.exp(terms[t]! - total);
        shares[s] = share;
      }
    }
    for (let c = 0; c < limits.length; c++) {
      const { means, std } = constraints[c]!;
      let stdPull = 0;
      for (let s = 0; s < draws; s++) {
        const z = (limits[c]! - means[s]!) / std;
        const slope = Math.exp(-0.5 * z * z - 0.5 * Math.log(2 * Math.PI) - logBelow(z));
        pulls[s] = (-shares[s]! * slope) / std;
        stdPull -= (shares[s]! * slope * z) / std;
      }
      constraints[c]!.addGradient(gradient, pulls, stdPull);
    }
    return total;
  };
}
