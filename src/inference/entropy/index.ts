import type { EntropySource } from '../entropy.ts';
import { frozen } from './frozen.ts';

/** Every source of randomness that a chip can predict with. */
export const entropySources = { frozen } as const satisfies Record<string, EntropySource>;
