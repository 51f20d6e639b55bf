import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findDevice } from '../../src/device/index.ts';
import { openInput, parseExperiment, resolveExperiment } from '../../src/experiment/index.ts';
import { prepare } from '../../src/experiment/setting.ts';
import { wireSharesOf } from '../../src/experiment/wire-shares.ts';
import { fillNormal, keyOf } from '../../src/random/index.ts';
import { planTransfer, programChip, readChip, transferMethods } from '../../src/transfer/index.ts';

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
  const setting = await prepare(resolveExperiment(parseExperiment(JSON.stringify(experiment), 'e'), 'e'), '.');
  const device = findDevice('ideal');
  const { network, time } = setting;
  const { size } = network;
  const mean = Float32Array.from(fillNormal(keyOf(1), new Float32Array(size)), z => Math.max(-2, Math.min(2, z)));
  const copies = 12;
  const plan = planTransfer(
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
      mapping: { mapping: 'differential' },
      copies,
      limit: 2,
      time,
    },
    keyOf(2),
  );
  const chip = programChip(plan, device, { kind: 'single-pulse' }, keyOf(3));
  const seen = readChip(chip, { time, compensation: 'none', wires }).weights;
  const { share, variance } = wireSharesOf(setting)!(mean, new Float32Array(size), 2);
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
  const folder = mkdtempSync(join(tmpdir(), 'posterohm-'));
  const more = { sampling: { entropy: 'frozen', samples: 14 } };
  const { run, variants } = await openInput({ ...experiment, hardware, variants: { more } }, 'e', folder, {
    folder,
    watch: { threads: 1, progress: () => () => {} },
  });
  expect((await variants[0]![1].posterior()) === (await run.posterior())).toBe(shared);
});

test('ideal wires leave nothing to know', async () => {
  const { hardware: _, ...rest } = experiment;
  const setting = await prepare(resolveExperiment(parseExperiment(JSON.stringify(rest), 'e'), 'e'), '.');
  expect(wireSharesOf(setting)).toBeUndefined();
});
