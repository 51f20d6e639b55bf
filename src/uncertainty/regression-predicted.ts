import { insist, tied } from '../base/index.ts';
import type { Floats } from '../kernels/index.ts';
import { type Mixture, mixtureAt, mixtureQuantile } from './mixture.ts';
import { type PredictiveMoments, predictiveMoments } from './moments.ts';
import { type Ranked, ranked } from './ranked.ts';
import { areaRows, type RiskCoverage, riskCoverage } from './risk-coverage.ts';

/** The Gaussians that the samples predict, an equally weighted mixture for every input. */
export interface GaussianSamples {
  /** [samples, count, outputs], row-major, in the targets' unit. */
  readonly means: Floats;
  /** Positive, [samples, count, outputs]. */
  readonly stds: Floats;
  readonly samples: number;
  readonly count: number;
  readonly outputs: number;
}

/** Share of targets inside the central interval that should hold `level` of them. */
export interface CoveragePoint {
  readonly level: number;
  readonly coverage: number;
}

export interface RegressionLosses {
  /** −ln (1/S) Σ_s Π_d N(y_d; μ_sd, σ_sd²), nats. */
  readonly nll: Float64Array;
  /** (ȳ − y)², mean over outputs, in the targets' unit squared. */
  readonly squaredError: Float64Array;
}

/** Predicted Gaussians with the targets they are judged by. What several metrics share is computed when first asked for. */
export class RegressionPredicted {
  readonly task = 'regression';
  readonly given: GaussianSamples;
  /** [count, outputs]. */
  readonly targets: ArrayLike<number>;
  #parts?: PredictiveMoments;
  #losses?: RegressionLosses;
  #ranks?: Float64Array;
  #doubt?: { readonly variance: Float64Array; readonly ranks: Ranked };
  #riskCoverage?: RiskCoverage;
  readonly #widths = new Map<number, Float64Array>();

  constructor(given: GaussianSamples, targets: ArrayLike<number>) {
    this.given = given;
    this.targets = targets;
  }

  get parts(): PredictiveMoments {
    const { means, stds, samples, count, outputs } = this.given;
    this.#parts ??= predictiveMoments(means, stds, samples, count, outputs);
    return this.#parts;
  }

  /** By input, [count] each. */
  get losses(): RegressionLosses {
    const { given, targets, parts } = this;
    this.#losses ??= {
      nll: mixtureLosses(given, targets),
      squaredError: rowMeans(
        parts.mean.map((m, i) => (m - targets[i]!) ** 2),
        given.outputs,
      ),
    };
    return this.#losses;
  }

  /** Mean squared error over coverage, inputs ordered by the total variance of their outputs. */
  get riskCoverage(): RiskCoverage {
    const { variance, ranks } = this.#byVariance();
    this.#riskCoverage ??= riskCoverage(variance, this.losses.squaredError, undefined, ranks);
    return this.#riskCoverage;
  }

  /** Numbers per input whose mean is the area under it, to first order. */
  get riskCoverageRows(): Float64Array {
    return areaRows(this.losses.squaredError, this.#byVariance().ranks, this.riskCoverage);
  }

  /** Of the outputs of every input, the share inside the central interval that should hold `level` of them, [count]. */
  covered(level: number): Float64Array {
    return rowMeans(
      this.#rankOfTargets().map(rank => (rank <= level || tied(rank, level) ? 1 : 0)),
      this.given.outputs,
    );
  }

  /** Mean width over the outputs of every input of the central interval that should hold `level`, exact for the mixture, [count]. */
  widths(level: number): Float64Array {
    const known = this.#widths.get(level);
    if (known) return known;
    const { mean, total } = this.parts;
    // Near the normal quantile (Shore, Applied Statistics 31, 1982): where the search for the ends starts.
    const reach = 5.5556 * (1 - ((1 - level) / (1 + level)) ** 0.1186);
    const widths = mean.map((center, i) => {
      const low = mixtureQuantile(this.#mixture(i), (1 - level) / 2, center - reach * total[i]!);
      return mixtureQuantile(this.#mixture(i), (1 + level) / 2, center + reach * total[i]!) - low;
    });
    const found = rowMeans(widths, this.given.outputs);
    this.#widths.set(level, found);
    return found;
  }

  /** At levels 0.05, 0.1, …, 0.95. */
  get reliability(): readonly CoveragePoint[] {
    return Array.from({ length: 19 }, (_, i) => {
      const level = (i + 1) / 20;
      return { level, coverage: this.covered(level).reduce((sum, share) => sum + share, 0) / this.given.count };
    });
  }

  #byVariance() {
    const { parts, given } = this;
    if (!this.#doubt) {
      const squares = parts.total.map(std => std * std);
      const variance = rowMeans(squares, given.outputs);
      this.#doubt = { variance, ranks: ranked(variance) };
    }
    return this.#doubt;
  }

  /** Level of the central interval that ends at each target, |2F(y) − 1|, [count, outputs]. */
  #rankOfTargets(): Float64Array {
    const here = { cdf: 0, pdf: 0 };
    this.#ranks ??= Float64Array.from(this.targets, (y, i) => {
      mixtureAt(this.#mixture(i), y, here);
      return Math.abs(2 * here.cdf - 1);
    });
    return this.#ranks;
  }

  #mixture(i: number): Mixture {
    const { means, stds, samples, count, outputs } = this.given;
    return { means, stds, count: samples, offset: i, stride: count * outputs };
  }
}

/** Gaussians to be judged by `targets`, [count, outputs]. */
export function regressionPredicted(given: GaussianSamples, targets: ArrayLike<number>): RegressionPredicted {
  const { means, stds, count, outputs } = given;
  const size = count * outputs;
  insist(count > 0, 'targets: must hold at least one input to evaluate, got none.');
  insist(targets.length === size, `targets: must hold inputs × outputs = ${size} numbers, got ${targets.length}.`);
  for (let i = 0; i < stds.length; i++) {
    insist(stds[i]! > 0 && Number.isFinite(means[i]!), 'stds: must be positive and means finite at every input.');
  }
  return new RegressionPredicted(given, targets);
}

/** Means over the outputs of every input: [count, outputs] → [count]. */
export function rowMeans(values: Float64Array, outputs: number): Float64Array {
  const means = new Float64Array(values.length / outputs);
  for (let i = 0; i < values.length; i++) means[Math.floor(i / outputs)]! += values[i]! / outputs;
  return means;
}

function mixtureLosses({ means, stds, samples, count, outputs }: GaussianSamples, targets: ArrayLike<number>) {
  const terms = new Float64Array(samples);
  const losses = new Float64Array(count);
  for (let n = 0; n < count; n++) {
    let most = Number.NEGATIVE_INFINITY;
    for (let s = 0; s < samples; s++) {
      let log = 0;
      for (let d = 0; d < outputs; d++) {
        const at = (s * count + n) * outputs + d;
        const z = (targets[n * outputs + d]! - means[at]!) / stds[at]!;
        log -= 0.5 * z * z + Math.log(stds[at]!) + 0.5 * Math.log(2 * Math.PI);
      }
      terms[s] = log;
      most = Math.max(most, log);
    }
    let likelihood = 0;
    for (let s = 0; s < samples; s++) likelihood += Math.exp(terms[s]! - most);
    losses[n] = -(most + Math.log(likelihood / samples));
  }
  return losses;
}
