import { type Progress, part, silent } from '../base/index.ts';
import { fold, type Key } from '../random/index.ts';
import { type Checkpoint, checkpointInterval } from './checkpoint.ts';
import { bestPoint } from './draw.ts';
import type { Method, MethodContext } from './method.ts';
import { methods, type PosteriorOptions } from './methods/index.ts';
import type { Model } from './model.ts';
import type { Posterior } from './posterior.ts';
import { buildPrior, priorSchema } from './priors/index.ts';

export interface TrainOptions extends MethodContext {
  readonly progress?: Progress;
  /** Stops between two steps, after saving to the checkpoint. */
  readonly signal?: AbortSignal;
  readonly checkpoint?: Checkpoint;
  /** Receives the loss now and then (about 200 times), for learning curves. */
  readonly onLoss?: (step: number, loss: number) => void;
}

/** Longest time between two turns for other work, ms. */
const slice = 50;

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
  if (options.prior.kind !== 'empirical') return run(model, options, key, train);
  const before = { progress: part(progress, 0, 0.2), signal };
  const plain = methods.map.schema.parse({ method: 'map', noise: options.noise });
  const vague = { ...model, prior: buildPrior(priorSchema.parse({ kind: 'gaussian' }), model.network) };
  const point = bestPoint(await run(vague, plain, fold(key, 'empirical'), before));
  const prior = buildPrior(options.prior, model.network, { point });
  return run({ ...model, prior }, options, key, { ...train, progress: part(progress, 0.2, 1) });
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
  let turn = now();
  let savedAt = turn;
  for (let i = saved?.step ?? 0; i < training.steps; i++) {
    const { note, loss } = training.step(i);
    if (onLoss && loss !== undefined && (i % lossEvery === 0 || i === training.steps - 1)) onLoss(i, loss);
    const time = now();
    if (time - turn < slice) continue;
    progress((i + 1) / training.steps, note ?? (loss === undefined ? undefined : `loss ${loss.toPrecision(4)}`));
    if (checkpoint && time - savedAt > (checkpoint.interval ?? checkpointInterval)) {
      checkpoint.save(i + 1, training.save());
      savedAt = time;
    }
    await new Promise(resolve => setTimeout(resolve, 0));
    if (signal?.aborted) {
      checkpoint?.save(i + 1, training.save());
      signal.throwIfAborted();
    }
    turn = now();
  }
  progress(1);
  return training.finish();
}

function now(): number {
  return performance.now();
}
