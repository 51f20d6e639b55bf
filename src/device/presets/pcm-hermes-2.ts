import { clip, polynomial } from '../curves.ts';
import { hermesDevice } from './hermes.ts';

/** Two phase-change devices in parallel per polarity in the 64-core chip. */
export const pcmHermes2 = hermesDevice({
  name: 'pcm-hermes-2',
  title: 'Phase-change memory of the 64-core Hermes chip, two devices in parallel',
  high: 20.7e-6,
  startTime: 300,
  sigma: [0.16603222e-6, 4.71806468e-6, -8.48101252e-6, 4.68961419e-6],
  exponentStd: g =>
    g < 0.3055 ? clip(-0.0117 * Math.log(g) - 0.0057, 0.0091, 0.04) : polynomial([0.0073, 0.0093, -0.0118], g),
  readNoise: g =>
    g < 0.16 ? clip(-0.0117 * Math.log(g) - 0.0069, 0.015, 0.04) : polynomial([0.0123, 0.0211, -0.028, 0.0069], g),
});
