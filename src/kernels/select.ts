import { kernelsHere } from '#kernels';
import type { Kernels } from './kernels.ts';

let chosen: Kernels | undefined;

/** The back end in use: the one that was set, else what this platform offers, found once when first asked for. */
export function kernels(): Kernels {
  chosen ??= kernelsHere();
  return chosen;
}

/** Sets the back end from here on. Results of two back ends differ in rounding: set it before anything is computed. */
export function useKernels(backend: Kernels): void {
  chosen = backend;
}
