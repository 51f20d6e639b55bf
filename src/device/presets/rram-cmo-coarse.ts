import { cmoDevice } from './cmo.ts';

/** CMO/HfOₓ cells accepted within 2 % of the target. */
export const rramCmoCoarse = cmoDevice('rram-cmo-coarse', '2 %', [0.0112185391, 0.01129027418]);
