import type { Kernels } from './kernels.ts';
import { reference } from './reference.ts';

/** What a platform offers of which nothing is known: the reference. */
export const kernelsHere = (): Kernels => reference;
