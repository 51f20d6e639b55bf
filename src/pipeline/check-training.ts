import type { Job } from '../base/index.ts';
import { type SimulationCalibration, simulationCalibration } from '../bayes/index.ts';
import { fold } from '../random/index.ts';
import { trainingHardwareOf } from './stages/training.ts';
import type { Subject } from './subject.ts';

/** Simulation-based calibration of an experiment's posterior method, on its own model and training inputs. */
export function checkTraining(subject: Subject, runs: number, job: Job): Promise<SimulationCalibration> {
  const { design, model, root, experiment } = subject;
  return simulationCalibration(fold(root, 'simulation'), model, experiment.posterior, {
    runs,
    hardware: trainingHardwareOf(design, model.network.matrices),
    job,
  });
}
