import type { Device } from '../device.ts';
import { ideal } from './ideal.ts';
import { oxramHfo2 } from './oxram-hfo2.ts';
import { pcmIbm } from './pcm-ibm.ts';
import { rramMilo } from './rram-milo.ts';

/** Every preset by its name. */
export const devices: Readonly<Record<string, Device>> = {
  [oxramHfo2.name]: oxramHfo2,
  [pcmIbm.name]: pcmIbm,
  [rramMilo.name]: rramMilo,
  [ideal.name]: ideal,
};
