import { insist } from '../base/index.ts';
import type { Floats } from '../kernels/index.ts';
import { binomialCdf, type RiskPromise } from './binomial.ts';
import { bettingPValue, largestGrowth } from './bounded-mean.ts';
import { decisions, type Predictive, PredictiveSum } from './predictive.ts';
import { logLosses } from './scores.ts';

/** What stopping early promises: few decisions that are others than those of all samples, and where `nll` says so, a mean NLL at most so many nats above theirs, differences beyond half a nat counted as that. */
export interface StoppingPromise extends RiskPromise {
  readonly nll?: number | undefined;
}

/**
 * A rule by which that is kept: stop after m samples where the margin of the two leading classes exceeds λ/√m and, where NLL is promised, what the samples that are left
 * out are estimated to cost is below half of what is allowed. And what it rests on.
 */
export interface Stopping extends StoppingPromise {
  readonly lambda: number;
  /** Samples at most. */
  readonly samples: number;
  /** Inputs that it was calibrated on, each by itself, and how many of them it decided otherwise than all samples. */
  readonly pairs: number;
  readonly losses: number;
  /** Mean of what they lost in NLL, where that is promised. */
  readonly nllLoss?: number | undefined;
  /** Probability of losses so small where the risk, or else the loss in NLL, were as large as allowed. */
  readonly pValue: number;
  /** Samples taken on those inputs: their mean and 99th percentile. */
  readonly meanSamples: number;
  readonly samples99: number;
  /** The fewest samples, the same for every input, for which the same can be promised. */
  readonly fixedSamples: number;
}

/** Differences in NLL beyond this count as this, nats: a bound, which bets need, and which few inputs reach. */
const furthest = 0.5;

/** When samples of an input stop. */
export type StoppingRule = Pick<Stopping, 'lambda' | 'nll'>;

/** How one input's decision comes about, sample by sample. */
export interface Trajectory {
  /** √m times the margin of the mean of the first m samples, 0 where leaving out the others is estimated to cost too much NLL, [samples]. */
  readonly margins: Float64Array;
  /** 1 where the first m samples decide otherwise than all, [samples]. */
  readonly differs: Uint8Array;
  /** NLL of the first m samples beyond that of all, nats, no further from 0 than `furthest`, [samples]; absent where it is not promised. */
  readonly nll?: Float64Array;
}

/** The trajectory of one input of a class `label` from its class probabilities, [samples, classes]. */
export function trajectoryOf(
  probabilities: Floats,
  samples: number,
  classes: number,
  label = 0,
  allowed?: number,
): Trajectory {
  const margins = new Float64Array(samples);
  const means = new Float64Array(samples * classes);
  const sum = new Float64Array(classes);
  const squares = new Float64Array(classes);
  for (let m = 1; m <= samples; m++) {
    for (let c = 0; c < classes; c++) {
      const p = probabilities[(m - 1) * classes + c]!;
      sum[c]! += p;
      squares[c]! += p * p;
      means[(m - 1) * classes + c] = sum[c]! / m;
    }
    const settled = allowed === undefined || excess(sum, squares, 0, classes, m, samples) < allowed / 2;
    margins[m - 1] = settled ? scaledMargin(sum, 0, classes, m) : 0;
  }
  const chosen = decisions(means, samples, classes);
  const differs = Uint8Array.from(chosen, c => (c === chosen[samples - 1] ? 0 : 1));
  if (allowed === undefined) return { margins, differs };
  const losses = logLosses({ mean: means, classes }, new Int32Array(samples).fill(label));
  const all = losses[samples - 1]!;
  return {
    margins,
    differs,
    nll: Float64Array.from(losses, loss => Math.max(-furthest, Math.min(furthest, loss - all))),
  };
}

/**
 * What m of M samples are estimated to cost in NLL, from their sums and sums of squares from `at` on: a mean of m has the variance s²/m about the
 * expectation, which raises the expected −Σ p ln p̄ by ½ Σ s²/p̄ · 1/m in second order, and all samples by 1/M of it.
 */
function excess(sums: Floats, squares: Floats, at: number, classes: number, m: number, samples: number): number {
  if (m === 1) return Number.POSITIVE_INFINITY;
  let total = 0;
  for (let c = at; c < at + classes; c++) {
    const mean = sums[c]! / m;
    if (mean > 0) total += Math.max(0, squares[c]! / m - mean * mean) / mean;
  }
  return 0.5 * total * (m / (m - 1)) * (1 / m - 1 / samples);
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

/** Inputs that a promise takes at least: with none decided otherwise, (1 − risk)ⁿ ≤ error, and with no loss of NLL as many largest bets. */
export function pairsNeeded({ risk, error, nll }: StoppingPromise): number {
  const decided = Math.log(error) / Math.log1p(-risk);
  return Math.ceil(nll === undefined ? decided : Math.max(decided, -Math.log(error) / largestGrowth(nll / furthest)));
}

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
export function calibrateStopping(trajectories: readonly Trajectory[], promise: StoppingPromise): Stopping {
  const pairs = trajectories.length;
  const needed = pairsNeeded(promise);
  insist(pairs >= needed, `stopping: needs ${needed} independent inputs for this risk and error, got ${pairs}.`);
  const samples = trajectories[0]!.margins.length;
  const tested = (taken: readonly number[]) => {
    const losses = taken.reduce((sum, m, n) => sum + trajectories[n]!.differs[m - 1]!, 0);
    const pValue = binomialCdf(losses, pairs, promise.risk);
    if (promise.nll === undefined) return { losses, pValue, taken };
    const nll = taken.map((m, n) => trajectories[n]!.nll![m - 1]!);
    const nllLoss = nll.reduce((sum, loss) => sum + loss / pairs, 0);
    const ofNll = bettingPValue(
      nll.map(loss => loss / furthest),
      promise.nll / furthest,
    );
    return { losses, nllLoss, pValue: Math.max(pValue, ofNll), taken };
  };
  const all = trajectories.map(() => samples);
  // All samples lose nothing, whatever the pairs can show.
  let best = { lambda: lambdaOf(0, samples), ...tested(all) };
  for (let i = 1; i < tried; i++) {
    const lambda = lambdaOf(i, samples);
    const found = tested(trajectories.map(({ margins }) => takenBy(margins, lambda)));
    if (found.pValue > promise.error) break;
    best = { lambda, ...found };
  }
  let fixedSamples = samples;
  while (fixedSamples > 1) {
    if (tested(all.map(() => fixedSamples - 1)).pValue > promise.error) break;
    fixedSamples--;
  }
  const { taken, ...rule } = best;
  const inOrder = [...taken].sort((a, b) => a - b);
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
  readonly #rule: StoppingRule;
  readonly stopped: Stopped;

  constructor(count: number, classes: number, rule: StoppingRule, entropies = true) {
    this.#sum = new PredictiveSum(count, classes, entropies);
    this.#rule = rule;
    this.stopped = { samples: new Uint32Array(count), all: new Float64Array(count * classes) };
  }

  /** `probabilities`: [samples, inputs, classes] of the inputs from number `first` on. */
  add(probabilities: Floats, samples: number, first: number, inputs: number): void {
    const { classes } = this.#sum;
    const { lambda, nll } = this.#rule;
    const sums = new Float64Array(inputs * classes);
    const squares = new Float64Array(nll === undefined ? 0 : sums.length);
    const taken = this.stopped.samples.subarray(first, first + inputs);
    for (let m = 1; m <= samples; m++) {
      const from = (m - 1) * sums.length;
      for (let i = 0; i < sums.length; i++) sums[i]! += probabilities[from + i]!;
      for (let i = 0; i < squares.length; i++) squares[i]! += probabilities[from + i]! ** 2;
      for (let n = 0; n < inputs; n++) {
        if (taken[n] !== 0) continue;
        const at = n * classes;
        const settled = nll === undefined || excess(sums, squares, at, classes, m, samples) < nll / 2;
        if (m === samples || (settled && scaledMargin(sums, at, classes, m) > lambda)) taken[n] = m;
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
