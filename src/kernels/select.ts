import type { Kernels } from './kernels.ts';
import { reference } from './reference.ts';

/** The back end in use, chosen once. */
export function kernels(): Kernels {
  return reference;
}
