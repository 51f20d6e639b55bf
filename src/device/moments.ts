import type { Device } from './device.ts';
import { driftTime } from './drift.ts';
import { deviatesOf } from './shape.ts';
import { normalDensity, normalDistribution } from './special.ts';

export interface Moments {
  /** S. */
  readonly mean: number;
  /** S. */
  readonly std: number;
}

/**
 * Mean and total spread of a working cell's conductance `time` seconds after it was programmed to `target` by one
 * pulse: device-to-device, cycle-to-cycle, relaxation and drift-exponent spread, without read noise. Exact for the
 * model, including that conductances are never negative.
 */
export function momentsAt(device: Device, target: number, time: number): Moments {
  const { programming, rest, relaxation, drift } = device;
  const atRest = target === 0;
  const curveTarget = atRest ? rest.mean : target;
  const centre = atRest ? rest.mean : (programming.mean?.(target) ?? target);
  const shape = (atRest ? rest.shape : programming.shape) ?? 'normal';
  const cycle = atRest ? rest.std : programming.std(target);
  const own = (atRest ? rest.deviceStd : programming.deviceStd?.(target)) ?? 0;
  const std = Math.hypot(cycle, own, shape === 'lognormal' && own > 0 ? (cycle * own) / centre : 0);
  const [shift, spread] =
    relaxation && time > 0 ? [relaxation.mean(curveTarget, time), relaxation.std(curveTarget, time)] : [0, 0];
  let [first, second] = programmedMoments(centre, std, shape, target, shift, spread);
  if (drift) {
    const logTime = driftTime(drift, time);
    const mean = drift.exponentMean(curveTarget);
    const spread = drift.exponentStd(curveTarget);
    first *= meanPower(logTime, mean, spread);
    second *= meanPower(2 * logTime, mean, spread);
  }
  return { mean: first, std: Math.sqrt(Math.max(0, second - first * first)) };
}

/** First and second moment of max(0, N(mean, std²)). */
function rectified(mean: number, std: number): [number, number] {
  if (std === 0 || mean > 9 * std) return [Math.max(mean, 0), Math.max(mean, 0) ** 2 + std ** 2 * (mean > 0 ? 1 : 0)];
  const alpha = mean / std;
  const above = normalDistribution(alpha);
  const density = normalDensity(alpha);
  return [mean * above + std * density, (mean * mean + std * std) * above + mean * std * density];
}

/**
 * Moments of max(0, A + N(shift, spread²)), A what programming aimed at, cut with the rest and not before; Simpson's rule
 * over A where it is not normal.
 */
function programmedMoments(
  mean: number,
  std: number,
  shape: NonNullable<Device['programming']['shape']>,
  target: number,
  shift: number,
  spread: number,
): [number, number] {
  if (shape === 'normal' || std === 0) return rectified(mean + shift, Math.hypot(std, spread));
  if (shape === 'lognormal' && shift === 0 && spread === 0) return [mean, mean ** 2 + std ** 2];
  const log = Math.sqrt(Math.log1p((std / mean) ** 2));
  const aimedAt =
    shape === 'lognormal'
      ? (z: number) => mean * Math.exp(log * z - (log * log) / 2)
      : (z: number) => mean + std * deviatesOf(shape).at(target, z);
  if (typeof shape === 'object') {
    const { lowest, std: own } = deviatesOf(shape);
    const above = mean + std * lowest(target) + shift;
    if (above >= 9 * spread) {
      const variance = (std * own(target)) ** 2 + spread ** 2;
      return [mean + shift, (mean + shift) ** 2 + variance];
    }
  }
  const panels = 400;
  let first = 0;
  let second = 0;
  let total = 0;
  for (let i = 0; i <= panels; i++) {
    const z = -8 + (16 * i) / panels;
    const weight = normalDensity(z) * (i === 0 || i === panels ? 1 : i % 2 ? 4 : 2);
    const [a, b] = rectified(aimedAt(z) + shift, spread);
    first += weight * a;
    second += weight * b;
    total += weight;
  }
  return [first / total, second / total];
}

/** E[exp(−a |N(mean, std²)|)]. */
export function meanPower(a: number, mean: number, std: number): number {
  if (std === 0) return Math.exp(-a * Math.abs(mean));
  const ratio = mean / std;
  const half = (a * a * std * std) / 2;
  return (
    Math.exp(half - a * mean) * normalDistribution(ratio - a * std) +
    Math.exp(half + a * mean) * normalDistribution(-ratio - a * std)
  );
}
