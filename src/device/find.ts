import { lookUp } from '../base/index.ts';
import type { Device } from './device.ts';
import { devices } from './presets/index.ts';

/** The preset of a name; an InputError names the nearest one otherwise. */
export function findDevice(name: string): Device {
  return lookUp(devices, name, 'device');
}
