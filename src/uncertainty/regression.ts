import { insist } from '../base/index.ts';
import type { Floats } from '../kernels/index.ts';
import { mean } from './correlation.ts';
import { type Mixture, mixtureAt, mixtureQuantile } from './mixture.ts';
import { type RiskCoverage, riskCoverage } from './risk-coverage.ts';

/** Moments of a real-valued prediction by the law of total variance, in the targets' unit. */
export interface PredictiveMoments {
  /** Inputs. */
  readonly count: number;
  readonly outputs: number;
  /** Mean over samples, [count, outputs], row-major. */
  readonly mean: Float64Array;
  /** √(aleatoric² + epistemic²), [count, outputs]. */
  readonly total: Float64Array;
  /** Root of the mean over samples of the noise variance, [count, outputs]. */
  readonly aleatoric: Float64Array;
  /** Standard deviation over samples of the mean, [count, outputs]. */
  readonly epistemic: Float64Array;
}

/**
 * Var y = E_s[σ_s²] + Var_s[μ_s]. `means`, `stds`: [samples, count, outputs], the Gaussian each sample predicts.
 * All three spreads are standard deviations.
 */
export function predictiveMoments(
  means: Floats,
  stds: Floats,
  samples: number,
  count: number,
  outputs: number,
): PredictiveMoments {
  const size = count * outputs;
  for (const [name, values] of [
    ['means', means],
    ['stds', stds],
  ] as const) {
    insist(
      samples >= 1 && values.length === samples * size,
      `${name}: must hold samples × inputs × outputs = ${samples} × ${count} × ${outputs} numbers, got ${values.length}.`,
    );
  }
  const mean = new Float64Array(size);
  const total = new Float64Array(size);
  const aleatoric = new Float64Array(size);
  const epistemic = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let first = 0;
    let noise = 0;
    for (let at = i; at < means.length; at += size) {
      first += means[at]!;
      noise += stds[at]! * stds[at]!;
    }
    first /= samples;
    noise /= samples;
    let spread = 0;
    for (let at = i; at < means.length; at += size) spread += (means[at]! - first) ** 2;
    spread /= samples;
    mean[i] = first;
    aleatoric[i] = Math.sqrt(noise);
    epistemic[i] = Math.sqrt(spread);
    total[i] = Math.sqrt(noise + spread);
  }
  return { count, outputs, mean, total, aleatoric, epistemic };
}

/** Numbers that judge Gaussian mixtures as predictions; widths, errors and uncertainties in the targets' unit. */
export interface RegressionMetrics {
  rmse: number;
  /** Mean of −ln (1/S) Σ_s Π_d N(y_d; μ_sd, σ_sd²) over inputs, nats. */
  nll: number;
  /** Shares of targets inside the central 50, 90 and 95 % intervals. */
  coverage50: number;
  coverage90: number;
  coverage95: number;
  /** Mean widths of those intervals. */
  width50: number;
  width90: number;
  width95: number;
  /** Area under the mean squared error over coverage, inputs ordered by total variance. */
  riskCoverageArea: number;
  aleatoricMean: number;
  epistemicMean: number;
  totalMean: number;
}

/** Share of targets inside the central interval that should hold `level` of them. */
export interface CoveragePoint {
  readonly level: number;
  readonly coverage: number;
}

export interface RegressionEvaluation {
  readonly metrics: RegressionMetrics;
  /** At levels 0.05, 0.1, …, 0.95. */
  readonly reliability: readonly CoveragePoint[];
  readonly riskCoverage: RiskCoverage;
  readonly moments: PredictiveMoments;
}

/**
 * All regression metrics of one prediction, an equally weighted mixture of the samples' Gaussians.
 * `means`, `stds`: [samples, count, outputs]; `targets`: [count, outputs]. Intervals are central and exact for the mixture.
 */
export function regressionEvaluation(
  means: Floats,
  stds: Floats,
  samples: number,
  count: number,
  outputs: number,
  targets: ArrayLike<number>,
): RegressionEvaluation {
  const size = count * outputs;
  insist(count > 0, 'targets: must hold at least one input to evaluate, got none.');
  insist(targets.length === size, `targets: must hold inputs × outputs = ${size} numbers, got ${targets.length}.`);
  for (let i = 0; i < stds.length; i++) {
    insist(stds[i]! > 0 && Number.isFinite(means[i]!), 'stds: must be positive and means finite at every input.');
  }
  const moments = predictiveMoments(means, stds, samples, count, outputs);
  const loss = new Float64Array(count);
  const variance = new Float64Array(count);
  const rank = new Float64Array(size);
  const widths = [0, 0, 0];
  const here = { cdf: 0, pdf: 0 };
  for (let i = 0; i < size; i++) {
    const n = Math.floor(i / outputs);
    loss[n]! += (moments.mean[i]! - targets[i]!) ** 2 / outputs;
    variance[n]! += moments.total[i]! ** 2;
    const mixture: Mixture = { means, stds, count: samples, offset: i, stride: size };
    mixtureAt(mixture, targets[i]!, here);
    rank[i] = Math.abs(2 * here.cdf - 1);
    levels.forEach(({ level, reach }, l) => {
      const reached = reach * moments.total[i]!;
      const low = mixtureQuantile(mixture, (1 - level) / 2, moments.mean[i]! - reached);
      widths[l]! += mixtureQuantile(mixture, (1 + level) / 2, moments.mean[i]! + reached) - low;
    });
  }
  const covered = (level: number) => rank.reduce((sum, r) => sum + (r <= level ? 1 : 0), 0) / size;
  const curve = riskCoverage(variance, loss);
  const metrics: RegressionMetrics = {
    rmse: Math.sqrt(mean(loss)),
    nll: mixtureNll(means, stds, samples, count, outputs, targets),
    coverage50: covered(0.5),
    coverage90: covered(0.9),
    coverage95: covered(0.95),
    width50: widths[0]! / size,
    width90: widths[1]! / size,
    width95: widths[2]! / size,
    riskCoverageArea: curve.area,
    aleatoricMean: mean(moments.aleatoric),
    epistemicMean: mean(moments.epistemic),
    totalMean: mean(moments.total),
  };
  const reliability = Array.from({ length: 19 }, (_, i) => ({ level: (i + 1) / 20, coverage: covered((i + 1) / 20) }));
  return { metrics, reliability, riskCoverage: curve, moments };
}

/** Intervals that are reported, and Φ⁻¹((1 + level)/2), from which the search for their ends starts. */
const levels = [
  { level: 0.5, reach: 0.67449 },
  { level: 0.9, reach: 1.64485 },
  { level: 0.95, reach: 1.95996 },
] as const;

function mixtureNll(
  means: Floats,
  stds: Floats,
  samples: number,
  count: number,
  outputs: number,
  targets: ArrayLike<number>,
): number {
  const terms = new Float64Array(samples);
  let sum = 0;
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
    sum -= most + Math.log(likelihood / samples);
  }
  return sum / count;
}
