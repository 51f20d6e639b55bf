import { numbered } from './examples.ts';

/** The window around a beat and what of it becomes a network's input. */
export interface BeatWindow {
  /** Length in seconds, and the share of it before the R peak. */
  readonly window: number;
  readonly before: number;
  readonly features: 'spectrum' | 'samples' | 'means';
  readonly bins: number;
}

/** How a window of samples becomes a network's input. */
export interface BeatFeatures {
  readonly inputShape: readonly number[];
  readonly inputNames: readonly string[];
  /** Writes the inputs of the window `signal[from …]` to `out` from `at` on. */
  write(out: Float32Array, at: number, signal: ArrayLike<number>, from: number): void;
}

/**
 * The samples themselves, [1, length], magnitudes of `bins` of the window's Fourier coefficients, or the means of as many
 * equal parts of it; at most as many as a window of `length` samples has.
 */
export function beatFeatures({ features, window, before, bins }: BeatWindow, length: number): BeatFeatures {
  if (features === 'samples') return samples(length);
  if (features === 'means') return means(length, window, before, Math.min(bins, length));
  return spectrum(length, window, Math.min(bins, length >> 1));
}

function samples(length: number): BeatFeatures {
  return {
    inputShape: [1, length],
    inputNames: numbered('sample ', length),
    write(out, at, signal, from) {
      for (let i = 0; i < length; i++) out[at + i] = signal[from + i]!;
    },
  };
}

/** Parts begin at whole samples; named by their middles in seconds from the R peak. */
function means(length: number, window: number, before: number, bins: number): BeatFeatures {
  const starts = Array.from({ length: bins + 1 }, (_, k) => Math.round((k * length) / bins));
  return {
    inputShape: [bins],
    inputNames: Array.from({ length: bins }, (_, k) => `${(((k + 0.5) / bins - before) * window).toFixed(3)} s`),
    write(out, at, signal, from) {
      for (let k = 0; k < bins; k++) {
        let sum = 0;
        for (let i = starts[k]!; i < starts[k + 1]!; i++) sum += signal[from + i]!;
        out[at + k] = sum / (starts[k + 1]! - starts[k]!);
      }
    },
  };
}

/**
 * Magnitudes 2|X_k|/N of the Fourier coefficients k = 1 … bins of a window of N samples, which stand at frequencies
 * k/window in hertz: for 700 ms and 32 bins 1.4 to 45.7 Hz, the band of the electrocardiogram. The mean is left out.
 */
function spectrum(length: number, window: number, bins: number): BeatFeatures {
  const cosine = Float64Array.from({ length }, (_, i) => Math.cos((2 * Math.PI * i) / length));
  const sine = Float64Array.from({ length }, (_, i) => Math.sin((2 * Math.PI * i) / length));
  return {
    inputShape: [bins],
    inputNames: Array.from({ length: bins }, (_, k) => `${((k + 1) / window).toFixed(1)} Hz`),
    write(out, at, signal, from) {
      for (let k = 1; k <= bins; k++) {
        let real = 0;
        let imaginary = 0;
        for (let i = 0, turn = 0; i < length; i++) {
          real += signal[from + i]! * cosine[turn]!;
          imaginary += signal[from + i]! * sine[turn]!;
          turn += k;
          if (turn >= length) turn -= length;
        }
        out[at + k - 1] = (2 / length) * Math.hypot(real, imaginary);
      }
    },
  };
}
