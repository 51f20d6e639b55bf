import type { Device } from './device.ts';
import { Recent } from './recent.ts';
import { cosineIntegral } from './special.ts';

/** Band of 1/f read noise at a time after programming, Hz. */
export interface Band {
  readonly low: number;
  readonly high: number;
}

/** The 1/f band of a device's read noise at `time`, null where its reads are independent. */
export function readBand(device: Device, time: number): Band | null {
  const { read } = device;
  if (!read || read.spectrum === 'white') return null;
  const low = 1 / (time + read.spectrum.startTime);
  const high = 1 / (2 * read.duration);
  return high > low ? { low, high } : null;
}

/**
 * Share of the read variance that two reads `lag` seconds apart have in common, `time` seconds after programming:
 * (Ci(2π f₂ τ) − Ci(2π f₁ τ))/ln(f₂/f₁), the transform of a 1/f spectrum between f₁ and f₂. Independent reads give 0
 * at any lag but 0.
 */
export function readCorrelation(device: Device, lag: number, time: number): number {
  if (lag === 0) return 1;
  const band = readBand(device, time);
  return band ? flickerCorrelation(band, lag) : 0;
}

const correlations = new Recent<Device, number, (lag: number) => number>(64);

/** `readCorrelation` of a device at a time, s: the same function whenever it is asked for, so that what follows from it is found once. */
export const correlationAt = (device: Device, time: number): ((lag: number) => number) =>
  correlations.get(device, time, () => lag => readCorrelation(device, lag, time));

/** The closed form for a band; 1 at lag 0. */
export function flickerCorrelation({ low, high }: Band, lag: number): number {
  const tau = 2 * Math.PI * Math.abs(lag);
  if (high * tau < 1e-4) return 1 - (high * tau) ** 2 / (4 * Math.log(high / low));
  return (cosineIntegral(high * tau) - cosineIntegral(low * tau)) / Math.log(high / low);
}

/** One-sided power spectral density of the read noise per unit of variance, 1/Hz, at a frequency in Hz. */
export function readSpectrum(device: Device, frequency: number, time: number): number {
  const { read } = device;
  if (!read) return 0;
  const band = readBand(device, time);
  if (!band) return frequency <= 1 / (2 * read.duration) ? 2 * read.duration : 0;
  return frequency < band.low || frequency > band.high ? 0 : 1 / (frequency * Math.log(band.high / band.low));
}
