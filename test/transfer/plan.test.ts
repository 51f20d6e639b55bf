import { describe, expect, test } from 'vitest';
import { findDevice } from '../../src/device/index.ts';
import { evenRanges } from '../../src/network/index.ts';
import {
  decodePlan,
  encodePlan,
  encodePlanCsv,
  planEncodings,
  planPlacement,
  planSize,
  planTransfer,
  programChip,
  readChip,
  type TransferMethod,
  transferMethods,
} from '../../src/transfer/index.ts';
import { device, key, network, plan, samplePosterior } from './fixtures.ts';

describe('plan', () => {
  test('asks of one cell of each pair the weight, in the device’s range, and leaves the other at rest', () => {
    const p = plan('joint');
    const { target, intended } = p;
    const limit = 3;
    const gamma = 1 / planEncodings(p)[0]!.coefficients[0]! / limit;
    const { low, high } = device.range;
    for (let i = 0; i < intended.length; i++) {
      const [positive, negative] = [target[2 * i]!, target[2 * i + 1]!];
      expect(Math.min(positive, negative)).toBe(0);
      const active = Math.max(positive, negative);
      if (active === 0) continue;
      expect(active).toBeGreaterThanOrEqual(low * (1 - 1e-6));
      expect(active).toBeLessThanOrEqual(high * (1 + 1e-6));
      const wanted = Math.min(limit, Math.abs(intended[i]!)) * gamma + device.rest.mean;
      if (wanted > low) expect(Math.abs(active - wanted)).toBeLessThan(1e-9);
      expect(positive > 0).toBe(intended[i]! > 0);
    }
  });

  test('names the SET current of every programmed cell', () => {
    const { target, setCurrent } = plan('joint');
    for (let i = 0; i < target.length; i++) {
      // G = I_SET / 0.6 V (assumed in the preset).
      expect(setCurrent![i]).toBeCloseTo(0.6 * target[i]!, 9);
    }
  });

  test('that needs more cells than there are is refused with the sizes', () => {
    const chosen: TransferMethod = transferMethods.joint;
    const request = {
      posterior: samplePosterior(),
      matrices: network.matrices,
      device,
      geometry: { rows: 8, columns: 8, count: 1 },
      layout: 'rows' as const,
      mappings: network.matrices.map(() => ({ mapping: 'differential' }) as const),
      copies: 10,
      ranges: evenRanges(network.matrices, 3),
      time: 6,
    };
    expect(() => planTransfer(key, chosen, { method: 'joint' } as never, request)).toThrow(
      /340 cells .* 6 arrays, but there are 8×8×1/,
    );
  });

  test.each(['rows', 'tiles'] as const)('its size is known without it, layout %s', layout => {
    const request = {
      posterior: samplePosterior(),
      matrices: network.matrices,
      device,
      geometry: { rows: 5, columns: 8 },
      layout,
      mappings: network.matrices.map(() => ({ mapping: 'differential' }) as const),
      copies: 11,
      ranges: evenRanges(network.matrices, 3),
      time: 6,
    };
    const p = planTransfer(key, transferMethods.joint as TransferMethod, { method: 'joint' } as never, request);
    expect(planSize(request)).toEqual({ cells: p.target.length, arrays: planPlacement(p).arrays });
    expect(planPlacement(p)).toBe(planPlacement(p));
  });

  test('round-trips through Parquet', async () => {
    const p = plan('joint');
    const back = await decodePlan(encodePlan(p), network.matrices, device, 'plan.parquet');
    expect(back).toEqual(p);
  });

  test('is refused for another device than its own', async () => {
    await expect(
      decodePlan(encodePlan(plan('joint')), network.matrices, findDevice('rram-wan'), 'plan.parquet'),
    ).rejects.toThrow(
      "plan.parquet: device: must be rram-wan, as hardware.device says, for targets are chosen for a device, got 'oxram-hfo2'; make the plan again with posterohm transfer, or choose hardware.device: oxram-hfo2.",
    );
  });

  test('keeps the ranges of layers and columns, and is refused for others', async () => {
    const ranges = [
      { name: '0', limit: [1, 2, 0.5], biasDrive: 0.3, clipped: 0.02 },
      { name: '1', limit: 3, biasDrive: 2 },
    ];
    const p = plan('joint', { ranges });
    expect((await decodePlan(encodePlan(p), network.matrices, device, 'plan.parquet')).ranges).toEqual(ranges);
    const wrong = [{ ...ranges[0]!, limit: [1, 2] }, ranges[1]!];
    await expect(
      decodePlan(encodePlan({ ...p, ranges: wrong }), network.matrices, device, 'plan.parquet'),
    ).rejects.toThrow(/plan.parquet: has weight ranges of the layers 0, 1, which are not those of the network/);
  });

  test('clips weights to the range of their layer, column and bias line, and reads them back', () => {
    const ideal = findDevice('ideal');
    const ranges = [
      { name: '0', limit: [0.5, 1, 0], biasDrive: 0.3 },
      { name: '1', limit: 2, biasDrive: 0.1 },
    ];
    const limits = [0.5, 1, 0, 0.5, 1, 0, 0.15, 0.3, 0, 2, 2, 2, 2, 2, 2, 0.2, 0.2];
    for (const mapping of [{ mapping: 'differential' }, { mapping: 'offset' }] as const) {
      const p = plan('joint', { ranges, on: ideal, mapping });
      const chip = programChip(key, p, ideal, { kind: 'single-pulse' });
      readChip(chip, ideal, { time: 1, compensation: 'none' }).weights.forEach((w, i) => {
        const limit = limits[i % limits.length]!;
        expect(Math.abs(w - Math.max(-limit, Math.min(limit, p.intended[i]!)))).toBeLessThan(1e-6);
      });
    }
  });

  test('as CSV has one row per cell', () => {
    const p = plan('joint', { copies: 2 });
    const lines = encodePlanCsv(p).trimEnd().split('\n');
    expect(lines[0]).toBe('layer,copy,weight,cell,sign,intended,array,row,column,target,setCurrent');
    expect(lines).toHaveLength(1 + p.target.length);
  });
});
