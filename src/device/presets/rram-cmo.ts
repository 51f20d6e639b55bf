import { cmoDevice } from './cmo.ts';

/** CMO/HfOₓ cells accepted within 0.2 % of the target. */
export const rramCmo = cmoDevice('rram-cmo', '0.2 %', [0.00081107, 0.00106879]);
