import { expect, test } from 'vitest';
import { resolveExperiment } from '../../src/experiment/index.ts';
import { prepare } from '../../src/experiment/setting.ts';
import { hardwareOf } from '../../src/experiment/train.ts';

const hardwareWith = async (fields: object) => {
  const experiment = {
    data: { source: 'two-moons', train: 16, validation: 8, test: 8 },
    network: { layers: ['dense 2'] },
    posterior: { method: 'hardware-aware' },
    hardware: { device: 'pcm-ibm', ...fields },
  };
  return hardwareOf(await prepare(resolveExperiment(experiment, 'e'), '.'));
};

test('training reads with noise where the chips do', async () => {
  expect((await hardwareWith({})).readNoise!(1).values.every(std => std > 0)).toBe(true);
  expect((await hardwareWith({ readNoise: false })).readNoise).toBeUndefined();
});
