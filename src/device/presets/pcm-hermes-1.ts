import { clip, polynomial } from '../curves.ts';
import { hermesDevice } from './hermes.ts';

/** One phase-change device per polarity in the 64-core chip. */
export const pcmHermes1 = hermesDevice({
  name: 'pcm-hermes-1',
  title: 'Phase-change memory of the 64-core Hermes chip, one device',
  high: 10.35e-6,
  startTime: 200,
  sigma: [0.15781817e-6, 2.32443916e-6, -2.16310839e-6, 0.68841818e-6],
  exponentStd: g =>
    g < 0.3039 ? clip(-0.012 * Math.log(g) - 0.0023, 0.0124, 0.04) : polynomial([0.0104, 0.0116, -0.0165], g),
  readNoise: g =>
    g < 0.1591 ? clip(-0.0078 * Math.log(g) + 0.0038, 0.0179, 0.04) : polynomial([0.0088, 0.0768, -0.1352, 0.0664], g),
});
