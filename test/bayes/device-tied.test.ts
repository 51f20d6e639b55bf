import { expect, test } from 'vitest';
import { atOnce } from '../../src/base/index.ts';
import { buildModel, drawWeights, posteriorSchema, trainPosterior } from '../../src/bayes/index.ts';
import { lossInPieces } from '../../src/bayes/predictive-loss.ts';
import { devices, weightCurve } from '../../src/device/index.ts';
import { weightLimits } from '../../src/network/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { tableValue } from '../../src/tensor/index.ts';
import { ofKind } from '../support/model.ts';
import { moonsData } from './moons.ts';

const data = moonsData(5, 128, 500);
const device = devices['oxram-hfo2']!;
const hardware = {
  device: device.name,
  time: 6,
  sharing: 'layer' as const,
  curve: (at = 6) => weightCurve(device, { limit: 1, time: at }),
};
const layers = ['dense 8 tanh', 'dense 2'];

test('spreads are those of the device at the weights asked for, and weights stay in range', async () => {
  const options = posteriorSchema.parse({ method: 'device-tied', epochs: 60, limit: [1.5, 2.5] });
  const model = buildModel(layers, options, data);
  const posterior = ofKind((await trainPosterior(keyOf(1), model, options, { hardware })).posterior, 'moments');
  const limits = weightLimits(model.network.matrices, posterior.ranges!);
  const { low, high, mean, std } = hardware.curve();
  for (const { limit } of posterior.ranges!) expect([1.5, 2.5]).toContain(limit);
  for (let i = 0; i < posterior.size; i++) {
    const asked = posterior.asked![i]!;
    const limit = limits[i]!;
    expect(Math.abs(asked)).toBeLessThanOrEqual(limit);
    expect(posterior.mean[i]).toBeCloseTo(limit * tableValue({ low, high, values: mean }, asked / limit), 4);
    expect(posterior.std[i]).toBeCloseTo(limit * tableValue({ low, high, values: std }, asked / limit), 4);
  }
});

test('drift that the read-out makes up for does not shrink the means', async () => {
  const lost = {
    ...hardware,
    compensation: 'global' as const,
    curve: () => {
      const curve = hardware.curve();
      return { ...curve, mean: curve.mean.map(m => 0.5 * m), std: curve.std.map(s => 0.5 * s) };
    },
  };
  const options = posteriorSchema.parse({ method: 'device-tied', epochs: 40, limit: 2 });
  const model = buildModel(layers, options, data);
  const posterior = ofKind((await trainPosterior(keyOf(2), model, options, { hardware: lost })).posterior, 'moments');
  let asked = 0;
  let realised = 0;
  posterior.mean.forEach((m, i) => {
    if (m !== 0) asked += Math.abs(posterior.asked![i]!);
    realised += Math.abs(m);
  });
  expect(realised / asked).toBeGreaterThan(0.97);
  expect(realised / asked).toBeLessThan(1.03);
});

test('knowing the noise in training beats adding it afterwards', async () => {
  const tiedOptions = posteriorSchema.parse({ method: 'device-tied', epochs: 500, limit: 2.5 });
  const model = buildModel(layers, tiedOptions, data);
  const tied = ofKind((await trainPosterior(keyOf(3), model, tiedOptions, { hardware })).posterior, 'moments');
  const mapOptions = posteriorSchema.parse({ method: 'map', epochs: 500 });
  const map = ofKind((await trainPosterior(keyOf(3), model, mapOptions)).posterior, 'point');
  const { low, high, mean, std } = weightCurve(device, { limit: 2.5, time: 6 });
  const noisy = {
    ...tied,
    mean: map.mean.map(w => tableValue({ low, high, values: mean }, Math.max(low, Math.min(high, w)))),
    std: map.mean.map(w => tableValue({ low, high, values: std }, Math.max(low, Math.min(high, w)))),
  };
  const nll = (posterior: typeof tied) =>
    atOnce(lossInPieces(model, drawWeights(keyOf(4), posterior, 200), 200, data.test));
  expect(nll(tied)).toBeLessThan(nll(noisy) - 0.02);
});

test('without a device there is a sentence', async () => {
  const options = posteriorSchema.parse({ method: 'device-tied' });
  await expect(trainPosterior(keyOf(1), buildModel(layers, options, data), options)).rejects.toThrow(
    "posterior.method: 'device-tied' needs a device",
  );
});
