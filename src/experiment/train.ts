import { Worker } from 'node:worker_threads';
import type { Progress } from '../base/index.ts';
import {
  type Chain,
  gatherChains,
  type NutsOptions,
  type Posterior,
  trainingHardware,
  trainPosterior,
} from '../bayes/index.ts';
import { fold } from '../random/index.ts';
import type { Experiment } from './schema.ts';
import type { Setting } from './setting.ts';

/** Trains the posterior of an experiment; the chains of a sampler run side by side on as many cores as allowed. */
export async function trainStage(setting: Setting, threads: number, progress: Progress): Promise<Posterior> {
  const { experiment, model, device, time } = setting;
  const options = experiment.posterior;
  const key = fold(setting.key, 'posterior');
  if (options.method === 'nuts' && options.chains > 1 && threads > 1 && compiled) {
    return gatherChains(model, await chainsInWorkers(setting, options, threads, progress));
  }
  const { compensation, inputBits, outputBits } = experiment.hardware;
  const hardware = trainingHardware(device, { time, compensation, inputBits, outputBits });
  return trainPosterior(model, options, key, { progress, hardware });
}

/** Worker threads need the compiled files; from sources chains run one after the other, with the same draws. */
const compiled = import.meta.url.endsWith('.js');

/** What a worker is started with. */
export interface ChainTask {
  readonly experiment: Experiment;
  readonly folder: string;
  readonly index: number;
}

/** What a worker says: how far it is, and at last its chain. */
export type ChainMessage = { readonly fraction: number; readonly note?: string } | { readonly chain: Chain };

function chainsInWorkers(
  { experiment, folder }: Setting,
  options: NutsOptions,
  threads: number,
  progress: Progress,
): Promise<Chain[]> {
  const fractions = new Float64Array(options.chains);
  const chains = new Array<Chain>(options.chains);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < options.chains) {
      const index = next++;
      const task: ChainTask = { experiment, folder, index };
      chains[index] = await new Promise<Chain>((resolve, reject) => {
        const worker = new Worker(new URL('./chain-worker.js', import.meta.url), { workerData: task });
        worker.on('message', (message: ChainMessage) => {
          if ('chain' in message) resolve(message.chain);
          else {
            fractions[index] = message.fraction;
            const done = fractions.reduce((total, f) => total + f, 0) / options.chains;
            progress(done, `chain ${index + 1} of ${options.chains}: ${message.note ?? ''}`);
          }
        });
        worker.on('error', reject);
      });
      fractions[index] = 1;
    }
  };
  return Promise.all(Array.from({ length: Math.min(threads, options.chains) }, lane)).then(() => chains);
}
