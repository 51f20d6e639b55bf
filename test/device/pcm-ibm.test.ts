import { expect, test } from 'vitest';
import { findDevice, readStdOf } from '../../src/device/index.ts';

const device = findDevice('pcm-ibm');

// Check values of Nandakumar 2019/Joshi 2020 constants, evaluated in double precision: [g, σ_prog µS, μ_ν, σ_ν, G(1 day) µS, σ_read(1 day) µS].
const checks = [
  [0.01, 0.28301269, 0.09578014, 0.045, 0.11213037, 0.1001501],
  [0.05, 0.35879725, 0.07083385, 0.03154665, 0.69085608, 0.21676304],
  [0.1, 0.448249, 0.06009007, 0.02288231, 1.51174137, 0.30227738],
  [0.25, 0.68141125, 0.049, 0.01142868, 4.14702247, 0.45709191],
  [0.5, 0.952705, 0.049, 0.008, 8.29404494, 0.58259136],
  [0.75, 1.07736125, 0.049, 0.008, 12.4410674, 0.67142264],
  [1, 1.05538, 0.049, 0.008, 16.58808987, 0.74254801],
] as const;

test.each(checks)('g = %d has the published spread, drift and read noise', (g, sigma, nuMean, nuStd, mean, read) => {
  const target = g * 25e-6;
  const { startTime, exponentMean, exponentStd } = device.drift!;
  const atOneDay = target * ((86400 + startTime) / startTime) ** -exponentMean(target);
  expect(device.programming.std(target) * 1e6).toBeCloseTo(sigma, 8);
  expect(exponentMean(target)).toBeCloseTo(nuMean, 8);
  expect(exponentStd(target)).toBeCloseTo(nuStd, 8);
  expect(atOneDay * 1e6).toBeCloseTo(mean, 7);
  expect(readStdOf(device, target, 86400, atOneDay) * 1e6).toBeCloseTo(read, 7);
});
