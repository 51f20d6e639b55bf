import { InputError, insist, type Job, jobOf, partOf } from '../base/index.ts';
import type { Split } from '../data/index.ts';
import { fillNormal, fillUniform, fold, type Key } from '../random/index.ts';
import { type Uniformity, uniformity } from './diagnostics/uniformity.ts';
import { drawWeights } from './draw.ts';
import type { MethodContext } from './method.ts';
import type { PosteriorOptions } from './methods/index.ts';
import type { Model } from './model.ts';
import { encodePlace, loadPlace, saveInterval } from './snapshot-file.ts';
import { trainPosterior } from './train.ts';

export interface SimulationOptions extends MethodContext {
  /** Data sets that are simulated, each trained on. */
  readonly runs: number;
  /** Its checkpoint keeps the ranks found so far, and is taken up also for another number of runs. */
  readonly job?: Job;
}

/** Ranks of one named tensor of weights, of the network's outputs, or of how well the data are fitted. */
export interface RankedGroup extends Uniformity {
  readonly name: string;
  /** Numbers in the group, each with ranks of its own. */
  readonly quantities: number;
}

export interface SimulationCalibration {
  readonly runs: number;
  readonly draws: number;
  readonly bins: number;
  readonly groups: readonly RankedGroup[];
}

/** Posterior draws that a true value is ranked among, and bins of ranks. */
const draws = 59;
const bins = 15;

/** Training inputs whose outputs are ranked. */
const followed = 8;

/**
 * Simulation-based calibration of a training method on a model and its inputs: draw weights from the prior, answers from
 * the likelihood, train on them, and rank the truth among draws of the posterior. Ranks are uniform where the
 * method is right; high at both ends where its posterior is too narrow, in the middle where too wide, tilted
 * where it is biased. Besides weights it ranks outputs at training inputs, which symmetries of the network leave alone, and the
 * fit to the data, which is sensitive to what single weights hide: Talts et al., arXiv 1804.06788; Modrák et al.,
 * Bayesian Analysis 20(2), 2025.
 */
export async function simulationCalibration(
  key: Key,
  model: Model,
  options: PosteriorOptions,
  { runs, job = jobOf(), ...context }: SimulationOptions,
): Promise<SimulationCalibration> {
  const { network, prior, train } = model;
  if (options.method === 'bernoulli' || prior.kind === 'empirical') {
    const [path, name] = options.method === 'bernoulli' ? [['method'], 'bernoulli'] : [['prior', 'kind'], 'empirical'];
    throw new InputError({
      path: ['posterior', ...path],
      rule: `'${name}' has no prior over weights before the data, so that none can be drawn`,
      hint: 'choose another for simulation-based calibration',
    });
  }
  insist(model.likelihood.kind !== 'classification' || !model.likelihood.weights, {
    path: ['posterior', 'classWeights'],
    rule: 'make another likelihood than the one that answers are drawn from',
    hint: 'leave it out for simulation-based calibration',
  });
  const { size, outputs } = network;
  const rows = Math.min(followed, train.count);
  const watched = rows * outputs;
  const weightRanks = new Float64Array(runs * size);
  const outputRanks = new Float64Array(runs * watched);
  const fitRanks = new Float64Array(runs);
  const truth = new Float64Array(size);
  const ranks = { weights: weightRanks, outputs: outputRanks, fits: fitRanks };
  const { checkpoint } = job;
  const saved = await loadPlace(checkpoint);
  if (saved) {
    for (const [name, own] of Object.entries(ranks)) own.set(saved.snapshot.arrays[name]!.subarray(0, own.length));
  }
  let done = Math.min(runs, saved?.step ?? 0);
  let savedAt = performance.now();
  const save = async () => {
    await checkpoint?.save(encodePlace({ step: done, snapshot: { arrays: ranks, numbers: {} } }));
    savedAt = performance.now();
  };
  const simulateRun = async (r: number) => {
    const own = fold(key, r);
    prior.draw(fold(own, 'truth'), truth);
    const weights = new Float32Array((draws + 1) * size);
    weights.set(truth);
    const simulated = simulate(fold(own, 'data'), model, weights.subarray(0, size));
    const training = { ...partOf(job, r / runs, (r + 1) / runs), checkpoint: undefined };
    const { posterior } = await trainPosterior(fold(own, 'train'), simulated, options, { ...context, job: training });
    weights.set(drawWeights(fold(own, 'draws'), posterior, draws), size);
    const values = new Float32Array((draws + 1) * train.count * outputs);
    network.predict(values, weights, draws + 1, train.inputs, train.count);
    for (let d = 1; d <= draws; d++) {
      for (let i = 0; i < size; i++) if (weights[d * size + i]! < weights[i]!) weightRanks[r * size + i]!++;
      for (let i = 0; i < watched; i++) {
        if (values[d * train.count * outputs + i]! < values[i]!) outputRanks[r * watched + i]!++;
      }
    }
    const fits = Float64Array.from({ length: draws + 1 }, (_, d) =>
      fitOf(simulated, values.subarray(d * train.count * outputs, (d + 1) * train.count * outputs)),
    );
    for (let d = 1; d <= draws; d++) if (fits[d]! < fits[0]!) fitRanks[r]!++;
  };
  try {
    while (done < runs) {
      const turn = job.turn();
      if (turn) await turn;
      await simulateRun(done);
      done++;
      job.progress(done / runs, `data set ${done} of ${runs}`);
      if (performance.now() - savedAt > saveInterval) await save();
    }
  } catch (error) {
    await save();
    throw error;
  }
  const group = (name: string, quantities: number, ranks: Float64Array): RankedGroup => ({
    name,
    quantities,
    ...uniformity(ranks, quantities, draws, bins),
  });
  return {
    runs,
    draws,
    bins,
    groups: [
      ...network.parameters.map(({ name, offset, size: own }) => {
        const ranks = Float64Array.from(
          { length: runs * own },
          (_, i) => weightRanks[Math.floor(i / own) * size + offset + (i % own)]!,
        );
        return group(name, own, ranks);
      }),
      group('outputs', watched, outputRanks),
      group('fit to the data', 1, fitRanks),
    ],
  };
}

/** The model with answers drawn from its likelihood at these weights; learned noise is drawn from its half-normal prior. */
function simulate(key: Key, model: Model, weights: Float32Array): Model {
  const { likelihood, targets, train, validation } = model;
  const noise = new Float64Array(targets);
  if (likelihood.kind === 'homoscedastic') {
    if (likelihood.noiseStd === 'learned') fillNormal(fold(key, 'noise'), noise);
    else noise.fill(likelihood.noiseStd);
  }
  return {
    ...model,
    train: answered(fold(key, 'train'), model, weights, train, noise),
    validation: validation && answered(fold(key, 'validation'), model, weights, validation, noise),
  };
}

function answered(key: Key, model: Model, weights: Float32Array, split: Split, noise: Float64Array): Split {
  const { network, likelihood, targets } = model;
  const { outputs } = network;
  const values = new Float32Array(split.count * outputs);
  network.predict(values, weights, 1, split.inputs, split.count);
  if (likelihood.kind === 'classification') {
    const u = fillUniform(key, new Float64Array(split.count));
    return { ...split, labels: Int32Array.from(u, (share, i) => drawn(values, i * outputs, outputs, share)) };
  }
  const z = fillNormal(key, new Float64Array(split.count * targets));
  const std = (i: number, d: number) =>
    likelihood.kind === 'heteroscedastic' ? Math.exp(0.5 * values[i * outputs + targets + d]!) : Math.abs(noise[d]!);
  return {
    ...split,
    targets: Float32Array.from(z, (e, k) => {
      const [i, d] = [Math.floor(k / targets), k % targets];
      return values[i * outputs + d]! + std(i, d) * e;
    }),
  };
}

/** The class at this share of the softmax of logits[at …]. */
function drawn(logits: Float32Array, at: number, classes: number, share: number): number {
  const top = Math.max(...logits.subarray(at, at + classes));
  let total = 0;
  for (let c = 0; c < classes; c++) total += Math.exp(logits[at + c]! - top);
  let left = share * total;
  for (let c = 0; c < classes - 1; c++) {
    left -= Math.exp(logits[at + c]! - top);
    if (left < 0) return c;
  }
  return classes - 1;
}

/** log p(answers | outputs), for known or learned noise up to what does not depend on the outputs: −squared error. */
function fitOf({ likelihood, targets, train }: Model, values: Float32Array): number {
  const outputs = values.length / train.count;
  let total = 0;
  for (let i = 0; i < train.count; i++) {
    const at = i * outputs;
    if (likelihood.kind === 'classification') {
      const top = Math.max(...values.subarray(at, at + outputs));
      let sum = 0;
      for (let c = 0; c < outputs; c++) sum += Math.exp(values[at + c]! - top);
      total += values[at + train.labels[i]!]! - top - Math.log(sum);
      continue;
    }
    for (let d = 0; d < targets; d++) {
      const error = train.targets[i * targets + d]! - values[at + d]!;
      const logVariance = likelihood.kind === 'heteroscedastic' ? values[at + targets + d]! : 0;
      total -= 0.5 * (error * error * Math.exp(-logVariance) + logVariance);
    }
  }
  return total;
}
