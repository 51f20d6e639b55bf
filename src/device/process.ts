import { fillNormal, fold, type Key } from '../random/index.ts';
import { relaxationsOf } from './memory.ts';
import type { Band } from './spectrum.ts';

/** Read noise that goes on in time: reads at any intervals. */
export interface NoiseProcess {
  /** Noise of unit variance `interval` seconds after the previous read; writes `out`, [size]. */
  next(interval: number, out: Float32Array): Float32Array;
}

/**
 * 1/f noise of `size` independent cells as a sum of first-order autoregressive states, one standard normal per state
 * at each read. For sequences at one interval `noiseSequence` is faster.
 */
export function noiseProcess(key: Key, band: Band, size: number): NoiseProcess {
  const { weight, time, rate } = relaxationsOf(band);
  const states = Array.from(rate, (turn, k) =>
    Array.from({ length: turn > 0 ? 2 : 1 }, (_, part) =>
      fillNormal(fold(fold(key, `state ${part}`), k), new Float32Array(size)),
    ),
  );
  const fresh = new Float32Array(size);
  let step = 0;
  return {
    next(interval, out) {
      out.fill(0);
      const stepKey = fold(fold(key, 'step'), step++);
      for (let k = 0; k < states.length; k++) {
        const kept = Math.exp(-interval / time[k]!);
        const added = Math.sqrt(-Math.expm1((-2 * interval) / time[k]!));
        const amplitude = Math.sqrt(weight[k]!);
        const [first, second] = states[k]!;
        if (second) {
          const c = Math.cos(rate[k]! * interval);
          const s = Math.sin(rate[k]! * interval);
          for (let i = 0; i < size; i++) {
            const [x, y] = [first![i]!, second[i]!];
            first![i] = c * x - s * y;
            second[i] = s * x + c * y;
          }
        }
        states[k]!.forEach((state, part) => {
          fillNormal(fold(stepKey, 2 * k + part), fresh);
          for (let i = 0; i < size; i++) state[i] = kept * state[i]! + added * fresh[i]!;
        });
        for (let i = 0; i < size; i++) out[i]! += amplitude * first![i]!;
      }
      return out;
    },
  };
}
