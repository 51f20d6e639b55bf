import { type Progress, part, silent, WorkError } from '../base/index.ts';
import { fold, type Key } from '../random/index.ts';
import { type Checkpoint, checkpointInterval } from './checkpoint.ts';
import { posteriorParetoShape } from './diagnostics/pareto.ts';
import { Diverged } from './diverged.ts';
import { bestPoint } from './draw.ts';
import type { Method, MethodContext, Snapshot, Training } from './method.ts';
import { methods, type PosteriorOptions } from './methods/index.ts';
import type { Model } from './model.ts';
import type { Posterior } from './posterior.ts';
import { buildPrior, priorSchema } from './priors/index.ts';

export interface TrainOptions extends MethodContext {
  readonly progress?: Progress;
  /** Stops between two steps, after saving to the checkpoint. */
  readonly signal?: AbortSignal;
  readonly checkpoint?: Checkpoint;
  /** Receives the loss now and then (about 200 times), for learning curves; `part` as in `StepInfo`. */
  readonly onLoss?: (step: number, loss: number, part?: string) => void;
}

/** Longest time between two turns for other work, ms. */
const slice = 50;

/** Least time between two snapshots to fall back to, ms, and as a multiple of what taking one costs. */
const snapshotInterval = 1000;
const snapshotShare = 50;

/**
 * Trains a posterior by the method that `options` name. Lets other work run about every 50 ms. The result depends on
 * the arguments alone, however often the run is stopped and taken up again.
 */
export async function trainPosterior(
  model: Model,
  options: PosteriorOptions,
  key: Key,
  train: TrainOptions = {},
): Promise<Posterior> {
  const { progress = silent, signal } = train;
  const point = await priorPoint(model, options, key, { progress: part(progress, 0, 0.2), signal });
  if (!point) return run(model, options, key, train);
  return run(centred(model, options, point), options, key, { ...train, progress: part(progress, 0.2, 1) });
}

/** The estimate that an empirical prior is centred on; undefined for other priors. */
export async function priorPoint(
  model: Model,
  options: PosteriorOptions,
  key: Key,
  train: Pick<TrainOptions, 'progress' | 'signal'>,
): Promise<Float32Array | undefined> {
  if (!('prior' in options) || options.prior.kind !== 'empirical') return undefined;
  const { noise } = options;
  const { epochs = undefined, batch = undefined } = 'epochs' in options ? options : {};
  const plain = methods.map.schema.parse({ method: 'map', noise, epochs, batch });
  const vague = { ...model, prior: buildPrior(priorSchema.parse({ kind: 'gaussian' }), model.network) };
  return bestPoint(await run(vague, plain, fold(key, 'empirical'), train));
}

/** The model with its prior around an estimate, where it has an empirical one. */
export function centred(model: Model, options: PosteriorOptions, point: Float32Array | undefined): Model {
  if (!point || !('prior' in options)) return model;
  return { ...model, prior: buildPrior(options.prior, model.network, { point }) };
}

async function run(
  model: Model,
  options: PosteriorOptions,
  key: Key,
  { progress = silent, signal, checkpoint, onLoss, ...context }: TrainOptions,
): Promise<Posterior> {
  const method = methods[options.method] as Method;
  const training = method.start(model, options, key, context);
  const saved = checkpoint?.load() ?? null;
  if (saved) training.load(saved.snapshot);
  const lossEvery = Math.max(1, Math.floor(training.steps / 200));
  const place = checkpoint && new Place(checkpoint, training);
  let turn = now();
  for (let i = saved?.step ?? 0; i < training.steps; i++) {
    place?.before(i);
    const { note, loss, part } = stepOrSay(training, i, options, place);
    place?.after();
    if (onLoss && loss !== undefined && (i % lossEvery === 0 || i === training.steps - 1)) onLoss(i, loss, part);
    const time = now();
    if (time - turn < slice) continue;
    progress((i + 1) / training.steps, note ?? (loss === undefined ? undefined : `loss ${loss.toPrecision(4)}`));
    await new Promise(resolve => setTimeout(resolve, 0));
    if (signal?.aborted) {
      checkpoint?.save(i + 1, training.save());
      signal.throwIfAborted();
    }
    turn = now();
  }
  progress(1);
  const posterior = training.finish();
  if (!isWhole(posterior)) throw diverged(options, training, place, 'after the last step');
  if (posterior.kind !== 'moments') return posterior;
  const paretoShape = posteriorParetoShape(model, posterior, fold(key, 'importance'));
  return { ...posterior, info: { ...posterior.info, ...(Number.isNaN(paretoShape) ? {} : { paretoShape }) } };
}

function isWhole(posterior: Posterior): boolean {
  const arrays = posterior.kind === 'samples' ? [posterior.samples] : [posterior.mean];
  if (posterior.kind === 'moments') arrays.push(posterior.std);
  return arrays.every(array => array.every(Number.isFinite));
}

/**
 * Where a training under way can be taken up again. A state counts as good, and is written, once the step after it has
 * gone well: a step can leave weights that only the next loss shows to be broken.
 */
class Place {
  readonly #checkpoint: Checkpoint;
  readonly #training: Training;
  #next: { step: number; snapshot: Snapshot } | null = null;
  #good: { step: number; snapshot: Snapshot } | null = null;
  #takeAt = Number.NEGATIVE_INFINITY;
  #writtenAt = now();

  constructor(checkpoint: Checkpoint, training: Training) {
    this.#checkpoint = checkpoint;
    this.#training = training;
  }

  before(step: number): void {
    const start = now();
    if (start < this.#takeAt) return;
    this.#next = { step, snapshot: this.#training.save() };
    const end = now();
    this.#takeAt = end + Math.max(snapshotInterval, snapshotShare * (end - start));
  }

  after(): void {
    if (!this.#next) return;
    this.#good = this.#next;
    this.#next = null;
    if (now() - this.#writtenAt > (this.#checkpoint.interval ?? checkpointInterval)) this.#write();
  }

  /** Writes the last good state and says where and what it is. */
  last(steps: number): string {
    if (!this.#good) return 'it was not at the first step, so there is no checkpoint';
    this.#write();
    const { name = 'memory' } = this.#checkpoint;
    return `the last good checkpoint is of step ${this.#good.step} of ${steps}, in ${name}`;
  }

  #write(): void {
    const { step, snapshot } = this.#good!;
    this.#checkpoint.save(step, snapshot);
    this.#writtenAt = now();
  }
}

function stepOrSay(training: Training, index: number, options: PosteriorOptions, place: Place | undefined) {
  try {
    return training.step(index);
  } catch (error) {
    if (!(error instanceof Diverged)) throw error;
    const epochs = 'epochs' in options && options.epochs ? ` of ${options.epochs}` : '';
    throw diverged(options, training, place, `in epoch ${error.epoch + 1}${epochs}`);
  }
}

function diverged(options: PosteriorOptions, { steps }: Training, place: Place | undefined, when: string): WorkError {
  const kept = place ? ` ${place.last(steps)};` : '';
  const rate = 'rate' in options ? `lower posterior.rate, now ${options.rate}, or ` : '';
  return new WorkError(
    `posterior (${options.method}): the loss is no longer finite ${when};${kept} ${rate}check the data for extreme values.`,
  );
}

function now(): number {
  return performance.now();
}
