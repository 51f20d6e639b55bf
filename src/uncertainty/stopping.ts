import { insist } from '../base/index.ts';
import type { Floats } from '../kernels/index.ts';
import { binomialCdf, type RiskPromise } from './binomial.ts';
import { decisions, type Predictive, PredictiveSum } from './predictive.ts';

/** A rule, by which at most a share `risk` of decisions is another than all samples would give: stop after m samples where the margin of the two leading classes exceeds λ/√m, and what it rests on. */
export interface Stopping extends RiskPromise {
  readonly lambda: number;
  /** Samples at most. */
  readonly samples: number;
  /** Inputs that it was calibrated on, each by itself, and how many of them it decided otherwise than all samples. */
  readonly pairs: number;
  readonly losses: number;
  /** Probability of so few where the risk were as large as allowed. */
  readonly pValue: number;
  /** Samples taken on those inputs: their mean and 99th percentile. */
  readonly meanSamples: number;
  readonly samples99: number;
  /** The fewest samples, the same for every input, for which the same can be promised. */
  readonly fixedSamples: number;
}

/** How one input's decision comes about, sample by sample. */
export interface Trajectory {
  /** √m times the margin of the mean of the first m samples, [samples]. */
  readonly margins: Float64Array;
  /** 1 where the first m samples decide otherwise than all, [samples]. */
  readonly differs: Uint8Array;
}

/** The trajectory of one input from its class probabilities, [samples, classes]. */
export function trajectoryOf(probabilities: Floats, samples: number, classes: number): Trajectory {
  const margins = new Float64Array(samples);
  const means = new Float64Array(samples * classes);
  const sum = new Float64Array(classes);
  for (let m = 1; m <= samples; m++) {
    for (let c = 0; c < classes; c++) {
      sum[c]! += probabilities[(m - 1) * classes + c]!;
      means[(m - 1) * classes + c] = sum[c]! / m;
    }
    margins[m - 1] = scaledMargin(sum, 0, classes, m);
  }
  const chosen = decisions(means, samples, classes);
  return { margins, differs: Uint8Array.from(chosen, c => (c === chosen[samples - 1] ? 0 : 1)) };
}

/** √m (p₁ − p₂) of sums of m samples, `sums[at …]`. */
function scaledMargin(sums: Float64Array, at: number, classes: number, m: number): number {
  let [first, second] = [0, 0];
  for (let c = at; c < at + classes; c++) {
    const value = sums[c]!;
    if (value > first) [first, second] = [value, first];
    else if (value > second) second = value;
  }
  return (first - second) / Math.sqrt(m);
}

/** Inputs that a promise takes at least: with none decided otherwise, (1 − risk)ⁿ ≤ error. */
export const pairsNeeded = ({ risk, error }: RiskPromise): number => Math.ceil(Math.log(error) / Math.log1p(-risk));

/** Values of λ that are tried, in this order: from √M, which never stops early, to a hundredth of it, in equal ratios. */
const tried = 100;
const lambdaOf = (i: number, samples: number): number => Math.sqrt(samples) * 100 ** (-i / (tried - 1));

/**
 * Chooses λ by Learn then Test (Angelopoulos, Bates, Candès, Jordan & Lei, arXiv 2110.01052, 2021): the values are tested one
 * after the other, the safest first, each hypothesis "the risk exceeds what is allowed" by the exact binomial p-value of the
 * losses, until one is not rejected at `error`; the last one rejected is taken. As the order is fixed beforehand, the probability
 * that any of those taken exceeds the risk is at most `error`. The trajectories must be independent, of inputs that nothing
 * was trained on.
 */
export function calibrateStopping(trajectories: readonly Trajectory[], promise: RiskPromise): Stopping {
  const pairs = trajectories.length;
  const needed = pairsNeeded(promise);
  insist(pairs >= needed, `stopping: needs ${needed} independent inputs for this risk and error, got ${pairs}.`);
  const samples = trajectories[0]!.margins.length;
  const tested = (losses: number) => binomialCdf(losses, pairs, promise.risk);
  let best: Pick<Stopping, 'lambda' | 'losses' | 'pValue'> & { readonly taken: number[] } = {
    lambda: lambdaOf(0, samples),
    losses: 0,
    pValue: tested(0),
    taken: trajectories.map(() => samples),
  };
  for (let i = 1; i < tried; i++) {
    const lambda = lambdaOf(i, samples);
    const taken = trajectories.map(({ margins }) => takenBy(margins, lambda));
    const losses = taken.reduce((sum, m, n) => sum + trajectories[n]!.differs[m - 1]!, 0);
    const pValue = tested(losses);
    if (pValue > promise.error) break;
    best = { lambda, losses, pValue, taken };
  }
  let fixedSamples = samples;
  while (fixedSamples > 1) {
    const losses = trajectories.reduce((sum, { differs }) => sum + differs[fixedSamples - 2]!, 0);
    if (tested(losses) > promise.error) break;
    fixedSamples--;
  }
  const { taken, ...rule } = best;
  const inOrder = taken.sort((a, b) => a - b);
  return {
    ...promise,
    ...rule,
    samples,
    pairs,
    meanSamples: taken.reduce((sum, m) => sum + m, 0) / pairs,
    samples99: inOrder[Math.ceil(0.99 * pairs) - 1]!,
    fixedSamples,
  };
}

function takenBy(margins: Float64Array, lambda: number): number {
  let m = 1;
  while (m < margins.length && margins[m - 1]! <= lambda) m++;
  return m;
}

/** What stopping early did to each input of a prediction. */
export interface Stopped {
  /** Samples taken, [count]. */
  readonly samples: Uint32Array;
  /** Mean class probabilities over all samples, [count, classes]. */
  readonly all: Float64Array;
}

/** Adds up the samples of each input until the rule stops it; blocks hold all samples of some inputs. */
export class StoppedSum {
  readonly #sum: PredictiveSum;
  readonly #lambda: number;
  readonly stopped: Stopped;

  constructor(count: number, classes: number, lambda: number, entropies = true) {
    this.#sum = new PredictiveSum(count, classes, entropies);
    this.#lambda = lambda;
    this.stopped = { samples: new Uint32Array(count), all: new Float64Array(count * classes) };
  }

  /** `probabilities`: [samples, inputs, classes] of the inputs from number `first` on. */
  add(probabilities: Floats, samples: number, first: number, inputs: number): void {
    const { classes } = this.#sum;
    const sums = new Float64Array(inputs * classes);
    const taken = this.stopped.samples.subarray(first, first + inputs);
    for (let m = 1; m <= samples; m++) {
      const from = (m - 1) * sums.length;
      for (let i = 0; i < sums.length; i++) sums[i]! += probabilities[from + i]!;
      for (let n = 0; n < inputs; n++) {
        if (taken[n] !== 0) continue;
        if (m === samples || scaledMargin(sums, n * classes, classes, m) > this.#lambda) taken[n] = m;
      }
    }
    this.stopped.all.set(
      sums.map(sum => sum / samples),
      first * classes,
    );
    const counted = Float64Array.from(probabilities);
    for (let n = 0; n < inputs; n++) {
      for (let m = taken[n]!; m < samples; m++)
        counted.fill(0, (m * inputs + n) * classes, (m * inputs + n + 1) * classes);
    }
    this.#sum.add(counted, samples, first, inputs, taken);
  }

  parts(): Predictive {
    return this.#sum.parts();
  }
}
