import { describe, expect, it } from 'vitest';
import { averagedLogits, propagateMoments } from '../../src/inference/index.ts';
import { buildNetwork } from '../../src/network/index.ts';
import { fillNormal, fold, keyOf } from '../../src/random/index.ts';

const inputs = Float32Array.of(0.5, -1, 0.25, 1, 0.3, -0.7);
const normals = (name: string, size: number) => fillNormal(fold(keyOf(3), name), new Float32Array(size));

describe('means and variances in one pass', () => {
  it.each(['dense 40 relu', 'dense 40 tanh', 'dense 40 hardtanh', 'dense 40'])(
    'are those of drawn weights: %s',
    layer => {
      const network = buildNetwork([layer, 'dense 2'], [3]);
      const mean = normals('mean', network.size).map(x => 0.5 * x);
      const std = normals('std', network.size).map(x => 0.2 * Math.abs(x) + 0.05);
      const draws = 20_000;
      const sums = { first: new Float64Array(4), second: new Float64Array(4) };
      const batch = 1000;
      for (let b = 0; b < draws / batch; b++) {
        const weights = normals(`weights ${b}`, batch * network.size);
        for (let i = 0; i < weights.length; i++) {
          const k = i % network.size;
          weights[i] = mean[k]! + std[k]! * weights[i]!;
        }
        const out = new Float32Array(batch * 4);
        network.predict(out, weights, batch, inputs, 2);
        for (let i = 0; i < out.length; i++) {
          sums.first[i % 4]! += out[i]! / draws;
          sums.second[i % 4]! += out[i]! ** 2 / draws;
        }
      }
      const found = propagateMoments(network, mean, std, inputs, 2);
      for (let i = 0; i < 4; i++) {
        const variance = sums.second[i]! - sums.first[i]! ** 2;
        // Four standard errors of the mean and of the variance over the draws, and 2 % for hidden values that are not normal.
        expect(Math.abs(found.mean[i]! - sums.first[i]!)).toBeLessThan(
          4 * Math.sqrt(variance / draws) + 0.02 * Math.sqrt(variance),
        );
        expect(Math.abs(found.variance[i]! / variance - 1)).toBeLessThan(4 * Math.sqrt(2 / draws) + 0.02);
      }
    },
  );

  it('are exact for one layer', () => {
    const network = buildNetwork(['dense 1'], [2]);
    const found = propagateMoments(
      network,
      Float32Array.of(2, -1, 0.5),
      Float32Array.of(0.1, 0.2, 0.3),
      Float32Array.of(1, 3),
      1,
    );
    expect(found.mean[0]).toBeCloseTo(2 - 3 + 0.5, 6);
    expect(found.variance[0]).toBeCloseTo(0.01 + 9 * 0.04 + 0.09, 6);
  });

  it('soften logits by what they vary', () => {
    const [sure, unsure] = averagedLogits({ mean: Float64Array.of(2, 2), variance: Float64Array.of(0, 8 / Math.PI) });
    expect(sure).toBe(2);
    expect(unsure).toBeCloseTo(Math.SQRT2, 6);
  });

  it('refuse what they do not follow', () => {
    const network = buildNetwork(['conv2d 2 2x2 relu', 'flatten', 'dense 2'], [1, 3, 3]);
    const zeros = new Float32Array(network.size);
    expect(() => propagateMoments(network, zeros, zeros, new Float32Array(9), 1)).toThrow(
      /evaluate\.baselines: 'moment propagation' follows dense layers/,
    );
  });
});
