import { expect, test } from 'vitest';
import { trainingHardwareOf } from '../../src/pipeline/stages/training.ts';
import { subjectFor } from './support.ts';

const hardwareWith = async (fields: object) => {
  const experiment = {
    data: { source: 'two-moons', train: 16, validation: 8, test: 8 },
    network: { layers: ['dense 2'] },
    posterior: { method: 'hardware-aware' },
    hardware: { device: 'pcm-ibm', ...fields },
  };
  const { design, network } = await subjectFor(experiment);
  return trainingHardwareOf(design, network.matrices)!;
};

test('training reads with noise where the chips do', async () => {
  expect((await hardwareWith({})).readNoise!().values.every(std => std > 0)).toBe(true);
  expect((await hardwareWith({ readNoise: false })).readNoise).toBeUndefined();
});
