import { parentPort, workerData } from 'node:worker_threads';
import { type NutsOptions, runChain } from '../bayes/index.ts';
import { kernels } from '../kernels/index.ts';
import { fold } from '../random/index.ts';
import { TrainingPlace } from './checkpoint.ts';
import { prepare } from './setting.ts';
import type { ChainMessage, ChainTask } from './train.ts';

/** Milliseconds between two messages about progress. */
const interval = 100;

const { experiment, folder, index, file, inputs } = workerData as ChainTask;
const say = (message: ChainMessage) => parentPort!.postMessage(message);
kernels().setThreads(1);
const { model, key } = await prepare(experiment, folder);
let said = 0;
const given = experiment.posterior as Partial<NutsOptions> & Omit<NutsOptions, 'maxDepth'>;
const options = { ...given, maxDepth: given.maxDepth ?? 0 };
const chain = runChain(model, options, fold(key, 'posterior'), index, {
  checkpoint: new TrainingPlace(file, inputs),
  progress(fraction, note) {
    const now = performance.now();
    if (now - said < interval) return;
    said = now;
    say({ fraction, note });
  },
});
say({ chain });
