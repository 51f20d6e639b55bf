/** A signal that switches between two levels with white noise: a hidden Markov chain of two states. */
export interface TwoLevels {
  readonly low: number;
  readonly high: number;
  /** Spread about the levels. */
  readonly std: number;
  /** Mean dwells, in reads; infinite where it never leaves. */
  readonly dwellLow: number;
  readonly dwellHigh: number;
  /** Switches of the most likely states, read by read. */
  readonly switches: number;
  /** nats. */
  readonly logLikelihood: number;
}

/** Free numbers of the model. */
export const twoLevelParameters = 5;

const rounds = 60;

/** Maximum likelihood by expectation–maximisation (Baum and Welch 1970). */
export function fitTwoLevels(signal: ArrayLike<number>): TwoLevels {
  const n = signal.length;
  let { low, high, std } = start(signal);
  let [leaveLow, leaveHigh] = [0.1, 0.1];
  let first = 0.5;
  let logLikelihood = Number.NEGATIVE_INFINITY;
  const forward = new Float64Array(2 * n);
  const backward = new Float64Array(2 * n);
  const emission = new Float64Array(2 * n);
  const scale = new Float64Array(n);
  for (let round = 0; round < rounds; round++) {
    for (let t = 0; t < n; t++) {
      const norm = 1 / (std * Math.sqrt(2 * Math.PI));
      emission[2 * t] = norm * Math.exp(-0.5 * ((signal[t]! - low) / std) ** 2) + 1e-300;
      emission[2 * t + 1] = norm * Math.exp(-0.5 * ((signal[t]! - high) / std) ** 2) + 1e-300;
    }
    let now = 0;
    for (let t = 0; t < n; t++) {
      const a = t === 0 ? first : forward[2 * t - 2]! * (1 - leaveLow) + forward[2 * t - 1]! * leaveHigh;
      const b = t === 0 ? 1 - first : forward[2 * t - 2]! * leaveLow + forward[2 * t - 1]! * (1 - leaveHigh);
      forward[2 * t] = a * emission[2 * t]!;
      forward[2 * t + 1] = b * emission[2 * t + 1]!;
      scale[t] = forward[2 * t]! + forward[2 * t + 1]!;
      forward[2 * t]! /= scale[t]!;
      forward[2 * t + 1]! /= scale[t]!;
      now += Math.log(scale[t]!);
    }
    backward[2 * n - 2] = 1;
    backward[2 * n - 1] = 1;
    let [stayLow, upward, downward, stayHigh] = [0, 0, 0, 0];
    for (let t = n - 2; t >= 0; t--) {
      const a = (emission[2 * t + 2]! * backward[2 * t + 2]!) / scale[t + 1]!;
      const b = (emission[2 * t + 3]! * backward[2 * t + 3]!) / scale[t + 1]!;
      stayLow += forward[2 * t]! * (1 - leaveLow) * a;
      upward += forward[2 * t]! * leaveLow * b;
      downward += forward[2 * t + 1]! * leaveHigh * a;
      stayHigh += forward[2 * t + 1]! * (1 - leaveHigh) * b;
      backward[2 * t] = (1 - leaveLow) * a + leaveLow * b;
      backward[2 * t + 1] = leaveHigh * a + (1 - leaveHigh) * b;
    }
    const settled = now - logLikelihood < 1e-6 * Math.abs(now);
    logLikelihood = now;
    if (settled) break;
    let [massLow, massHigh, sumLow, sumHigh] = [1e-12, 1e-12, 0, 0];
    for (let t = 0; t < n; t++) {
      const p = forward[2 * t]! * backward[2 * t]!;
      massLow += p;
      massHigh += 1 - p;
      sumLow += p * signal[t]!;
      sumHigh += (1 - p) * signal[t]!;
    }
    low = sumLow / massLow;
    high = sumHigh / massHigh;
    let square = 0;
    for (let t = 0; t < n; t++) {
      const p = forward[2 * t]! * backward[2 * t]!;
      square += p * (signal[t]! - low) ** 2 + (1 - p) * (signal[t]! - high) ** 2;
    }
    std = Math.max(Math.sqrt(square / n), 1e-12);
    leaveLow = upward / Math.max(stayLow + upward, 1e-12);
    leaveHigh = downward / Math.max(stayHigh + downward, 1e-12);
    first = forward[0]! * backward[0]!;
  }
  let switches = 0;
  for (let t = 1; t < n; t++) {
    const was = forward[2 * t - 2]! * backward[2 * t - 2]! > 0.5;
    if (was !== forward[2 * t]! * backward[2 * t]! > 0.5) switches++;
  }
  const [up, down] = low <= high ? [leaveLow, leaveHigh] : [leaveHigh, leaveLow];
  return {
    low: Math.min(low, high),
    high: Math.max(low, high),
    std,
    dwellLow: 1 / up,
    dwellHigh: 1 / down,
    switches,
    logLikelihood,
  };
}

/** Two levels by Lloyd's rule from the outer fifths. */
function start(signal: ArrayLike<number>): { low: number; high: number; std: number } {
  const sorted = Float64Array.from(signal).sort();
  let low = sorted[Math.floor(0.2 * sorted.length)]!;
  let high = sorted[Math.ceil(0.8 * sorted.length) - 1]!;
  if (low === high) [low, high] = [sorted[0]!, sorted.at(-1)!];
  let square = 0;
  for (let round = 0; round < 20; round++) {
    const middle = (low + high) / 2;
    const below = sorted.filter(value => value <= middle);
    const above = sorted.filter(value => value > middle);
    if (below.length === 0 || above.length === 0) break;
    low = below.reduce((a, b) => a + b) / below.length;
    high = above.reduce((a, b) => a + b) / above.length;
  }
  for (const value of sorted) square += Math.min((value - low) ** 2, (value - high) ** 2);
  return { low, high, std: Math.max(Math.sqrt(square / sorted.length), 1e-12) };
}

/** Log-likelihood of a Gaussian autoregression of an order, nats, its coefficients by the equations of Yule and Walker. */
export function autoregressionLikelihood(signal: ArrayLike<number>, order: number): number {
  const n = signal.length;
  let mean = 0;
  for (let t = 0; t < n; t++) mean += signal[t]! / n;
  const covariance = Array.from({ length: order + 1 }, (_, lag) => {
    let sum = 0;
    for (let t = lag; t < n; t++) sum += (signal[t]! - mean) * (signal[t - lag]! - mean);
    return sum / n;
  });
  // Levinson and Durbin's recursion gives the variance of the innovations.
  let variance = covariance[0]!;
  let coefficients: number[] = [];
  for (let k = 1; k <= order && variance > 0; k++) {
    const predicted = coefficients.reduce((sum, c, j) => sum + c * covariance[k - 1 - j]!, 0);
    const reflection = (covariance[k]! - predicted) / variance;
    coefficients = [...coefficients.map((c, j) => c - reflection * coefficients[k - 2 - j]!), reflection];
    variance *= 1 - reflection * reflection;
  }
  return variance > 0 ? -0.5 * n * (Math.log(2 * Math.PI * variance) + 1) : Number.POSITIVE_INFINITY;
}
