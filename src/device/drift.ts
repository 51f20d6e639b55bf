import type { Device } from './device.ts';

/** What the exponent ν of a device's drift multiplies: G(t) = G exp(−ν x), x this logarithm of time. */
export function driftTime({ law, startTime }: NonNullable<Device['drift']>, time: number): number {
  return law === 'plain' ? Math.log(Math.max(time, startTime) / startTime) : Math.log1p(time / startTime);
}
