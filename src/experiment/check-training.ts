import { jobOf } from '../base/index.ts';
import { type SimulationCalibration, simulationCalibration } from '../bayes/index.ts';
import { kernels } from '../kernels/index.ts';
import { fold } from '../random/index.ts';
import { TrainingPlace } from './checkpoint.ts';
import { fingerprint } from './run-directory.ts';
import type { Setting } from './setting.ts';
import { hardwareOf } from './train.ts';
import { version } from './version.ts';
import { interruptible, type Watch } from './watch.ts';

/**
 * Simulation-based calibration of an experiment's posterior method, on its own model and training inputs. Keeps its
 * place in a file beside the report while it is not done.
 */
export async function checkTraining(
  setting: Setting,
  runs: number,
  report: string,
  watch: Watch,
): Promise<SimulationCalibration> {
  const { experiment, deviceText, dataset, key, model } = setting;
  const { buffer, byteOffset, byteLength } = dataset.train.inputs;
  const inputs = Buffer.from(buffer, byteOffset, byteLength).toString('base64');
  const place = new TrainingPlace(
    `${report}.checkpoint.safetensors`,
    fingerprint(version, kernels().name, experiment, deviceText, inputs),
  );
  const progress = watch.progress('simulated data sets');
  const found = await interruptible(watch, signal =>
    simulationCalibration(fold(key, 'simulation'), model, experiment.posterior, {
      runs,
      hardware: hardwareOf(setting),
      job: jobOf({ signal, threads: watch.threads, progress, checkpoint: place }),
    }),
  );
  await place.done();
  return found;
}
