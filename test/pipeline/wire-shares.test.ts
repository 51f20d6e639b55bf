import { expect, test } from 'vitest';
import { atOnce, jobOf } from '../../src/base/index.ts';
import { findDevice } from '../../src/device/index.ts';
import { evenRanges } from '../../src/network/index.ts';
import { subjectOf } from '../../src/pipeline/index.ts';
import { trainingHardwareOf } from '../../src/pipeline/stages/training.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';
import { planTransfer, programChip, readChip, transferMethods } from '../../src/transfer/index.ts';
import { experimentOf, preparedOf, subjectFor } from './support.ts';

const wires = { rowResistance: 2, columnResistance: 2 };
const experiment = {
  data: { source: 'two-moons', train: 64, validation: 32, test: 32 },
  network: { layers: ['dense 24 tanh', 'dense 2'] },
  posterior: { method: 'hardware-aware', epochs: 1 },
  hardware: { device: 'ideal', array: { rows: 128, columns: 128 }, wires },
  transfer: { method: 'mean-field' },
  sampling: { entropy: 'frozen', samples: 12 },
};

test('shares are what the solved arrays leave of a chip of such weights', async () => {
  const subject = await subjectFor(experiment);
  const device = findDevice('ideal');
  const { network, time, design } = subject;
  const { size } = network;
  const mean = Float32Array.from(fillNormal(keyOf(1), new Float32Array(size)), z => Math.max(-2, Math.min(2, z)));
  const copies = 12;
  const plan = planTransfer(
    keyOf(2),
    transferMethods['mean-field'],
    { method: 'mean-field' },
    {
      posterior: {
        kind: 'moments',
        method: 'x',
        parameters: network.parameters,
        size,
        mean,
        std: new Float32Array(size),
        info: {},
      },
      matrices: network.matrices,
      device,
      geometry: { rows: 128, columns: 128 },
      layout: 'tiles',
      mappings: network.matrices.map(() => ({ mapping: 'differential' }) as const),
      copies,
      ranges: evenRanges(network.matrices, 2),
      time,
    },
  );
  const chip = programChip(keyOf(3), plan, device, { kind: 'single-pulse' });
  const seen = readChip(chip, device, { time, compensation: 'none', wires }).weights;
  const wiresOf = trainingHardwareOf(design, network.matrices)!.wires!;
  const { share, variance } = atOnce(wiresOf(mean, new Float32Array(size), new Float32Array(size).fill(2)));
  let lost = 0;
  for (let i = 0; i < size; i++) {
    if (Math.abs(mean[i]!) < 0.1) continue;
    const shares = Array.from({ length: copies }, (_, c) => seen[c * size + i]! / mean[i]!);
    const exact = shares.reduce((a, b) => a + b, 0) / copies;
    const between = shares.reduce((a, b) => a + (b - exact) ** 2, 0) / copies;
    lost = Math.max(lost, 1 - exact);
    expect(Math.abs(share[i]! - exact)).toBeLessThan(0.02);
    expect(Math.abs(Math.sqrt(variance[i]!) - Math.sqrt(between))).toBeLessThan(0.02);
  }
  expect(lost).toBeGreaterThan(0.05);
});

test.each([
  { hardware: experiment.hardware, shared: false },
  { hardware: { device: 'ideal', array: experiment.hardware.array }, shared: true },
])('training counts on the copies on the arrays where these have wires', async ({ hardware, shared }) => {
  const one = { ...experiment, hardware };
  const prepared = await preparedOf(one);
  const training = (samples: number) => {
    const more = experimentOf({ ...one, sampling: { entropy: 'frozen', samples } });
    return subjectOf(more, prepared, jobOf()).own.get('training');
  };
  expect((await training(12)) === (await training(14))).toBe(shared);
});

test('ideal wires leave nothing to know', async () => {
  const { hardware: _, ...rest } = experiment;
  const { design, network } = await subjectFor(rest);
  expect(trainingHardwareOf(design, network.matrices)!.wires).toBeUndefined();
});
