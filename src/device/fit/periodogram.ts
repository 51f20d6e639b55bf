import { slopeThrough } from './lines.ts';
import { meanStd } from './statistics.ts';

/** Bins of frequency, evenly spaced in its logarithm. */
const bins = 16;

/** Density of noise of unit variance, reads, in bins of ln frequency, per read; NaN where a bin holds no frequency. */
export interface Density {
  readonly frequency: readonly number[];
  readonly density: readonly number[];
}

/** Periodogram of a series under a Hann window, averaged in bins of ln f from two periods a series on. */
export function densityOf(cell: Float64Array): Density {
  const n = cell.length;
  const mean = cell.reduce((a, b) => a + b, 0) / n;
  const size = 2 ** Math.ceil(Math.log2(n));
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  let power = 0;
  let variance = 0;
  for (let t = 0; t < n; t++) {
    variance += (cell[t]! - mean) ** 2 / n;
    const taper = 0.5 - 0.5 * Math.cos((2 * Math.PI * (t + 0.5)) / n);
    power += taper * taper;
    real[t] = taper * (cell[t]! - mean);
  }
  transform(real, imaginary);
  const [lowest, highest] = [2 / n, 0.5];
  const sum = new Float64Array(bins);
  const logs = new Float64Array(bins);
  const count = new Float64Array(bins);
  for (let k = 1; k < size / 2; k++) {
    const f = k / size;
    const at = Math.floor((bins * Math.log(f / lowest)) / Math.log(highest / lowest));
    if (at < 0 || at >= bins) continue;
    sum[at]! += (2 * (real[k]! ** 2 + imaginary[k]! ** 2)) / power;
    logs[at]! += Math.log(f);
    count[at]!++;
  }
  return {
    frequency: Array.from(logs, (value, i) => Math.exp(value / count[i]!)),
    density: Array.from(sum, (value, i) => value / (count[i]! * variance)),
  };
}

/**
 * Mean density over cells, each of unit variance, and the exponent of f^−exponent by least squares in ln f below a quarter
 * per read. `samples` are the cells themselves, then samples of them for the error.
 */
export function exponentOf(
  of: readonly Density[],
  samples: readonly (readonly number[])[],
): { frequency: number[]; density: number[]; exponent: number; exponentError: number } {
  const { frequency } = of[0]!;
  const known = Array.from(frequency.keys()).filter(i => Number.isFinite(of[0]!.density[i]!));
  const meanOver = (sample: readonly number[]): number[] =>
    known.map(i => sample.reduce((sum, cell) => sum + of[cell]!.density[i]!, 0) / sample.length);
  const exponent = (density: readonly number[]): number => {
    const used = Array.from(known.keys()).filter(i => frequency[known[i]!]! < 0.25);
    return -slopeThrough(
      used.map(i => Math.log(frequency[known[i]!]!)),
      used.map(i => Math.log(density[i]!)),
    );
  };
  const densities = samples.map(meanOver);
  return {
    frequency: known.map(i => frequency[i]!),
    density: densities[0]!,
    exponent: exponent(densities[0]!),
    exponentError: meanStd(densities.slice(1).map(exponent)).std,
  };
}

/** Discrete Fourier transform in place, of a power of two values (Cooley and Tukey 1965). */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const n = real.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    [real[i], real[j]] = [real[j]!, real[i]!];
    [imaginary[i], imaginary[j]] = [imaginary[j]!, imaginary[i]!];
  }
  for (let size = 2; size <= n; size *= 2) {
    for (let k = 0; k < size / 2; k++) {
      const angle = (-2 * Math.PI * k) / size;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      for (let i = k; i < n; i += size) {
        const j = i + size / 2;
        const re = real[j]! * c - imaginary[j]! * s;
        const im = real[j]! * s + imaginary[j]! * c;
        real[j] = real[i]! - re;
        imaginary[j] = imaginary[i]! - im;
        real[i]! += re;
        imaginary[i]! += im;
      }
    }
  }
}
