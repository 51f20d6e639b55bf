import { expect, test } from 'vitest';
import { atOnce } from '../../src/base/index.ts';
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

test('training loses less in wires where fewer word lines are open', async () => {
  const kept = async (array: object) => {
    const { wires } = await hardwareWith({
      wires: { columnResistance: 300 },
      array: { rows: 4, columns: 4, ...array },
    });
    // Two inputs and the bias line, with two outputs.
    const [mean, variance] = [new Float32Array(6).fill(0.8), new Float32Array(6)];
    const { share } = atOnce(wires!(mean, variance, new Float32Array(6).fill(1)));
    return Math.min(...Array.from(share));
  };
  const [all, one] = [await kept({}), await kept({ rowsPerConversion: 1 })];
  expect(one).toBeGreaterThan(all);
  expect(one).toBeLessThan(1);
});
