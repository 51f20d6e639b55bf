import { describe, expect, test } from 'vitest';
import { check } from '../../src/base/index.ts';
import { conductanceAt, type Device, findDevice, momentsAt } from '../../src/device/index.ts';
import {
  type Compensation,
  compensationSchema,
  compensations,
  programChip,
  readChip,
} from '../../src/transfer/index.ts';
import { key, momentPosterior, plan } from './fixtures.ts';

const pcm = findDevice('pcm-ibm');
const day = 86_400;

/** Least squares of some weights on others. */
const slopeOf = (of: Float32Array, on: Float32Array) =>
  of.reduce((sum, w, i) => sum + w * on[i]!, 0) / on.reduce((sum, w) => sum + w * w, 0);

describe('registry', () => {
  test.each(Object.values<Compensation>(compensations))('$name is chosen by its name', ({ name, summary, schema }) => {
    expect(schema.parse(name)).toBe(name);
    expect(check(compensationSchema(), name, 'hardware.compensation')).toBe(name);
    expect(compensationSchema().description).toContain(`'${name}'`);
    expect(compensationSchema().description).toContain(summary);
  });

  test('an unknown name is refused with the nearest', () => {
    expect(() => check(compensationSchema(), 'globl', 'hardware.compensation')).toThrow(
      /unknown name 'globl'; did you mean 'global'\? Known: global, none/,
    );
  });
});

describe('global', () => {
  const observed = { plan: plan('joint', { copies: 2 }), now: 3e-3, programmed: 4e-3, expected: 0.9 };

  test('divides weights by the share left over that expected, variances by its square', () => {
    const retained = compensations.global.fit(observed);
    expect(retained).toBeCloseTo(0.75 / 0.9, 12);
    const reading = { weights: Float32Array.of(1, -2), variances: Float32Array.of(0.5, 4) };
    compensations.global.apply(reading, 0.5);
    expect(reading).toEqual({ weights: Float32Array.of(2, -4), variances: Float32Array.of(2, 16) });
  });

  test('reads every programmed cell once for a refit, none of them for none', () => {
    const { target } = observed.plan;
    expect(compensations.global.cost(observed.plan)).toEqual({ cellReads: target.filter(t => t > 0).length });
    expect(compensations.none.cost()).toEqual({ cellReads: 0 });
  });
});

describe('a reading', () => {
  test('is that of the cells times one factor, which all weights and variances share', () => {
    const p = plan('mean-field', { on: pcm, posterior: momentPosterior() });
    const chip = programChip(key, p, pcm, { kind: 'single-pulse' });
    const plain = readChip(chip, pcm, { time: 10 * day, compensation: 'none', readNoise: true });
    const scaled = readChip(chip, pcm, { time: 10 * day, compensation: 'global', readNoise: true });
    let [now, before, expectedNow, expectedBefore] = [0, 0, 0, 0];
    const { programmed, driftExponent } = chip.cells;
    p.target.forEach((target, i) => {
      if (target === 0) return;
      before += programmed[i]!;
      // PCM-IBM drifts as ((t + 20)/20)^−ν.
      now += programmed[i]! * ((10 * day + 20) / 20) ** -driftExponent![i]!;
      expectedBefore += momentsAt(pcm, target, 0).mean;
      expectedNow += momentsAt(pcm, target, p.intendedAt).mean;
    });
    const factor = expectedNow / expectedBefore / (now / before);
    for (let i = 0; i < 50; i++) {
      expect(scaled.weights[i]! / plain.weights[i]!).toBeCloseTo(factor, 4);
      expect(scaled.variances![i]! / plain.variances![i]!).toBeCloseTo(factor ** 2, 4);
    }
  });

  test('has variances where they are asked for', () => {
    const p = plan('joint', { on: pcm, copies: 2 });
    const chip = programChip(key, p, pcm, { kind: 'single-pulse' });
    expect(readChip(chip, pcm, { time: day, compensation: 'none' }).variances).toBeUndefined();
    expect(readChip(chip, pcm, { time: day, compensation: 'none', readNoise: true }).variances).toHaveLength(
      2 * p.weights,
    );
  });

  test('of measured conductances is scaled by what the device’s mean says of the time before the first read', () => {
    const p = plan('mean-field', { on: pcm, copies: 3, posterior: momentPosterior() });
    const made = programChip(key, p, pcm, { kind: 'single-pulse' });
    const conductance = conductanceAt(pcm, made.cells, p.intendedAt, new Float32Array(p.target.length));
    const reads = { times: [p.intendedAt], conductance: [conductance] };
    const chip = {
      plan: p,
      cells: { target: p.target, programmed: conductance, reads, fault: made.cells.fault, pulses: made.cells.pulses },
    };
    const at = (time: number, compensation: 'global' | 'none') => readChip(chip, pcm, { time, compensation }).weights;
    // Read when the plan's weights count, so that nothing is to be made up for, but for the curvature of the mean over targets.
    const [own, scaled] = [at(p.intendedAt, 'none'), at(p.intendedAt, 'global')];
    own.forEach((w, i) => {
      expect(Math.abs(scaled[i]! - w)).toBeLessThan(0.01 * Math.abs(w) + 1e-6);
    });
    // Ten years on the mean of the model has fallen, and is made up for.
    const late = slopeOf(at(3.2e8, 'none'), own);
    expect(late).toBeLessThan(0.75);
    expect(slopeOf(at(3.2e8, 'global'), own)).toBeCloseTo(1, 1);
  });

  test('asks the device once for what it expects of a plan', () => {
    let asked = 0;
    const exponentMean = (target: number) => {
      asked++;
      return pcm.drift!.exponentMean(target);
    };
    const counted: Device = { ...pcm, drift: { ...pcm.drift!, exponentMean } };
    const p = plan('mean-field', { on: counted, posterior: momentPosterior(), copies: 4 });
    const chip = programChip(key, p, counted, { kind: 'single-pulse' });
    readChip(chip, counted, { time: day, compensation: 'global' });
    const first = asked;
    readChip(chip, counted, { time: 2 * day, compensation: 'global' });
    expect(asked).toBe(first);
  });

  test('of a mapping with an offset follows the drift of its reference', () => {
    const p = plan('joint', { on: pcm, mapping: { mapping: 'offset' }, copies: 400 });
    const chip = programChip(key, p, pcm, { kind: 'single-pulse' });
    const { weights } = readChip(chip, pcm, { time: day, compensation: 'none' });
    const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(Math.abs(mean(weights) - mean(p.intended))).toBeLessThan(0.1);
  });
});
