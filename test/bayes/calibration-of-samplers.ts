import { type Density, nutsSampler } from '../../src/bayes/index.ts';
import { fillNormal, fillUniform, fold, type Key } from '../../src/random/index.ts';

/** Draws parameters from the prior and data given them, and states the posterior's density. */
export interface Experiment {
  readonly size: number;
  simulate(key: Key): { readonly truth: Float64Array; readonly density: Density };
}

/**
 * Simulation-based calibration: ranks of the true parameters among thinned posterior draws are uniform where the
 * sampler is right (Talts, Betancourt, Simpson, Vehtari & Gelman, arXiv 1804.06788). Returns χ² of the ranks in `bins`
 * bins for each parameter.
 */
export function rankStatistics(experiment: Experiment, runs: number, draws: number, bins: number, key: Key): number[] {
  const counts = Array.from({ length: experiment.size }, () => new Float64Array(bins));
  const thin = 4;
  for (let r = 0; r < runs; r++) {
    const { truth, density } = experiment.simulate(fold(fold(key, 'data'), r));
    const sampler = nutsSampler(density);
    let state = sampler.init(fillNormal(fold(fold(key, 'start'), r), new Float64Array(experiment.size)));
    const settings = { stepSize: 0.4, inverseMass: new Float64Array(experiment.size).fill(1), maxDepth: 8 };
    const below = new Float64Array(experiment.size);
    const warmup = 30;
    for (let i = 0; i < warmup + thin * draws; i++) {
      state = sampler.step(fold(fold(key, r), i), state, settings).state;
      if (i < warmup || (i - warmup) % thin !== thin - 1) continue;
      for (let p = 0; p < below.length; p++) if (state.position[p]! < truth[p]!) below[p]!++;
    }
    for (let p = 0; p < below.length; p++) counts[p]![Math.floor((below[p]! * bins) / (draws + 1))]!++;
  }
  return counts.map(c => c.reduce((total, n) => total + (n - runs / bins) ** 2 / (runs / bins), 0));
}

/** Logistic regression of 12 rows on two inputs, prior N(0, I). */
export const logistic: Experiment = {
  size: 2,
  simulate(key) {
    const truth = fillNormal(fold(key, 'truth'), new Float64Array(2));
    const x = fillNormal(fold(key, 'x'), new Float64Array(24));
    const u = fillUniform(fold(key, 'u'), new Float64Array(12));
    const y = u.map((share, i) => {
      const eta = x[2 * i]! * truth[0]! + x[2 * i + 1]! * truth[1]!;
      return share < 1 / (1 + Math.exp(-eta)) ? 1 : 0;
    });
    return {
      truth,
      density: {
        size: 2,
        evaluate(gradient, w) {
          let total = -0.5 * (w[0]! ** 2 + w[1]! ** 2);
          gradient[0] = -w[0]!;
          gradient[1] = -w[1]!;
          for (let i = 0; i < 12; i++) {
            const eta = x[2 * i]! * w[0]! + x[2 * i + 1]! * w[1]!;
            const p = 1 / (1 + Math.exp(-eta));
            total += y[i]! * eta - Math.log1p(Math.exp(-Math.abs(eta))) - Math.max(eta, 0);
            gradient[0]! += (y[i]! - p) * x[2 * i]!;
            gradient[1]! += (y[i]! - p) * x[2 * i + 1]!;
          }
          return total;
        },
      },
    };
  },
};
