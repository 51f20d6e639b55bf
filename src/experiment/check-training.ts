import { type SimulationCalibration, simulationCalibration } from '../bayes/index.ts';
import { fold } from '../random/index.ts';
import type { Setting } from './setting.ts';
import { hardwareOf } from './train.ts';
import type { Watch } from './watch.ts';

/** Simulation-based calibration of an experiment's posterior method, on its own model and training inputs. */
export function checkTraining(
  setting: Setting,
  runs: number,
  { signal, progress }: Watch,
): Promise<SimulationCalibration> {
  return simulationCalibration(fold(setting.key, 'simulation'), setting.model, setting.experiment.posterior, {
    runs,
    hardware: hardwareOf(setting),
    signal,
    progress: progress('simulated data sets'),
  });
}
