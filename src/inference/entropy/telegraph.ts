import type { Device } from '../../device/index.ts';

/** Refuses telegraph noise while reads are noisy: noise drawn at the output, Gaussian, has no two levels. */
export function lacksTelegraph(device: Device, name: string, readNoise: boolean): string | undefined {
  if (!device.telegraph || !readNoise) return undefined;
  return `'${name}' cannot follow the random telegraph noise that ${device.name} declares, so that its predictions would be too sure; turn hardware.readNoise off, or use a device without telegraph noise`;
}
