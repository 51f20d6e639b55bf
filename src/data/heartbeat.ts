import { fillNormal, fold, type Key, streamOf } from '../random/index.ts';

/** One Gaussian wave: height in millivolts, centre in seconds from the R peak, width (standard deviation) in seconds. */
type Wave = readonly [height: number, centre: number, width: number];

const P: Wave = [0.045, -0.16, 0.022];
const ventricles: readonly Wave[] = [
  [-0.12, -0.03, 0.01],
  [1.1, 0, 0.011],
  [-0.25, 0.03, 0.01],
  [0.3, 0.26, 0.045],
];
const normal = [P, ...ventricles];
const ectopic: readonly Wave[] = [
  [1.5, 0, 0.042],
  [-0.55, 0.24, 0.06],
];

/**
 * Waves of each class (assumptions, drawn after textbook shapes in the manner of McSharry03). Sinus, atrial premature
 * and junctional beats share the ventricles' waves and differ in a P wave that noise nearly hides, so that a single
 * window cannot always tell them apart: that is the set's aleatoric uncertainty. Fusion beats mix normal and ventricular
 * ones; flutter is an oscillation; the stimulus of a paced beat is a spike with frequencies that no other class has.
 */
const shapes: Readonly<Record<string, readonly Wave[]>> = {
  normal,
  'atrial premature': [[0.045, -0.13, 0.02], ...ventricles],
  junctional: ventricles,
  'left bundle branch block': [
    [0.12, -0.18, 0.022],
    [0.7, -0.02, 0.028],
    [0.75, 0.035, 0.028],
    [-0.3, 0.28, 0.05],
  ],
  'right bundle branch block': [
    [0.12, -0.16, 0.022],
    [0.8, -0.015, 0.012],
    [-0.45, 0.02, 0.014],
    [0.5, 0.06, 0.018],
    [-0.15, 0.27, 0.05],
  ],
  'ventricular premature': ectopic,
  fusion: [],
  'ventricular flutter': [],
  paced: [
    [1.5, -0.06, 0.003],
    [-0.9, 0.01, 0.04],
    [0.4, 0.28, 0.06],
  ],
};

export const classesOfBeats: readonly string[] = Object.keys(shapes);

/** Spread of wave centres in seconds, relative spread of widths and of the whole beat (assumptions). */
const JITTER = 0.008;
const WIDTH_SPREAD = 0.1;
const GAIN_SPREAD = 0.1;
/** Baseline wander: millivolts and hertz (assumptions). */
const WANDER = 0.1;
const WANDER_RATE = 0.3;

export interface BeatOptions {
  /** Samples per second. */
  readonly rate: number;
  /** Spread of the white noise in millivolts. */
  readonly noise: number;
  /** Relative spread of wave heights. */
  readonly variation: number;
}

/** Writes one beat of class `classesOfBeats[label]` in millivolts; its R peak stands at sample `before`. */
export function synthesise(key: Key, out: Float64Array, label: number, before: number, options: BeatOptions): void {
  const { rate, noise, variation } = options;
  const { uniform, normal: draw } = streamOf(fold(key, 'shape'));
  fillNormal(fold(key, 'noise'), out);
  const phase = 2 * Math.PI * uniform();
  for (let i = 0; i < out.length; i++) {
    const time = (i - before) / rate;
    out[i] = noise * out[i]! + WANDER * Math.sin(2 * Math.PI * WANDER_RATE * time + phase);
  }
  const gain = Math.exp(GAIN_SPREAD * draw());
  const add = (waves: readonly Wave[], scale: number) => {
    for (const [height, centre, width] of waves) {
      const a = scale * gain * height * (1 + variation * draw());
      const c = centre + JITTER * draw();
      const w = width * Math.exp(WIDTH_SPREAD * draw());
      for (let i = 0; i < out.length; i++) out[i]! += a * Math.exp(-0.5 * (((i - before) / rate - c) / w) ** 2);
    }
  };
  const name = classesOfBeats[label]!;
  if (name === 'fusion') {
    const share = 0.35 + 0.3 * uniform();
    add(normal, share);
    add(ectopic, 1 - share);
  } else if (name === 'ventricular flutter') {
    const frequency = 3.5 + 2 * uniform();
    const start = 2 * Math.PI * uniform();
    const height = 1.2 * gain * (1 + variation * draw());
    for (let i = 0; i < out.length; i++) {
      out[i]! += height * Math.sin((2 * Math.PI * frequency * (i - before)) / rate + start);
    }
  } else {
    add(shapes[name]!, 1);
  }
}
