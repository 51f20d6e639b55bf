import { type Device, devices } from '../../src/device/index.ts';
import { deviceContract } from './contract.ts';

for (const device of Object.values(devices)) deviceContract(device);

/** Everything at once that presets have one by one. */
const everything: Device = {
  name: 'everything',
  title: 'Lognormal programming in both randomnesses, relaxation, drift, faults',
  provenance: 'assumption',
  cite: [],
  range: { low: 10e-6, high: 100e-6 },
  rest: { mean: 2e-6, std: 0.8e-6, deviceStd: 0.6e-6, shape: 'lognormal' },
  readVoltage: 0.2,
  referenceTime: 60,
  programming: { mean: g => 0.97 * g, std: g => 0.15 * g, deviceStd: g => 0.1 * g, shape: 'lognormal' },
  relaxation: {
    mean: (_, time) => -0.05e-6 * Math.log1p(time),
    std: (g, time) => 0.002 * g * Math.log1p(time),
  },
  drift: { startTime: 5, exponentMean: () => 0.01, exponentStd: () => 0.02 },
  read: { std: { absolute: g => 0.02 * g }, shape: 'normal', spectrum: { startTime: 5 }, duration: 1e-6 },
  telegraph: { amplitude: 0.1, dwellHigh: 1, dwellLow: 1, share: 0.2 },
  stuck: { high: 0.01, low: 0.02 },
};

deviceContract(everything);
