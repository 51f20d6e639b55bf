import { describe, expect, test } from 'vitest';
import {
  decodePlan,
  encodePlan,
  encodePlanCsv,
  planEncoding,
  planPlacement,
  planSize,
  planTransfer,
  type TransferMethod,
  transferMethods,
} from '../../src/transfer/index.ts';
import { device, key, network, plan, samplePosterior } from './fixtures.ts';

describe('plan', () => {
  test('asks of one cell of each pair the weight, in the device’s range, and leaves the other at rest', () => {
    const p = plan('joint');
    const { target, intended, limit } = p;
    const gamma = 1 / planEncoding(p).coefficients[0]!;
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
      mapping: { mapping: 'differential' } as const,
      copies: 10,
      limit: 3,
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
      mapping: { mapping: 'differential' } as const,
      copies: 11,
      limit: 3,
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

  test('as CSV has one row per cell', () => {
    const p = plan('joint', { copies: 2 });
    const lines = encodePlanCsv(p).trimEnd().split('\n');
    expect(lines[0]).toBe('layer,copy,weight,cell,sign,intended,array,row,column,target,setCurrent');
    expect(lines).toHaveLength(1 + p.target.length);
  });
});
