import { inTurns, type Job, jobOf, partOf, WorkError } from '../base/index.ts';
import { fold, type Key } from '../random/index.ts';
import { posteriorParetoShape } from './diagnostics/pareto.ts';
import { Diverged } from './diverged.ts';
import { bestPoint } from './draw.ts';
import { Keeping } from './keeping.ts';
import { CurveRecorder, type LearningCurve, noCurve } from './learning-curve.ts';
import type { MethodContext, StepInfo, StepMethod, Training } from './method.ts';
import { methods, type PosteriorOptions } from './methods/index.ts';
import type { Model } from './model.ts';
import type { Posterior } from './posterior.ts';
import { buildPrior, priorSchema } from './priors/index.ts';
import type { ChainMethodOptions } from './samplers/chain-task.ts';
import { loadPlace } from './snapshot-file.ts';
import { trainChains } from './train-chains.ts';

export interface TrainOptions extends MethodContext {
  /** Where it has a pool, chains are tasks of it: `runChainTask` does them there. */
  readonly job?: Job;
}

/** What training comes to. */
export interface Trained {
  readonly posterior: Posterior;
  /** About 200 losses; none where nothing was minimised. */
  readonly curve: LearningCurve;
}

/**
 * Trains a posterior by the method that `options` name, on a model that was built with them. Keeps its place in the job's
 * checkpoint every ten seconds and when it is told to stop. The result depends on model, options, key and hardware alone,
 * however often it is stopped and taken up again, and wherever its chains run.
 */
export async function trainPosterior(
  key: Key,
  model: Model,
  options: PosteriorOptions,
  { job = jobOf(), ...context }: TrainOptions = {},
): Promise<Trained> {
  const point = await priorPoint(key, model, options, partOf(job, 0, 0.2));
  const own = point ? partOf(job, 0.2, 1) : job;
  const prepared = centred(model, options, point);
  if (isSampled(options)) {
    const posterior = weighed(model, await trainChains(key, prepared, options, point, own));
    if (!isWhole(posterior)) throw await diverged(options, undefined, 'after the last step');
    return { posterior, curve: noCurve };
  }
  const { posterior, curve } = await trainBySteps(key, prepared, options, own, context);
  return { posterior: weighed(model, posterior), curve };
}

/** The posterior with a note of how much rows counted by their class, where they did not all count alike. */
function weighed({ likelihood }: Model, posterior: Posterior): Posterior {
  if (likelihood.kind !== 'classification' || !likelihood.weights) return posterior;
  return { ...posterior, info: { ...posterior.info, classWeights: Array.from(likelihood.weights) } };
}

/** The estimate that an empirical prior is centred on; undefined for other priors. Begins anew where it was stopped. */
export async function priorPoint(
  key: Key,
  model: Model,
  options: PosteriorOptions,
  job: Job = jobOf(),
): Promise<Float32Array | undefined> {
  if (!('prior' in options) || options.prior.kind !== 'empirical') return undefined;
  const { noise } = options;
  const { epochs = undefined, batch = undefined } = 'epochs' in options ? options : {};
  const plain = methods.map.schema.parse({ method: 'map', noise, epochs, batch });
  const vague = { ...model, prior: buildPrior(priorSchema.parse({ kind: 'gaussian' }), model.network) };
  // The traces are those of the training itself.
  const own: Job = { ...job, checkpoint: undefined, progress: (fraction, note) => job.progress(fraction, note) };
  const found = await trainBySteps(fold(key, 'empirical'), vague, plain, own, {});
  return bestPoint(found.posterior);
}

/** The model with its prior around an estimate, where it has an empirical one. */
export function centred(model: Model, options: PosteriorOptions, point: Float32Array | undefined): Model {
  if (!point || !('prior' in options)) return model;
  return { ...model, prior: buildPrior(options.prior, model.network, { point }) };
}

type StepMethodOptions = Exclude<PosteriorOptions, ChainMethodOptions>;

const isSampled = (options: PosteriorOptions): options is ChainMethodOptions => 'plan' in methods[options.method];

async function trainBySteps(
  key: Key,
  model: Model,
  options: StepMethodOptions,
  job: Job,
  context: MethodContext,
): Promise<Trained> {
  const saved = await loadPlace(job.checkpoint);
  const training = (methods[options.method] as StepMethod).start(key, model, options, context);
  if (saved) training.load(saved.snapshot);
  const { steps } = training;
  const curve = new CurveRecorder(steps, saved?.curve);
  const keeping = job.checkpoint && new Keeping(job.checkpoint, training, curve);
  let done = saved?.step ?? 0;
  try {
    while (done < steps) {
      keeping?.before(done);
      if (training.prepare) await inTurns(training.prepare(done), job);
      const taken = stepOrSay(training, done, options, keeping);
      const { note, loss, phase } = taken instanceof Promise ? await taken : taken;
      const written = keeping?.after();
      if (written) await written;
      if (loss !== undefined) curve.note(done, loss, phase);
      done++;
      const turn = job.turn();
      if (!turn) continue;
      const said = note ?? (loss === undefined ? undefined : `loss ${loss.toPrecision(4)}`);
      job.progress(done / steps, said, curve.news());
      await turn;
    }
    await training.conclude?.(job);
    const posterior = training.finish();
    if (!isWhole(posterior)) throw await diverged(options, keeping, 'after the last step');
    const finished = await withParetoShape(fold(key, 'importance'), model, posterior, job);
    job.progress(1, undefined, curve.news());
    return { posterior: finished, curve: curve.before() };
  } catch (error) {
    if (job.signal.aborted) await keeping?.stop(done);
    throw error;
  }
}

async function withParetoShape(key: Key, model: Model, posterior: Posterior, job: Job): Promise<Posterior> {
  if (posterior.kind !== 'moments') return posterior;
  const paretoShape = await posteriorParetoShape(key, model, posterior, job);
  return { ...posterior, info: { ...posterior.info, ...(Number.isNaN(paretoShape) ? {} : { paretoShape }) } };
}

function isWhole(posterior: Posterior): boolean {
  const arrays = posterior.kind === 'samples' ? [posterior.samples] : [posterior.mean];
  if (posterior.kind === 'moments') arrays.push(posterior.std);
  return arrays.every(array => array.every(Number.isFinite));
}

/** Takes a step; a promise, which fails, only where it left the finite numbers. */
function stepOrSay(
  training: Training,
  index: number,
  options: PosteriorOptions,
  keeping: Keeping | undefined,
): StepInfo | Promise<never> {
  try {
    return training.step(index);
  } catch (error) {
    if (!(error instanceof Diverged)) throw error;
    const epochs = 'epochs' in options && options.epochs ? ` of ${options.epochs}` : '';
    return diverged(options, keeping, `in epoch ${error.epoch + 1}${epochs}`).then(reason => {
      throw reason;
    });
  }
}

async function diverged(options: PosteriorOptions, keeping: Keeping | undefined, when: string): Promise<WorkError> {
  const kept = keeping ? ` ${await keeping.last()};` : '';
  const rate = 'rate' in options ? `lower posterior.rate, now ${options.rate}, or ` : '';
  return new WorkError(
    `posterior (${options.method}): the loss is no longer finite ${when};${kept} ${rate}check the data for extreme values.`,
  );
}
