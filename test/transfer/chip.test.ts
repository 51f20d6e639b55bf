import { describe, expect, test } from 'vitest';
import { type Device, findDevice, weightCurve } from '../../src/device/index.ts';
import { fold } from '../../src/random/index.ts';
import { type Chip, decodeChip, encodeChip, type Plan, programChip, readChip } from '../../src/transfer/index.ts';
import { device, key, momentPosterior, plan } from './fixtures.ts';

describe('chip', () => {
  test('realises the intended weights within the device’s spread', () => {
    const p = plan('joint', { copies: 200, limit: 3 });
    const realised = readChip(programChip(key, p, device, { kind: 'single-pulse' }), device, {
      time: 6,
      compensation: 'none',
    }).weights;
    const { low, high, std } = weightCurve(device, { limit: 3, time: 6 });
    let sum = 0;
    let counted = 0;
    for (let i = 0; i < realised.length; i++) {
      const w = p.intended[i]!;
      if (Math.abs(w) < 0.6 || Math.abs(w) > 2.9) continue;
      const at = Math.round(((w - low) / (high - low)) * (std.length - 1));
      sum += ((realised[i]! - w) / std[at]!) ** 2;
      counted++;
    }
    expect(counted).toBeGreaterThan(500);
    expect(sum / counted).toBeGreaterThan(0.9);
    expect(sum / counted).toBeLessThan(1.1);
  });

  test('is the same for the same key and another for another', () => {
    const p = plan('joint');
    const program = (k: typeof key) => programChip(k, p, device, { kind: 'single-pulse' }).cells.programmed;
    expect(program(key)).toEqual(program(key));
    expect(program(key)).not.toEqual(program(fold(key, 'other')));
  });

  test('shares its luck with other designs cell by cell, whatever their copies and cells per weight', () => {
    const wan = findDevice('rram-wan');
    const luck = (p: Plan) => programChip(key, p, wan, { kind: 'program-and-verify' }).cells.relaxation!;
    const [few, many] = [4, 9].map(copies => luck(plan('joint', { on: wan, copies }))) as [Float32Array, Float32Array];
    expect(many.slice(0, few.length)).toEqual(few);
    const four = luck(plan('joint', { on: wan, copies: 4, mapping: { mapping: 'pairs', count: 2, significance: 1 } }));
    expect(four.length).toBe(2 * few.length);
    expect(few.every((z, i) => z === four[4 * Math.floor(i / 2) + (i % 2)])).toBe(true);
  });

  test('round-trips through safetensors, and takes conductances read from a real array', () => {
    const p = plan('joint');
    const chip = programChip(key, p, device, { kind: 'single-pulse' });
    expect(decodeChip(encodeChip(chip), p, 'chip.safetensors').cells).toEqual(chip.cells);
    const wan = findDevice('rram-wan');
    const resting = plan('joint', { on: wan });
    const relaxing = programChip(key, resting, wan, { kind: 'single-pulse' });
    expect(relaxing.cells.undershoot!.some(value => value < 0)).toBe(true);
    expect(decodeChip(encodeChip(relaxing), resting, 'chip.safetensors').cells).toEqual(relaxing.cells);
  });

  test('fault codes and traits of cells that no chip has are refused', () => {
    const p = plan('joint');
    const { cells, ...chip } = programChip(key, p, device, { kind: 'single-pulse' });
    const fault = Int8Array.from(cells.fault);
    fault[5] = 3;
    expect(() => decodeChip(encodeChip({ ...chip, cells: { ...cells, fault } }), p, 'c')).toThrow(
      "c: 'fault' must be −1 (stuck low), 0, 1 (stuck high) or 2 (open), got 3 at cell 5.",
    );
    const relaxation = new Float32Array(cells.target.length);
    relaxation[3] = Number.NaN;
    expect(() => decodeChip(encodeChip({ ...chip, cells: { ...cells, relaxation } }), p, 'c')).toThrow(
      "c: 'relaxation' must be finite, got NaN at cell 3.",
    );
  });

  /** Least squares of realised on intended weights, which also tells signs. */
  const slope = (p: Plan, chip: Chip, on: Device, time: number, compensation: 'global' | 'none') => {
    const realised = readChip(chip, on, { time, compensation }).weights;
    let products = 0;
    let squares = 0;
    realised.forEach((w, i) => {
      const wanted = Math.max(-3, Math.min(3, p.intended[i]!));
      products += w * wanted;
      squares += wanted * wanted;
    });
    return products / squares;
  };

  test('with drift keeps its weights where the read-out is rescaled', () => {
    const pcm = findDevice('pcm-ibm');
    const p = plan('joint', { on: pcm, copies: 100 });
    const chip = programChip(key, p, pcm, { kind: 'single-pulse' });
    // ((86400 + 20)/(20 + 20))^−ν with ν = 0.049 … 0.06 from half of the range down to a tenth, PCM-IBM.
    expect(slope(p, chip, pcm, 86_400, 'none')).toBeGreaterThan(2160.5 ** -0.06);
    expect(slope(p, chip, pcm, 86_400, 'none')).toBeLessThan(2160.5 ** -0.045);
    expect(slope(p, chip, pcm, 86_400, 'global')).toBeGreaterThan(0.97);
    expect(slope(p, chip, pcm, 86_400, 'global')).toBeLessThan(1.05);
  });

  test.each(['global', 'none'] as const)(
    'of a plan that counts on a time holds its weights then, compensation %s',
    compensation => {
      const pcm = findDevice('pcm-ibm');
      const p = plan('mean-field', { on: pcm, copies: 200, posterior: momentPosterior() });
      expect(p.intendedAt).toBe(86_400);
      const chip = programChip(key, p, pcm, { kind: 'single-pulse' });
      expect(slope(p, chip, pcm, 86_400, compensation)).toBeGreaterThan(0.98);
      expect(slope(p, chip, pcm, 86_400, compensation)).toBeLessThan(1.02);
      const later = slope(p, chip, pcm, 100 * 86_400, compensation);
      if (compensation === 'global') expect(Math.abs(later - 1)).toBeLessThan(0.03);
      else expect(later).toBeLessThan(100 ** -0.044);
    },
  );
});
