import { parentPort, workerData } from 'node:worker_threads';
import { InputError, WorkError } from '../base/index.ts';
import { centred, type NutsOptions, runChain } from '../bayes/index.ts';
import { kernels } from '../kernels/index.ts';
import { fold } from '../random/index.ts';
import { TrainingPlace } from './checkpoint.ts';
import { prepare } from './setting.ts';
import type { ChainMessage, ChainTask } from './train.ts';

/** Milliseconds between two messages about progress. */
const interval = 100;

const { experiment, folder, point, index, file, inputs, stop } = workerData as ChainTask;
const say = (message: ChainMessage) => parentPort!.postMessage(message);
kernels().setThreads(1);
const { model, key } = await prepare(experiment, folder);
let said = 0;
const given = experiment.posterior as Partial<NutsOptions> & Omit<NutsOptions, 'maxDepth'>;
const options = { ...given, maxDepth: given.maxDepth ?? 0 };
try {
  const chain = runChain(centred(model, experiment.posterior, point), options, fold(key, 'posterior'), index, {
    checkpoint: new TrainingPlace(file, inputs),
    stopped: () => Atomics.load(stop, 0) === 1,
    progress(fraction, note) {
      const now = performance.now();
      if (now - said < interval) return;
      said = now;
      say({ fraction, note });
    },
  });
  if (chain) say({ chain });
} catch (error) {
  if (error instanceof InputError) say({ faults: error.faults });
  else if (error instanceof WorkError) say({ failure: error.message });
  else throw error;
}
