import { describe, expect, test } from 'vitest';
import {
  deviceContract,
  entropySourceContract,
  type OpenStore,
  storeContract,
  transferMethodContract,
} from '../../src/contracts/index.ts';
import { type Device, devices } from '../../src/device/index.ts';
import { type EntropySource, entropySources } from '../../src/inference/index.ts';
import type { Store } from '../../src/pipeline/index.ts';
import { type TransferMethod, transferMethods } from '../../src/transfer/index.ts';

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

describe.each([...Object.values(devices), everything])('device $name', device => {
  test.each(deviceContract)('$name', ({ check }) => check(device));
});

describe.each(Object.values<EntropySource>(entropySources))('entropy source $name', source => {
  test.each(entropySourceContract)('$name', ({ check }) => check(source));
});

describe.each(Object.values<TransferMethod>(transferMethods))('transfer method $name', method => {
  test.each(transferMethodContract)('$name', ({ check }) => check(method));
});

const twice = (store: Store) => [store, store] as const;

describe('contracts notice', () => {
  const broken = async (check: () => void | Promise<void>): Promise<boolean> => {
    try {
      await check();
      return false;
    } catch {
      return true;
    }
  };

  test('a store that makes everything anew', async () => {
    const forgetful: OpenStore = () => twice({ once: (_entry, make, job) => make(job) });
    const found = await Promise.all(storeContract.map(({ check }) => broken(() => check(forgetful))));
    expect(found.filter(Boolean).length).toBeGreaterThanOrEqual(3);
  });

  test('a source whose samples depend on how work is cut', async () => {
    const { frozen } = entropySources;
    let draws = 0;
    const careless: EntropySource = {
      ...(frozen as EntropySource),
      open: (key, chip, options) => {
        const sampler = (frozen as EntropySource).open(key, chip, options);
        return {
          draw(out, rows, sample, samples) {
            const events = sampler.draw(out, rows, sample, samples);
            out[0]! += draws++;
            return events;
          },
        };
      },
    };
    const found = await Promise.all(entropySourceContract.map(({ check }) => broken(() => check(careless))));
    expect(found.filter(Boolean).length).toBeGreaterThanOrEqual(2);
  });

  test('a method that asks for what the device cannot hold, or differs from call to call', async () => {
    let calls = 0;
    const beyond: TransferMethod = {
      ...(transferMethods.joint as TransferMethod),
      *assign(key, context, options) {
        const found = yield* (transferMethods.joint as TransferMethod).assign(key, context, options);
        return { ...found, target: found.target.map(g => g * 2 + 1e-6 * calls++) };
      },
    };
    const found = await Promise.all(transferMethodContract.map(({ check }) => broken(() => check(beyond))));
    expect(found).toEqual([false, false, true, true, true]);
  });

  test('a device whose moments are not those of its cells', async () => {
    const wrong: Device = { ...everything, range: { low: 10e-6, high: 1e-6 } };
    expect(await broken(() => deviceContract[0]!.check(wrong))).toBe(true);
  });
});
