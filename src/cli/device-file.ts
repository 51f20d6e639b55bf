import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InputError } from '../base/index.ts';
import { type Device, deviceFromFile, findDevice, isDeviceFile } from '../device/index.ts';
import type { Shell } from './verb.ts';

/** A device by the name of a preset or the path of a device file (.yaml, .yml, .json). */
export async function openDevice(name: string, { folder }: Shell): Promise<Device> {
  if (!isDeviceFile(name)) return findDevice(name);
  const text = await readFile(resolve(folder, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`${name}: cannot be read (${error.code}); give a device file or the name of a preset.`);
  });
  return deviceFromFile(text, name);
}
