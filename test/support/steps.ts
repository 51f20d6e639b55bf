import { atOnce } from '../../src/base/index.ts';
import type { StepInfo, Training } from '../../src/bayes/method.ts';

/** Takes a step of a training with all that has to be done before it. */
export function takeStep(training: Training, index: number): StepInfo {
  if (training.prepare) atOnce(training.prepare(index));
  return training.step(index);
}
