import { lookUp } from '../base/index.ts';
import type { Device } from './device.ts';
import { devices } from './presets/index.ts';

/** The preset of a name; an InputError names the nearest one otherwise. */
export function findDevice(name: string): Device {
  return lookUp(devices, name, 'device');
}

/** Whether a name is the path of a device file rather than a preset. */
export function isDeviceFile(name: string): boolean {
  return /\.(ya?ml|json)$/i.test(name);
}
