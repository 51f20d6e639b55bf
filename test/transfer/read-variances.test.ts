import { expect, test } from 'vitest';
import { conductanceAt, type Device, findDevice, momentsAt, readStd, readStdOf } from '../../src/device/index.ts';
import { keyOf } from '../../src/random/index.ts';
import { deviceVariances, planEncodings, programChip, readChip } from '../../src/transfer/index.ts';
import { planLimits } from '../../src/transfer/plan.ts';
import { plan } from './fixtures.ts';

const programmed = (device: Device) =>
  programChip(keyOf(2), plan('joint', { on: device, copies: 10 }), device, { kind: 'single-pulse' });
const device = findDevice('pcm-ibm');

test('the variance of a weight in one read is that of its two cells over the square of its scale', () => {
  const chip = programmed(device);
  const { plan } = chip;
  const G = conductanceAt(device, chip.cells, 20, new Float32Array(plan.target.length));
  const std = readStd(device, chip.cells, 20, G, new Float32Array(G.length));
  const scale = planLimits(plan)[0]! * planEncodings(plan)[0]!.coefficients[0]!;
  readChip(chip, device, { time: 20, compensation: 'none', readNoise: true }).variances!.forEach((variance, i) => {
    const law = (std[2 * i]! ** 2 + std[2 * i + 1]! ** 2) * scale ** 2;
    expect(Math.abs(variance - law)).toBeLessThanOrEqual(1e-5 * law);
  });
});

test('devices without read noise have no variance of reads', () => {
  const ideal = findDevice('ideal');
  const options = { time: 20, compensation: 'none', readNoise: true } as const;
  expect(readChip(programmed(ideal), ideal, options).variances).toBeUndefined();
});

test.each([false, true])(
  'the variance that a device makes is that of its cells’ states, one read counted: %s',
  read => {
    const { plan } = programmed(device);
    const time = 3600;
    const scale = planLimits(plan)[0]! * planEncodings(plan)[0]!.coefficients[0]!;
    const cell = (target: number) => {
      const { mean, std } = momentsAt(device, target, time);
      return std ** 2 + (read ? readStdOf(device, target, time, mean) ** 2 : 0);
    };
    const variances = deviceVariances(plan, device, time, read);
    expect(variances).toHaveLength(plan.copies * plan.weights);
    variances.forEach((variance, i) => {
      const targets = [plan.target[2 * i]!, plan.target[2 * i + 1]!] as const;
      // The table of variances is coarse below a 257th of the range.
      if (Math.max(...targets) < device.range.high / 257) return;
      const law = (cell(targets[0]) + cell(targets[1])) * scale ** 2;
      expect(Math.abs(variance / law - 1)).toBeLessThan(0.01);
    });
  },
);
