import type { Job } from '../base/index.ts';
import { type Trained, type TrainingHardware, trainingHardware, trainPosterior } from '../bayes/index.ts';
import { devicesPerWeight } from '../crossbar/index.ts';
import { fold } from '../random/index.ts';
import { openPool } from '../work/index.ts';
import type { Setting } from './setting.ts';
import { version } from './version.ts';
import { wireSharesOf } from './wire-shares.ts';

/** Trains the posterior of an experiment; the chains of a sampler run side by side on as many cores as allowed. */
export async function trainStage(setting: Setting, job: Job): Promise<Trained> {
  const { experiment, model } = setting;
  const options = experiment.posterior;
  const key = fold(setting.key, 'posterior');
  const hardware = hardwareOf(setting);
  const chains = 'warmup' in options ? options.chains : 1;
  if (chains === 1 || job.threads === 1 || !compiled) return trainPosterior(model, options, key, { hardware, job });
  const handlers = new URL('./handlers.js', import.meta.url);
  const pool = openPool({ handlers, slots: Math.min(chains, job.threads), build: version });
  try {
    return await trainPosterior(model, options, key, { hardware, job: { ...job, pool } });
  } finally {
    await pool.close();
  }
}

/** Child processes need the compiled files; from sources chains run one after the other, with the same draws. */
const compiled = import.meta.url.endsWith('.js');

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
