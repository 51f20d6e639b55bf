import { InputError, insist } from '../base/index.ts';
import type { Device, Procedure } from './device.ts';
import { effectiveReads } from './effective-reads.ts';
import { momentsAt } from './moments.ts';
import { ownProcedure } from './own-procedure.ts';
import { reachableDomain } from './reachable.ts';
import { readStdOf } from './read.ts';
import { normalDensity, normalDistribution } from './special.ts';
import { withSpread } from './spread.ts';
import { weightCurve } from './weight-curve.ts';

/**
 * A decision to judge devices by (an assumption, the same for all): a probit of Σ wᵢ xᵢ over many inputs, weights with
 * posterior means N(0, 1) cut at ±limit and a posterior spread of 0.3, scores of spread 3.
 */
const limit = 2;
const posteriorStd = 0.3;
const scoreStd = 3;

/** Expected calibration errors of the reference decision and what a weight looks like. */
export interface Calibration {
  /** Spread of a realised weight about its mean, root mean square. */
  readonly weightStd: number;
  /** Share of a weight that is left, least-squares slope of realised over wanted. */
  readonly kept: number;
  /** ECE of joint samples, averaged over many chips' rows, without and with the loss of mean compensated. */
  readonly joint: number;
  readonly jointCompensated: number;
  /** ECE of one deterministic network programmed once, its loss of mean compensated. */
  readonly deterministic: number;
}

/** Calibration of the reference decision on a differential pair, `time` s after programming. */
export function referenceCalibration(device: Device, time: number): Calibration {
  const { mean, std, low, high } = weightCurve(device, { limit, time, points: 201 });
  let mass = 0;
  let variance = 0;
  let cross = 0;
  let square = 0;
  let error = 0;
  const weights = Float64Array.from(mean, (_, i) => low + ((high - low) * i) / (mean.length - 1));
  weights.forEach((w, i) => {
    const density = normalDensity(w);
    mass += density;
    variance += density * std[i]! ** 2;
    cross += density * w * mean[i]!;
    square += density * w * w;
  });
  const kept = cross / square;
  weights.forEach((w, i) => {
    error += normalDensity(w) * (mean[i]! - kept * w) ** 2;
  });
  const added = (scoreStd ** 2 * (variance + error)) / mass;
  const own = (scoreStd * posteriorStd) ** 2;
  return {
    weightStd: Math.sqrt(variance / mass),
    kept,
    joint: averagedEce(kept, kept ** 2 * own + added, own),
    jointCompensated: averagedEce(1, own + added / kept ** 2, own),
    deterministic: singleEce(added / kept ** 2, own),
  };
}

/** E|Φ(k m/√(1 + v)) − Φ(m/√(1 + v₀))| over scores m: what is said against what is true. */
function averagedEce(kept: number, variance: number, own: number): number {
  return overScores(scoreStd, m =>
    Math.abs(normalDistribution((kept * m) / Math.sqrt(1 + variance)) - normalDistribution(m / Math.sqrt(1 + own))),
  );
}

/** One network whose score u = m + N(0, v) is taken at its word: Φ(u) against the truth given u. */
function singleEce(variance: number, own: number): number {
  const total = scoreStd ** 2 + variance;
  const share = scoreStd ** 2 / total;
  return overScores(Math.sqrt(total), u =>
    Math.abs(normalDistribution(u) - normalDistribution((share * u) / Math.sqrt(1 + own + share * variance))),
  );
}

function overScores(std: number, f: (score: number) => number): number {
  const steps = 600;
  let total = 0;
  let mass = 0;
  for (let i = 0; i <= steps; i++) {
    const z = -6 + (12 * i) / steps;
    total += normalDensity(z) * f(std * z);
    mass += normalDensity(z);
  }
  return total / mass;
}

/**
 * Effective bits of a cell at `time`: log₂(1 + span/(√12 σ)), the resolution of the uniform quantiser whose error is as
 * large as the root-mean-square spread over the range; with `read` the noise of one read counts too.
 */
export function effectiveBits(device: Device, time: number, read = false): number {
  const { low, high } = device.range;
  const targets = device.levels ?? Array.from({ length: 41 }, (_, i) => low + ((high - low) * i) / 40);
  let square = 0;
  for (const target of targets) {
    const { mean, std } = momentsAt(device, target, time);
    const noise = read ? readStdOf(device, target, time, mean) : 0;
    square += (std * std + noise * noise) / targets.length;
  }
  const span = momentsAt(device, high, time).mean - momentsAt(device, low, time).mean;
  return square === 0 ? Number.POSITIVE_INFINITY : Math.log2(1 + Math.max(0, span) / Math.sqrt(12 * square));
}

/** Names of what an experiment takes: methods of posteriors and of transfer, sources of randomness. */
export interface Suited {
  /** How to train; null where any posterior with samples will do. */
  readonly posterior: 'bernoulli' | 'mean-field' | 'device-tied' | null;
  readonly transfer: 'joint' | 'mean-field';
  readonly entropy: 'read' | 'frozen';
  readonly programming: Procedure['kind'];
  /** Full sentences. */
  readonly reasons: readonly string[];
}

/** What a device is good for, with the numbers behind it. */
export interface Suitability extends Suited {
  readonly time: number;
  readonly targetEce: number;
  readonly calibration: Calibration;
  /** Mean KL divergence, nats per weight, from the reference posterior to the nearest reachable weight. */
  readonly divergence: number;
  /** Read noise of a weight relative to the posterior's spread, and what 100 reads 1 ms apart are worth. */
  readonly readShare: number;
  readonly effectiveReads: number;
  readonly needed: Needed;
}

/** What would reach the wanted ECE with joint samples, mean compensated; each alone, the rest as it is. */
export interface Needed {
  /** Factor on every spread (above 1 is margin); null where even no spread is not enough. */
  readonly spreadFactor: number | null;
  /** Largest conductance at unchanged spreads, S; null as above. */
  readonly rangeHigh: number | null;
  /** That over the resting conductance; null where the device rests at 0 or as above. */
  readonly onOffRatio: number | null;
  /** How long the ECE holds after programming, s: with the loss of mean compensated and without; null where never. */
  readonly retention: number | null;
  readonly retentionUncompensated: number | null;
}

/** Judges a device `time` s after programming (its reference time by default) by the ECE wanted (0.02 by default). */
export function suitability(
  device: Device,
  options: { readonly targetEce?: number; readonly time?: number } = {},
): Suitability {
  const { targetEce = 0.02, time = device.referenceTime } = options;
  insist(targetEce > 0 && targetEce < 0.5, `ece: must lie between 0 and 0.5, got ${targetEce}.`);
  if (!(time >= 0)) throw new InputError(`time: must be 0 s or later, got ${time}.`);
  const calibration = referenceCalibration(device, time);
  const { high } = device.range;
  const gamma = (high - device.rest.mean) / limit;
  const middle = momentsAt(device, device.levels ? high : (device.range.low + high) / 2, time).mean;
  const readWeight = readStdOf(device, device.levels ? high : (device.range.low + high) / 2, time, middle) / gamma;
  const numbers = {
    calibration,
    divergence: reachableDivergence(device, time),
    readShare: readWeight / posteriorStd,
    effectiveReads: device.read ? effectiveReads(device, 1e-3, 100, time) : 0,
  };
  return {
    time,
    targetEce,
    ...verdict(device, numbers, targetEce),
    ...numbers,
    needed: neededFor(device, time, targetEce),
  };
}

type Numbers = Pick<Suitability, 'calibration' | 'divergence' | 'readShare' | 'effectiveReads'>;

function verdict(
  device: Device,
  { calibration, divergence, readShare, effectiveReads: reads }: Numbers,
  targetEce: number,
): Suited {
  const share = calibration.weightStd / posteriorStd;
  const percent = (value: number): string => `${Number((100 * value).toPrecision(2))} %`;
  const reasons: string[] = [];
  let posterior: Suited['posterior'] = null;
  let transfer: Suited['transfer'] = 'joint';
  if (device.levels?.length === 2) {
    posterior = 'bernoulli';
    reasons.push('It has two states, so weights must be binary and their posterior Bernoulli.');
  } else if (calibration.jointCompensated <= targetEce) {
    reasons.push(
      `Its spread in a weight is ${percent(share)} of a typical posterior's, so rows can carry posterior samples as they are (ECE ${calibration.jointCompensated.toFixed(3)}, wanted ${targetEce}).`,
    );
  } else if (divergence < 0.1) {
    posterior = 'mean-field';
    transfer = 'mean-field';
    reasons.push(
      `Its spread in a weight is ${percent(share)} of a typical posterior's: added to posterior samples it is too much (ECE ${calibration.jointCompensated.toFixed(3)}, wanted ${targetEce}), but pairs of targets reach the posterior's own spread within ${divergence.toFixed(3)} nats per weight.`,
    );
  } else {
    posterior = 'device-tied';
    transfer = 'mean-field';
    reasons.push(
      `Its spread in a weight is ${percent(share)} of a typical posterior's and cannot be chosen freely (${divergence.toFixed(2)} nats per weight from the nearest reachable one), so the posterior must be trained with the device's own spread.`,
    );
  }
  let entropy: Suited['entropy'] = 'frozen';
  if (device.telegraph) {
    reasons.push(
      'Its random telegraph noise has two levels, which predictions cannot follow yet: samples come from copies frozen at programming, with hardware.readNoise off.',
    );
  } else if (readShare >= 0.5 && reads >= 50) {
    entropy = 'read';
    reasons.push(
      `One read varies by ${percent(readShare)} of a posterior's spread and 100 reads 1 ms apart are worth ${reads.toFixed(0)}, so reads can supply the samples.`,
    );
  } else {
    const why = !device.read
      ? 'no read noise is known'
      : readShare < 0.5
        ? `one read varies by only ${percent(readShare)} of a posterior's spread`
        : `100 reads 1 ms apart are worth only ${reads.toFixed(1)} independent ones`;
    reasons.push(`Samples should be frozen in copies at programming, because ${why}.`);
  }
  if (calibration.kept < 0.95) {
    reasons.push(
      `Weights keep ${percent(calibration.kept)} of their size by then; a common scale factor should make up for it.`,
    );
  }
  reasons.push(
    `One deterministic network programmed once would have an ECE of ${calibration.deterministic.toFixed(3)}.`,
  );
  const { kind: programming } = ownProcedure(device);
  if (programming !== 'single-pulse') {
    reasons.push(`Its cells were measured after ${programming}, the only way to program it that is known.`);
  }
  return { posterior, transfer, entropy, programming, reasons };
}

/** Mean over the reference weights of the divergence to the nearest reachable weight. */
function reachableDivergence(device: Device, time: number): number {
  const domain = reachableDomain(device, { devicesPerWeight: 2, limit, time });
  const kept = referenceCalibration(device, time).kept;
  let total = 0;
  let mass = 0;
  for (let i = 0; i <= 60; i++) {
    const w = -limit + (2 * limit * i) / 60;
    const near = domain.nearest(kept * w, kept * posteriorStd);
    const s = kept * posteriorStd;
    const divergence =
      near.std > 0 ? Math.log(near.std / s) + (s * s + (kept * w - near.mean) ** 2) / (2 * near.std ** 2) - 0.5 : 1e3;
    total += normalDensity(w) * divergence;
    mass += normalDensity(w);
  }
  return total / mass;
}

function neededFor(device: Device, time: number, targetEce: number): Needed {
  const eceAt = (factor: number): number => referenceCalibration(withSpread(device, factor), time).jointCompensated;
  const spreadFactor = eceAt(1e-6) > targetEce ? null : lastBelow(eceAt, targetEce, 1e-6, 64);
  const { high } = device.range;
  const { mean: rest } = device.rest;
  const rangeHigh = spreadFactor === null ? null : rest + (high - rest) / spreadFactor;
  return {
    spreadFactor,
    rangeHigh,
    onOffRatio: rangeHigh === null || rest === 0 ? null : rangeHigh / rest,
    retention: retentionOf(t => referenceCalibration(device, t).jointCompensated, targetEce),
    retentionUncompensated: retentionOf(t => referenceCalibration(device, t).joint, targetEce),
  };
}

/** Ten years, s. */
const longest = 3.15576e8;

function retentionOf(eceAt: (time: number) => number, targetEce: number): number | null {
  return eceAt(1) > targetEce ? null : lastBelow(eceAt, targetEce, 1, longest);
}

/** Largest x in [low, high] up to which a growing function stays at or below a limit; bisection in ln x. */
function lastBelow(f: (x: number) => number, most: number, low: number, high: number): number {
  if (f(high) <= most) return high;
  let [a, b] = [Math.log(low), Math.log(high)];
  for (let i = 0; i < 40 && b - a > 1e-3; i++) {
    const middle = (a + b) / 2;
    if (f(Math.exp(middle)) <= most) a = middle;
    else b = middle;
  }
  return Math.exp(a);
}
