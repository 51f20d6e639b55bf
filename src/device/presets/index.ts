import { checkRecord, register } from '../../base/index.ts';
import { checkDevice } from '../check.ts';
import type { Device } from '../device.ts';
import { fefet } from './fefet.ts';
import { ideal } from './ideal.ts';
import { mramSot } from './mram-sot.ts';
import { oxramHfo2 } from './oxram-hfo2.ts';
import { pcmHermes1 } from './pcm-hermes-1.ts';
import { pcmHermes2 } from './pcm-hermes-2.ts';
import { pcmIbm } from './pcm-ibm.ts';
import { rramCmo } from './rram-cmo.ts';
import { rramCmoCoarse } from './rram-cmo-coarse.ts';
import { rramLevy } from './rram-levy.ts';
import { rramLevyBaked } from './rram-levy-baked.ts';
import { rramLin } from './rram-lin.ts';
import { rramMilo } from './rram-milo.ts';
import { rramWan } from './rram-wan.ts';
import { sonos } from './sonos.ts';

const presets = [
  oxramHfo2,
  pcmIbm,
  pcmHermes1,
  pcmHermes2,
  rramMilo,
  rramWan,
  rramCmo,
  rramCmoCoarse,
  rramLevy,
  rramLevyBaked,
  rramLin,
  sonos,
  mramSot,
  fefet,
  ideal,
];

/** Every preset by its name. */
export const devices: Readonly<Record<string, Device>> = Object.fromEntries(
  presets.map(device => [device.name, device]),
);

/** Adds a device of the user's own, by the same checks that presets pass. */
export function registerDevice(device: Device): void {
  checkRecord(device, ['title', 'range', 'rest', 'programming', 'stuck', 'referenceTime']);
  register(devices, checkDevice(device), []);
}
