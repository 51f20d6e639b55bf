import type { MomentPosterior, SamplePosterior } from '../../src/bayes/index.ts';
import { buildNetwork } from '../../src/network/index.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';

/** 2–3–2, 17 weights. */
export const network = buildNetwork(['dense 3 tanh', 'dense 2'], [2]);

/** Draws from correlated Gaussians: neighbouring weights share half their variance. */
export function samplePosterior(count = 400): SamplePosterior {
  const { size } = network;
  const z = fillNormal(keyOf(5), new Float32Array(count * (size + 1)));
  const samples = new Float32Array(count * size);
  for (let s = 0; s < count; s++) {
    for (let i = 0; i < size; i++) {
      samples[s * size + i] = (z[s * (size + 1) + i]! + z[s * (size + 1) + i + 1]!) / Math.SQRT2;
    }
  }
  return {
    kind: 'samples',
    method: 'nuts',
    parameters: network.parameters,
    size,
    count,
    chains: 1,
    samples,
    best: 7,
    info: {},
  };
}

export function momentPosterior(): MomentPosterior {
  const { size } = network;
  return {
    kind: 'moments',
    method: 'mean-field',
    parameters: network.parameters,
    size,
    mean: Float32Array.from({ length: size }, (_, i) => Math.sin(i)),
    std: new Float32Array(size).fill(0.3),
    info: {},
  };
}
