import { insist } from '../base/index.ts';
import { binomialUpper, type RiskPromise } from './binomial.ts';

/** Inputs are answered where the confidence is at least `threshold`. */
export interface Selection {
  /** Infinity where nothing can be promised: no input is answered. */
  readonly threshold: number;
  /** Upper bound of the error rate among those answered, which holds with a probability of 1 − `error`. */
  readonly bound: number;
  /** Share of the inputs that it was chosen on which are answered. */
  readonly coverage: number;
}

/** Inputs that it takes at least to answer any: with no error among n of them, (1 − risk)ⁿ ≤ error/⌈log₂ n⌉. */
export function answersNeed({ risk, error }: RiskPromise): number {
  let n = 2;
  while (n * Math.log1p(-risk) > Math.log(error / Math.ceil(Math.log2(n)))) n++;
  return n;
}

/**
 * Selection with guaranteed risk (Geifman & El-Yaniv, Selective Classification for Deep Neural Networks, NeurIPS 2017, algorithm
 * 2): a threshold of confidence above which the error rate is at most `risk` with a probability of 1 − `error`, found by bisection
 * over the confidences of independent inputs; each of the ⌈log₂ n⌉ thresholds looked at gets the exact binomial bound at its
 * share of `error`. `wrong`: 1 where the decision is not the label, [count].
 */
export function selectWithRisk(
  confidence: ArrayLike<number>,
  wrong: ArrayLike<number>,
  { risk, error }: RiskPromise,
): Selection {
  const count = confidence.length;
  insist(count > 0, 'confidence: must hold at least one input, got none.');
  const order = Array.from({ length: count }, (_, i) => i).sort((a, b) => confidence[a]! - confidence[b]!);
  const steps = Math.max(1, Math.ceil(Math.log2(count)));
  let [least, most] = [0, count];
  let best: Selection = { threshold: Number.POSITIVE_INFINITY, bound: 0, coverage: 0 };
  for (let step = 0; step < steps; step++) {
    const from = Math.floor((least + most) / 2);
    const threshold = confidence[order[from]!]!;
    let [answered, errors] = [0, 0];
    for (let i = 0; i < count; i++) {
      if (confidence[i]! < threshold) continue;
      answered++;
      errors += wrong[i]!;
    }
    const bound = binomialUpper(errors, answered, error / steps);
    if (bound <= risk) {
      if (answered / count > best.coverage) best = { threshold, bound, coverage: answered / count };
      most = from;
    } else least = Math.min(count - 1, from + 1);
  }
  return best;
}
