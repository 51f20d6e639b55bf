/**
 * Steers the step size so that the mean acceptance nears a target. `step` is the one to use next, `averaged` the one
 * to keep after warm-up. Nesterov's dual averaging with the constants of Hoffman & Gelman, JMLR 15, 2014, section 3.2.
 */
export interface DualAveraging {
  readonly step: number;
  readonly averaged: number;
  readonly centre: number;
  readonly error: number;
  readonly count: number;
}

const gamma = 0.05;
const delay = 10;
const kappa = 0.75;

export function startDualAveraging(step: number): DualAveraging {
  return { step, averaged: 1, centre: Math.log(10 * step), error: 0, count: 0 };
}

export function adaptStep(state: DualAveraging, acceptance: number, target: number): DualAveraging {
  const count = state.count + 1;
  const share = 1 / (count + delay);
  const error = (1 - share) * state.error + share * (target - acceptance);
  const logStep = state.centre - (Math.sqrt(count) / gamma) * error;
  const weight = count ** -kappa;
  const logAveraged = weight * logStep + (1 - weight) * Math.log(state.averaged);
  return { step: Math.exp(logStep), averaged: Math.exp(logAveraged), centre: state.centre, error, count };
}
