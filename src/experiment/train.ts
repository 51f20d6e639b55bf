import { Worker } from 'node:worker_threads';
import { type Fault, InputError, type Progress, part, WorkError } from '../base/index.ts';
import {
  type Chain,
  gatherChains,
  type Posterior,
  priorPoint,
  type TrainingHardware,
  trainingHardware,
  trainPosterior,
} from '../bayes/index.ts';
import { devicesPerWeight } from '../crossbar/index.ts';
import { fold } from '../random/index.ts';
import type { TrainingPlace } from './checkpoint.ts';
import type { Experiment } from './schema.ts';
import type { Setting } from './setting.ts';
import { wireSharesOf } from './wire-shares.ts';

/** Cores for chains, and what stops them at a place from which they can be taken up again. */
interface Means {
  readonly threads: number;
  readonly signal?: AbortSignal;
}

/** Trains the posterior of an experiment; the chains of a sampler run side by side on as many cores as allowed. */
export async function trainStage(
  setting: Setting,
  { threads, signal }: Means,
  place: TrainingPlace,
  progress: Progress,
): Promise<Posterior> {
  const { experiment, model } = setting;
  const options = experiment.posterior;
  const key = fold(setting.key, 'posterior');
  if ((options.method === 'nuts' || options.method === 'hmc') && options.chains > 1 && threads > 1 && compiled) {
    const point = await priorPoint(model, options, key, { progress: part(progress, 0, 0.1), signal });
    const sampling = point ? part(progress, 0.1, 1) : progress;
    const chains = await chainsInWorkers(setting, point, options.chains, { threads, signal }, place, sampling);
    return gatherChains(model, chains, options.method);
  }
  const hardware = hardwareOf(setting);
  return trainPosterior(model, options, key, { progress, hardware, signal, checkpoint: place, onLoss: place.note });
}

/** What training may know of the experiment's hardware. */
export function hardwareOf(setting: Setting): TrainingHardware {
  const { experiment, device, time } = setting;
  const { compensation, readNoise, inputBits, outputBits, converters, mapping } = experiment.hardware;
  const { covered } = converters;
  return trainingHardware(device, {
    time,
    compensation,
    devicesPerWeight: devicesPerWeight(mapping),
    wires: wireSharesOf(setting),
    readNoise,
    inputBits,
    outputBits,
    covered,
  });
}

/** Worker threads need the compiled files; from sources chains run one after the other, with the same draws. */
const compiled = import.meta.url.endsWith('.js');

/** What a worker is started with. */
export interface ChainTask {
  readonly experiment: Experiment;
  readonly folder: string;
  /** What an empirical prior is centred on. */
  readonly point?: Float32Array;
  readonly index: number;
  /** Where the chain keeps its place, and the inputs it belongs to. */
  readonly file: string;
  readonly inputs: string;
  /** [1], shared: set to 1 to have the chain keep its place and end. */
  readonly stop: Int32Array;
}

/** What a worker says: how far it is, and at last its chain or why there is none. */
export type ChainMessage =
  | { readonly fraction: number; readonly note?: string }
  | { readonly chain: Chain }
  | { readonly faults: readonly Fault[] }
  | { readonly failure: string };

async function chainsInWorkers(
  { experiment, folder }: Setting,
  point: Float32Array | undefined,
  count: number,
  { threads, signal }: Means,
  place: TrainingPlace,
  progress: Progress,
): Promise<Chain[]> {
  const fractions = new Float64Array(count);
  const chains = new Array<Chain>(count);
  const places = Array.from({ length: count }, (_, index) => place.part(index));
  const stop = new Int32Array(new SharedArrayBuffer(4));
  signal?.addEventListener('abort', () => Atomics.store(stop, 0, 1), { once: true });
  let next = 0;
  const runOne = (index: number): Promise<Chain> => {
    const { file, inputs } = places[index]!;
    const task: ChainTask = { experiment, folder, point, index, file, inputs, stop };
    const worker = new Worker(new URL('./chain-worker.js', import.meta.url), { workerData: task });
    return new Promise<Chain>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('exit', () => reject(signal?.reason ?? new Error(`internal: chain ${index + 1} ended without draws`)));
      worker.on('message', (message: ChainMessage) => {
        if ('chain' in message) return resolve(message.chain);
        if ('faults' in message) return reject(new InputError(message.faults));
        if ('failure' in message) return reject(new WorkError(message.failure));
        fractions[index] = message.fraction;
        const done = fractions.reduce((total, f) => total + f, 0) / count;
        progress(done, `chain ${index + 1} of ${count}: ${message.note ?? ''}`);
      });
    });
  };
  const lane = async (): Promise<void> => {
    while (next < count) {
      signal?.throwIfAborted();
      const index = next++;
      chains[index] = await runOne(index);
      fractions[index] = 1;
    }
  };
  let failed: unknown;
  const stopping = (error: unknown) => {
    failed ??= error;
    Atomics.store(stop, 0, 1);
  };
  await Promise.all(Array.from({ length: Math.min(threads, count) }, () => lane().catch(stopping)));
  if (failed) throw failed;
  for (const own of places) own.done();
  return chains;
}
