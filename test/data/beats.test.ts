import { expect, test } from 'vitest';
import { beatFeatures } from '../../src/data/beats.ts';

test('the spectrum of a cosine is its amplitude at its frequency', () => {
  const features = beatFeatures({ features: 'spectrum', window: 0.7, before: 0.4, bins: 32 }, 252);
  const signal = Float64Array.from({ length: 300 }, (_, i) => 5 + 1.5 * Math.cos((2 * Math.PI * 7 * i) / 252 + 1));
  const out = new Float32Array(40);
  features.write(out, 4, signal, 30);
  for (let k = 1; k <= 32; k++) expect(out[3 + k]).toBeCloseTo(k === 7 ? 1.5 : 0, 5);
  expect(features.inputNames[6]).toBe('10.0 Hz');
});
