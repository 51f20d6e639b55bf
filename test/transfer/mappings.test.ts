import { describe, expect, test } from 'vitest';
import type { Mapping } from '../../src/crossbar/index.ts';
import { findDevice, reachableDomain } from '../../src/device/index.ts';
import { programChip, readChip } from '../../src/transfer/index.ts';
import { device, key, momentPosterior, plan } from './fixtures.ts';

describe('mappings', () => {
  const mappings: readonly Mapping[] = [
    { mapping: 'differential' },
    { mapping: 'offset' },
    { mapping: 'pairs', count: 2, significance: 8 },
    { mapping: 'slices', bits: 10, sliceBits: 3 },
  ];
  test.each(mappings)('$mapping: an ideal device realises what was intended', mapping => {
    const ideal = findDevice('ideal');
    const p = plan('joint', { on: ideal, mapping });
    const chip = programChip(key, p, ideal, { kind: 'single-pulse' });
    const realised = readChip(chip, ideal, { time: 1, compensation: 'none' }).weights;
    // Ten bits with sign over ±3: half a step is 3/511/2.
    const worst = mapping.mapping === 'slices' ? 0.00295 : 1e-5;
    for (let i = 0; i < realised.length; i++) {
      const wanted = Math.max(-3, Math.min(3, p.intended[i]!));
      expect(Math.abs(realised[i]! - wanted)).toBeLessThan(worst);
    }
  });

  test('methods that reckon with the spread of even cells refuse others', () => {
    for (const mapping of [
      { mapping: 'slices', bits: 8, sliceBits: 2 },
      { mapping: 'pairs', count: 2, significance: 8 },
    ] as const) {
      expect(() => plan('mixture', { mapping })).toThrow(
        /'mixture' reckons with the spread of cells that share a weight/,
      );
    }
  });

  test.each([
    { devices: 1, mapping: { mapping: 'offset' } },
    { devices: 2, mapping: { mapping: 'differential' } },
    { devices: 4, mapping: { mapping: 'pairs', count: 2, significance: 1 } },
  ] as const)(
    'mean field on $devices per weight realises the nearest reachable mean and spread',
    ({ devices, mapping }) => {
      const limit = 2;
      const time = device.referenceTime;
      const posterior = momentPosterior();
      const p = plan('mean-field', { posterior, mapping, limit, copies: 600 });
      const chip = programChip(key, p, device, { kind: 'single-pulse' });
      const realised = readChip(chip, device, { time, compensation: 'none' }).weights;
      const domain = reachableDomain(device, { devicesPerWeight: devices, limit, time });
      const { mean, std } = posterior;
      for (let i = 0; i < p.weights; i++) {
        const wanted = domain.nearest(Math.max(-limit, Math.min(limit, mean[i]!)), std[i]!);
        let sum = 0;
        let squares = 0;
        for (let c = 0; c < p.copies; c++) {
          const w = realised[c * p.weights + i]!;
          sum += w / p.copies;
          squares += (w - wanted.mean) ** 2 / p.copies;
        }
        expect(Math.abs(sum - wanted.mean)).toBeLessThan((5 * wanted.std) / Math.sqrt(p.copies));
        expect(Math.sqrt(squares) / wanted.std).toBeGreaterThan(0.85);
        expect(Math.sqrt(squares) / wanted.std).toBeLessThan(1.15);
      }
    },
  );
});
