import { type Job, jobOf, WorkError } from '../../base/index.ts';
import { fillNormal, fold, type Key } from '../../random/index.ts';
import { type Density, logDensity } from '../density.ts';
import { addPrefix, type Snapshot, withPrefix } from '../method.ts';
import type { Model } from '../model.ts';
import { encodePlace, loadPlace, saveInterval } from '../snapshot-file.ts';
import { ChainTrace } from './chain-trace.ts';
import { adaptStep, startDualAveraging } from './dual-averaging.ts';
import { hmcSampler } from './hmc.ts';
import { massWindows, Variances } from './mass.ts';
import { nutsSampler } from './nuts.ts';
import type { SamplerState } from './state.ts';

export interface ChainOptions {
  /** Steps that adapt step size and mass matrix and are thrown away. */
  readonly warmup: number;
  /** Draws kept. */
  readonly draws: number;
  /** Mean acceptance that step-size adaptation aims at. */
  readonly targetAcceptance: number;
  /** Most doublings of a trajectory. */
  readonly maxDepth: number;
  /** Spread of the random start. */
  readonly startStd: number;
  /** Length of trajectories where they are fixed (Hamiltonian Monte Carlo); absent for the no-U-turn sampler. */
  readonly length?: number;
}

/** Draws of one chain and what a diagnostic needs of each. Plain typed arrays, so that another process can send it. */
export interface Chain {
  /** [draws, size]. */
  readonly positions: Float64Array;
  /** Each [draws]. */
  readonly logDensity: Float64Array;
  readonly energy: Float64Array;
  readonly acceptance: Float64Array;
  readonly depth: Float64Array;
  readonly divergent: Float64Array;
  readonly stepSize: number;
  /** [size]. */
  readonly inverseMass: Float64Array;
  /** Gradient evaluations, warm-up included. */
  readonly gradients: number;
}

/**
 * One chain of the no-U-turn sampler, or of Hamiltonian Monte Carlo where `length` is given, with warm-up. Chain `index`
 * of a key gives the same draws wherever and beside whatever it runs. Keeps its place when it is told to stop and at the
 * end, so that a chain that is done is not run again.
 */
export async function runChain(
  key: Key,
  model: Model,
  options: ChainOptions,
  index: number,
  job: Job = jobOf(),
): Promise<Chain> {
  const { checkpoint, signal } = job;
  const saved = await loadPlace(checkpoint);
  const chain = new ChainRun(fold(key, index), logDensity(model), options);
  if (saved) chain.load(saved.snapshot);
  let done = saved?.step ?? 0;
  let savedAt = performance.now();
  const save = async () => {
    await checkpoint?.save(encodePlace({ step: done, snapshot: chain.save() }));
    savedAt = performance.now();
  };
  try {
    while (done < chain.steps) {
      chain.step(done++);
      if (checkpoint && performance.now() - savedAt > saveInterval) await save();
      const turn = job.turn();
      if (!turn) continue;
      job.progress(done / chain.steps, done <= options.warmup ? 'warm-up' : 'sampling', chain.trace.news());
      await turn;
    }
    job.progress(1, 'sampling', chain.trace.news());
  } catch (error) {
    if (signal.aborted) await save();
    throw error;
  }
  if (done !== saved?.step) await save();
  return chain.result();
}

/** A chain step by step, for callers that want to pause, save or stop in between. */
export class ChainRun {
  readonly steps: number;
  readonly trace: ChainTrace;
  readonly #sampler;
  readonly #density: Density;
  readonly #options: ChainOptions;
  readonly #key: Key;
  readonly #windows;
  readonly #variances: Variances;
  readonly #positions: Float64Array;
  /** log density, energy, acceptance, depth, divergent: [5, draws]. */
  readonly #record: Float64Array;
  #state: SamplerState;
  #inverseMass: Float64Array;
  #adaptation;
  #gradients = 0;

  constructor(key: Key, density: Density, options: ChainOptions) {
    const { warmup, draws, startStd } = options;
    const { size } = density;
    this.steps = warmup + draws;
    this.trace = new ChainTrace(this.steps);
    this.#density = density;
    this.#options = options;
    this.#key = key;
    const { length } = options;
    this.#sampler = length === undefined ? nutsSampler(density) : hmcSampler(density, length);
    this.#windows = massWindows(warmup);
    this.#variances = new Variances(size);
    this.#positions = new Float64Array(draws * size);
    this.#record = new Float64Array(5 * draws);
    const start = fillNormal(fold(key, 'start'), new Float64Array(size));
    this.#state = this.#sampler.init(start.map(z => z * startStd));
    if (!Number.isFinite(this.#state.logDensity)) {
      throw new WorkError(
        `posterior: a chain starts where the posterior has no finite density; lower posterior.startStd, now ${startStd}, or check the data for extreme values.`,
      );
    }
    this.#inverseMass = new Float64Array(size).fill(1);
    this.#adaptation = startDualAveraging(this.#reasonable(fold(key, 'step size'), 1));
  }

  step(index: number): void {
    const { warmup, draws, targetAcceptance, maxDepth } = this.#options;
    const warming = index < warmup;
    const settings = {
      stepSize: warming || warmup === 0 ? this.#adaptation.step : this.#adaptation.averaged,
      inverseMass: this.#inverseMass,
      maxDepth,
    };
    const { state, info } = this.#sampler.step(fold(this.#key, index), this.#state, settings);
    this.#state = state;
    this.#gradients += info.steps;
    this.trace.note(index, state.logDensity, settings.stepSize, info.acceptance);
    if (!warming) {
      const d = index - warmup;
      this.#positions.set(state.position, d * state.position.length);
      const row = [state.logDensity, info.energy, info.acceptance, info.depth, info.divergent ? 1 : 0];
      row.forEach((value, r) => {
        this.#record[r * draws + d] = value;
      });
      return;
    }
    this.#adaptation = adaptStep(this.#adaptation, info.acceptance, targetAcceptance);
    const { first, ends } = this.#windows;
    if (index >= first && index < (ends.at(-1) ?? 0)) this.#variances.add(state.position);
    if (!ends.includes(index + 1)) return;
    this.#inverseMass = this.#variances.regularised();
    this.#variances.reset();
    const step = this.#reasonable(fold(fold(this.#key, 'step size'), index), this.#adaptation.step);
    this.#adaptation = startDualAveraging(step);
  }

  result(): Chain {
    const { warmup, draws } = this.#options;
    const row = (r: number) => this.#record.slice(r * draws, (r + 1) * draws);
    return {
      positions: this.#positions,
      logDensity: row(0),
      energy: row(1),
      acceptance: row(2),
      depth: row(3),
      divergent: row(4),
      stepSize: warmup > 0 ? this.#adaptation.averaged : this.#adaptation.step,
      inverseMass: this.#inverseMass,
      gradients: this.#gradients,
    };
  }

  save(): Snapshot {
    const { position, gradient, logDensity } = this.#state;
    const { count, mean, squares } = this.#variances.save();
    const trace = this.trace.save();
    return {
      arrays: {
        position: position.slice(),
        gradient: gradient.slice(),
        inverseMass: this.#inverseMass.slice(),
        mean,
        squares,
        positions: this.#positions.slice(),
        record: this.#record.slice(),
        ...addPrefix(trace.arrays, 'trace.'),
      },
      numbers: {
        ...Object.fromEntries(Object.entries(this.#adaptation).map(([name, value]) => [`adaptation.${name}`, value])),
        logDensity,
        variances: count,
        gradients: this.#gradients,
        ...addPrefix(trace.numbers, 'trace.'),
      },
    };
  }

  load({ arrays, numbers }: Snapshot): void {
    const doubles = (name: string) => Float64Array.from(arrays[name]!);
    this.#state = { position: doubles('position'), gradient: doubles('gradient'), logDensity: numbers.logDensity! };
    this.#inverseMass = doubles('inverseMass');
    this.#variances.load({ count: numbers.variances!, mean: doubles('mean'), squares: doubles('squares') });
    this.#positions.set(arrays.positions!);
    this.#record.set(arrays.record!);
    this.#adaptation = {
      step: numbers['adaptation.step']!,
      averaged: numbers['adaptation.averaged']!,
      centre: numbers['adaptation.centre']!,
      error: numbers['adaptation.error']!,
      count: numbers['adaptation.count']!,
    };
    this.#gradients = numbers.gradients!;
    this.trace.load({ arrays: withPrefix(arrays, 'trace.'), numbers: withPrefix(numbers, 'trace.') });
  }

  /** A step size at which one leapfrog step is accepted with probability near 0.8 (Hoffman & Gelman 2014, algorithm 4). */
  #reasonable(key: Key, guess: number): number {
    const { position: from, gradient: slope, logDensity } = this.#state;
    const inverse = this.#inverseMass;
    const size = from.length;
    const gradient = new Float64Array(size);
    const p = fillNormal(key, new Float64Array(size)).map((z, i) => z / Math.sqrt(inverse[i]!));
    const gain = (step: number) => {
      const half = p.map((m, i) => m + 0.5 * step * slope[i]!);
      const value = this.#density.evaluate(
        gradient,
        from.map((w, i) => w + step * inverse[i]! * half[i]!),
      );
      let change = value - logDensity;
      for (let i = 0; i < size; i++) {
        change += 0.5 * inverse[i]! * (p[i]! ** 2 - (half[i]! + 0.5 * step * gradient[i]!) ** 2);
      }
      return Number.isNaN(change) ? Number.NEGATIVE_INFINITY : change;
    };
    const threshold = Math.log(0.8);
    const growing = gain(guess) > threshold;
    let step = guess;
    for (let i = 0; i < 50; i++) {
      const next = growing ? 2 * step : step / 2;
      if (gain(next) > threshold !== growing) return growing ? step : next;
      step = next;
    }
    return step;
  }
}
